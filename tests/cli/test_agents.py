"""Profiles, switch, undo and preflight, on Hermes with a profile on each of four accounts."""

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quotaboard.cli import main
from quotaboard.simulator import Scenario, SimulatedProvider
from tests.conftest import RunQuotaboard
from tests.fleet_home import MODEL, lay_hermes, variable

HEALTHY, TOOLS_GATED, MODEL_GATED, SPENT = "home", "max", "team", "work"

NOT_THE_EMPTIER = (
    f" Not {TOOLS_GATED}: it refuses requests with tools, although its 5h window is 3 % used."
    f" Not {MODEL_GATED}: it refuses {MODEL} (suspected, not confirmed), although its 5h window is 9 % used."
)

Done = subprocess.CompletedProcess[str]


@pytest.fixture
def hermes(home: Path, provider: SimulatedProvider, scenario: Scenario) -> Path:
    """Hermes on the account whose plan is 3 % used and that refuses tools."""
    tokens = {account.name: account.token for account in scenario.accounts}
    return lay_hermes(home, provider.base_url, tokens, TOOLS_GATED)


@pytest.fixture
def run_quotaboard(capsys: pytest.CaptureFixture[str]) -> RunQuotaboard:
    """In this process: sixty commands would each take a third of a second to start."""

    def run(*words: str) -> Done:
        code = main(words)
        told = capsys.readouterr()
        return Done(words, code, told.out, told.err)

    return run


def answer(done: Done) -> Any:
    return json.loads(done.stdout)


def asked(provider: SimulatedProvider) -> list[str | None]:
    """The accounts that were asked for a message, in order."""
    return [one.account for one in provider.requests if one.path == "/v1/messages"]


def test_preflight_names_the_profile_that_serves_and_why_not_the_emptier_two(
    hermes: Path, run_quotaboard: RunQuotaboard
) -> None:
    done = run_quotaboard("preflight", "hermes", "--for", "3h", "--json")
    assert done.returncode == 3
    told = answer(done)
    assert (told["verdict"], told["reason"], told["ready"]) == ("gated", "out_of_extra_usage", False)
    assert told["best"] == HEALTHY
    assert told["command"] == f"quotaboard switch hermes {HEALTHY}"
    assert told["advice"].startswith(f"Put Hermes on {HEALTHY}: it serves; its 5h window is 37 % used")
    assert told["advice"].endswith(NOT_THE_EMPTIER)


def test_the_line_that_it_is_made_for(
    hermes: Path, run_quotaboard: RunQuotaboard, provider: SimulatedProvider
) -> None:
    """`quotaboard preflight hermes --for 3h || quotaboard switch hermes home`."""
    assert run_quotaboard("preflight", "hermes", "--for", "3h").returncode == 3
    switched = run_quotaboard("switch", "hermes", HEALTHY)
    assert switched.returncode == 0
    assert "Proven by one request: OPEN" in switched.stdout
    assert run_quotaboard("preflight", "hermes", "--for", "3h").returncode == 0
    assert f"provider: custom:{HEALTHY}   # for now" in (hermes / "config.yaml").read_text()


NEEDS: list[tuple[list[str], int]] = [
    ([], 0),
    (["--for", "3h"], 0),
    (["--need", "5h=40%"], 0),
    (["--need", "5h=0.4"], 0),
    (["--need", "5h=80%"], 3),
    (["--need", "5h=40%", "--need", "7d=90%"], 3),
    (["--need", "30d=1%"], 4),
    (["--for", "soon"], 2),
    (["--need", "half"], 2),
    (["--need", "5h=140%"], 2),
]


def test_what_a_run_needs_decides(hermes: Path, run_quotaboard: RunQuotaboard) -> None:
    run_quotaboard("switch", "hermes", HEALTHY)
    found = [(words, run_quotaboard("preflight", "hermes", *words).returncode) for words, _ in NEEDS]
    assert found == NEEDS


def test_nothing_is_known_of_a_lane_that_nobody_may_look_at(
    hermes: Path, home: Path, run_quotaboard: RunQuotaboard, provider: SimulatedProvider
) -> None:
    path = home / ".config/quotaboard/config.toml"
    path.write_text(path.read_text().replace("probe = true", "probe = false"))
    done = run_quotaboard("preflight", "hermes")
    assert done.returncode == 4
    assert f"quotaboard init --probe {TOOLS_GATED} --yes" in done.stderr
    assert asked(provider) == []
    done = run_quotaboard("switch", "hermes", HEALTHY)
    assert done.returncode == 0
    assert f"quotaboard init --probe {HEALTHY} --yes" in done.stdout


def test_preflight_asks_nobody_when_it_is_told_so(
    hermes: Path, run_quotaboard: RunQuotaboard, provider: SimulatedProvider
) -> None:
    assert run_quotaboard("preflight", "hermes", "--no-look").returncode == 4
    assert asked(provider) == []


def test_a_switch_is_proven_by_exactly_one_request_with_the_key_that_the_file_now_names(
    hermes: Path, run_quotaboard: RunQuotaboard, provider: SimulatedProvider
) -> None:
    done = run_quotaboard("switch", "hermes", HEALTHY, "--json")
    assert done.returncode == 0
    assert asked(provider) == [HEALTHY]
    told = answer(done)
    assert (told["verified"], told["changed"], told["dry_run"]) == (True, True, False)
    assert (told["proof"]["lane"], told["proof"]["verdict"]) == (f"{HEALTHY}/{MODEL}/tools/direct", "open")
    assert told["undo"] == "quotaboard undo hermes"
    assert any(effect["command"] for effect in told["effects"])


def test_without_proof_nothing_is_sent(
    hermes: Path, run_quotaboard: RunQuotaboard, provider: SimulatedProvider
) -> None:
    assert run_quotaboard("switch", "hermes", HEALTHY, "--no-prove").returncode == 0
    assert asked(provider) == []


@pytest.mark.parametrize("profile", [MODEL_GATED, SPENT])
def test_a_switch_onto_a_lane_that_refuses_is_made_and_says_so(
    hermes: Path, run_quotaboard: RunQuotaboard, profile: str
) -> None:
    done = run_quotaboard("switch", "hermes", profile)
    assert done.returncode == (3 if profile == SPENT else 0)  # a bare 429 alone is not known yet
    assert f"custom:{profile}" in (hermes / "config.yaml").read_text()


def test_undo_puts_every_byte_back(hermes: Path, run_quotaboard: RunQuotaboard) -> None:
    before = (hermes / "config.yaml").read_bytes()
    run_quotaboard("switch", "hermes", HEALTHY, "--no-prove")
    done = run_quotaboard("undo", "hermes", "--json")
    assert done.returncode == 0
    assert answer(done)["left"] == HEALTHY
    assert (hermes / "config.yaml").read_bytes() == before
    assert run_quotaboard("undo", "hermes").returncode == 1


def test_a_dry_run_writes_and_sends_nothing(
    hermes: Path, run_quotaboard: RunQuotaboard, provider: SimulatedProvider
) -> None:
    before = (hermes / "config.yaml").read_bytes()
    done = run_quotaboard("switch", "hermes", HEALTHY, "--dry-run")
    assert done.returncode == 0
    assert f"+  provider: custom:{HEALTHY}   # for now" in done.stdout
    assert (hermes / "config.yaml").read_bytes() == before
    assert not provider.requests
    assert answer(run_quotaboard("switch", "hermes", HEALTHY, "--dry-run", "--json"))["dry_run"] is True


@pytest.mark.parametrize("words", [["switch", "hermes", HEALTHY], ["undo", "hermes"]], ids=" ".join)
def test_a_read_only_run_refuses(hermes: Path, run_quotaboard: RunQuotaboard, words: list[str]) -> None:
    before = (hermes / "config.yaml").read_bytes()
    done = run_quotaboard("--readonly", *words)
    assert done.returncode == 5
    assert "--readonly" in done.stderr
    assert (hermes / "config.yaml").read_bytes() == before


def test_a_managed_home_refuses(hermes: Path, run_quotaboard: RunQuotaboard) -> None:
    (hermes / ".managed").touch()
    done = run_quotaboard("switch", "hermes", HEALTHY, "--json")
    assert done.returncode == 5
    assert answer(done)["refused"]["kind"] == "managed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["switch", "hermse", HEALTHY], "Did you mean hermes?"),
        (["switch", "hermes", "hom"], f"Did you mean {HEALTHY}?"),
        (["preflight", "hermees"], "Did you mean hermes?"),
        (["profiles", "herms"], "Did you mean hermes?"),
        (["undo", "hemes"], "Did you mean hermes?"),
        (["switch", "hermes:works", HEALTHY], 'no home called "works"'),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_a_wrong_name_brings_the_nearest(
    hermes: Path, run_quotaboard: RunQuotaboard, words: list[str], said: str
) -> None:
    done = run_quotaboard(*words)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    "words", [["switch", "hermes", HEALTHY], ["preflight", "hermes"], ["profiles", "hermes"]], ids=" ".join
)
def test_a_broken_config_is_named_with_its_line_and_left_alone(
    hermes: Path, run_quotaboard: RunQuotaboard, words: list[str]
) -> None:
    (hermes / "config.yaml").write_text("model:\n  provider: [\n")
    done = run_quotaboard(*words)
    assert done.returncode == 1
    assert f"{hermes}/config.yaml:" in done.stderr
    assert (hermes / "config.yaml").read_text() == "model:\n  provider: [\n"
    assert "Traceback" not in done.stderr


def test_a_missing_key_is_named_with_what_mends_it(
    hermes: Path, run_quotaboard: RunQuotaboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hermes / ".env").write_text("")
    monkeypatch.delenv(variable(HEALTHY))
    done = run_quotaboard("switch", "hermes", HEALTHY)
    assert done.returncode == 1
    assert "hermes config env-path" in done.stderr


def test_profiles_come_in_the_order_of_advice(hermes: Path, run_quotaboard: RunQuotaboard) -> None:
    run_quotaboard("status", "--refresh")
    done = run_quotaboard("profiles", "--json")
    assert done.returncode == 0
    (agent,) = answer(done)["agents"]
    assert [one["name"] for one in agent["profiles"]] == [HEALTHY, SPENT, TOOLS_GATED, MODEL_GATED]
    assert (agent["best"], agent["active"]) == (HEALTHY, TOOLS_GATED)
    assert agent["advice"].endswith(NOT_THE_EMPTIER)
    assert NOT_THE_EMPTIER in run_quotaboard("profiles", "hermes").stdout


def test_a_machine_without_agents_says_so(home: Path, run_quotaboard: RunQuotaboard) -> None:
    done = run_quotaboard("profiles")
    assert done.returncode == 4
    assert "No agent was found here." in done.stderr
    assert answer(run_quotaboard("profiles", "--json"))["agents"] == []


def test_status_tells_of_agents_and_follows_a_switch(hermes: Path, run_quotaboard: RunQuotaboard) -> None:
    run_quotaboard("status", "--refresh")
    (agent,) = answer(run_quotaboard("status", "--json"))["agents"]
    assert (agent["name"], agent["active"], agent["verdict"]) == ("hermes", TOOLS_GATED, "gated")
    assert agent["lane"] == f"{TOOLS_GATED}/{MODEL}/tools/direct"
    assert {one["name"]: one["verdict"] for one in agent["profiles"]}[HEALTHY] == "open"
    run_quotaboard("switch", "hermes", HEALTHY)
    (agent,) = answer(run_quotaboard("status", "--json"))["agents"]
    assert (agent["active"], agent["verdict"]) == (HEALTHY, "open")
    run_quotaboard("undo", "hermes")
    (agent,) = answer(run_quotaboard("status", "--json"))["agents"]
    assert (agent["active"], agent["said"]["kind"]) == (TOOLS_GATED, "undone")


def test_the_status_begins_with_the_agents_and_the_way_out(
    hermes: Path, run_quotaboard: RunQuotaboard
) -> None:
    run_quotaboard("status", "--refresh")
    first, second, third, *_ = run_quotaboard("status").stdout.splitlines()
    assert first.split()[:3] == ["hermes", "GATED", TOOLS_GATED]
    assert second.strip().startswith(f"quotaboard switch hermes {HEALTHY}")
    assert third == ""


def test_no_secret_is_printed(hermes: Path, run_quotaboard: RunQuotaboard, scenario: Scenario) -> None:
    printed = ""
    for words in ("preflight hermes --json", f"switch hermes {HEALTHY}", "profiles --json", "snapshot"):
        done = run_quotaboard(*shlex.split(words))
        printed += done.stdout + done.stderr
    assert not [account.name for account in scenario.accounts if account.token in printed]


def test_the_advisory_file_is_replaced_whole_and_private(
    hermes: Path, run_quotaboard: RunQuotaboard, tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "advice.json"
    assert run_quotaboard("snapshot", "--out", str(out)).returncode == 4
    run_quotaboard("status", "--refresh")
    assert run_quotaboard("snapshot", "--out", str(out)).returncode == 0
    told = json.loads(out.read_text())
    assert told["schema"] == "quotaboard.snapshot/1"
    verdicts = {lane["id"]: (lane["verdict"], lane["confidence"]) for lane in told["lanes"]}
    assert verdicts[f"{TOOLS_GATED}/{MODEL}/tools/direct"] == ("gated", "observed")
    assert verdicts[f"{MODEL_GATED}/{MODEL}/tools/direct"] == ("gated", "suspected")
    assert verdicts[f"{HEALTHY}/{MODEL}/plain/direct"] == ("open", "inferred")
    assert told["observed_at"] <= told["fresh_until"]
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in out.parent.iterdir()] == ["advice.json"]


def test_a_snapshot_that_cannot_be_written_is_a_sentence(
    hermes: Path, run_quotaboard: RunQuotaboard, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = run_quotaboard("snapshot", "--out", str(tmp_path / "file" / "x.json"))
    assert done.returncode == 1
    assert "cannot be written" in done.stderr


@pytest.fixture
def watching(home: Path) -> Callable[..., None]:
    """Add a table to the user's config."""

    def add(text: str) -> None:
        path = home / ".config/quotaboard/config.toml"
        path.write_text(f"{path.read_text()}\n{text}\n")

    return add


def decisions(done: Done) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [one for one in told if one["schema"] == "quotaboard.decision/1"]


def test_auto_switch_chooses_the_healthy_one_and_says_why_not_the_emptier_two(
    hermes: Path, run_quotaboard: RunQuotaboard, watching: Callable[..., None], tmp_path: Path
) -> None:
    heard = tmp_path / "heard"
    hook = json.dumps(["sh", "-c", f"cat >> {heard}; env >> {heard}"])
    watching(f'[auto_switch]\nprofiles = ["max", "team", "work", "home"]\nhook = {hook}')
    done = run_quotaboard("watch", "--once", "--auto-switch")
    assert done.returncode == 0, done.stderr
    (decision,) = decisions(done)
    assert (decision["action"], decision["from"], decision["to"]) == ("switch", TOOLS_GATED, HEALTHY)
    assert (decision["applied"], decision["verified"], decision["dry_run"]) == (True, True, False)
    told = f"{TOOLS_GATED} refuses requests with tools, although its 5h window is 3 % used; {HEALTHY} serves"
    assert decision["sentence"].startswith(told)
    assert f"Not {MODEL_GATED}: it refuses {MODEL}" in decision["sentence"]
    assert "although its 5h window is 9 % used" in decision["sentence"]
    assert f"Not {SPENT}: it is used up" in decision["sentence"]
    assert f"custom:{HEALTHY}" in (hermes / "config.yaml").read_text()
    assert json.loads(heard.read_text().splitlines()[0]) == decision
    assert "FOUR_" not in heard.read_text()
    (decision,) = decisions(run_quotaboard("watch", "--once", "--auto-switch"))
    assert decision["action"] == "stay"


def test_a_dry_run_of_auto_switch_only_tells(
    hermes: Path, run_quotaboard: RunQuotaboard, watching: Callable[..., None]
) -> None:
    before = (hermes / "config.yaml").read_bytes()
    done = run_quotaboard("watch", "--once", "--auto-switch", "--dry-run")
    (decision,) = decisions(done)
    assert (decision["action"], decision["to"], decision["applied"]) == ("switch", HEALTHY, False)
    assert (hermes / "config.yaml").read_bytes() == before


def test_auto_switch_is_off_unless_it_is_asked_for(
    hermes: Path, run_quotaboard: RunQuotaboard, watching: Callable[..., None]
) -> None:
    watching('[auto_switch]\nprofiles = ["home"]')
    assert decisions(run_quotaboard("watch", "--once")) == []
    assert f"custom:{TOOLS_GATED}" in (hermes / "config.yaml").read_text()


@pytest.mark.parametrize(
    ("words", "table", "code", "said"),
    [
        (["--auto-switch"], '[auto_switch]\nagents = ["hermess"]', 2, "Did you mean hermes?"),
        (["--auto-switch", "--readonly"], "", 5, "--readonly"),
        (["--dry-run"], "", 2, "--auto-switch"),
        (["--auto-switch"], '[auto_switch]\ncooldown = "5m"', 2, 'Did you mean "cool_down"?'),
        (["--auto-switch"], '[auto_switch]\nback_after = "1s"', 2, "at least 1m"),
        (["--auto-switch"], '[auto_switch]\nhook = "notify-send"', 2, "must be a list"),
    ],
)
def test_wrong_words_for_auto_switch_are_told(
    hermes: Path,
    run_quotaboard: RunQuotaboard,
    watching: Callable[..., None],
    words: list[str],
    table: str,
    code: int,
    said: str,
) -> None:
    watching(table)
    done = run_quotaboard("watch", "--once", *words)
    assert done.returncode == code
    assert said in done.stderr


def test_a_hook_that_fails_is_a_sentence_and_no_more(
    hermes: Path, run_quotaboard: RunQuotaboard, watching: Callable[..., None]
) -> None:
    watching('[auto_switch]\nhook = ["/no/such/program"]')
    done = run_quotaboard("watch", "--once", "--auto-switch")
    assert done.returncode == 0
    assert "The hook /no/such/program cannot be run" in done.stderr
