import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import facade
from quotaboard.cli import main, opening
from quotaboard.cli.checks.client import official_client
from quotaboard.config.values import Config
from quotaboard.domain.agent import SwitchPlan
from quotaboard.poll.live import LEASE
from quotaboard.poll.switching import Switching
from quotaboard.simulator import SimulatedProvider
from quotaboard.store.opening import open_memory, open_store
from tests.fleet_home import lay_hermes

Doctor = Callable[..., Any]
CANARY = "sk-ant-api03-FAKE-canary-0123456789"


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    """The answer as JSON, and its exit code checked against it."""

    def ask(*words: str) -> Any:
        code = main(["doctor", "--json", *words])
        document = json.loads(capsys.readouterr().out)
        assert code == (0 if document["ok"] else 1)
        assert document["ok"] is (document["problems"] == [])
        return document

    return ask


def credential(document: Any, name: str) -> Any:
    return next(one for one in document["credentials"] if one["name"] == name)


def test_all_is_well_with_four_credentials_that_can_be_used(
    provider: SimulatedProvider, filled: Path, doctor: Doctor
) -> None:
    document = doctor()
    assert document["schema"] == "quotaboard.doctor/1"
    assert document["problems"] == []
    found = credential(document, "max")
    assert (found["usable"], found["looks"], found["kind"]) == (True, "allowed by the config", "oauth")
    assert found["host"] == provider.base_url
    assert found["last_look_at"] is not None
    assert (found["tokens_today"] > 0, found["daily_token_budget"]) == (True, 20_000)
    assert len(document["credentials"]) == 4
    assert provider.requests == ()


def test_problems_come_first_each_with_what_mends_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[[credentials]]\nname = "work"\nsource = "keyring:work"\n')
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 in the way:"
    assert "    try: quotaboard key set work" in lines
    assert lines.index("versions") > lines.index("    try: quotaboard key set work")


def test_without_any_credential_it_says_what_to_do(home: Path, doctor: Doctor) -> None:
    document = doctor()
    assert document["problems"] == [
        {"what": "No credential was found, so there is nothing to look at.", "fix": "quotaboard init"}
    ]
    assert list(home.iterdir()) == []


def test_it_says_where_everything_is_and_who_said_so(
    doctor: Doctor, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTABOARD_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("QUOTABOARD_CONFIG", str(tmp_path / "mine.toml"))
    places = doctor()["places"]
    assert (places["config"], places["config_chosen_by"]) == (
        str(tmp_path / "mine.toml"),
        "QUOTABOARD_CONFIG",
    )
    assert (places["state_dir"], places["state_dir_chosen_by"]) == (
        str(tmp_path / "state"),
        "QUOTABOARD_STATE_DIR",
    )
    assert (places["home"], places["config_exists"]) == (str(home), False)


def test_a_wrong_config_is_a_problem_for_each_line(home: Path, doctor: Doctor) -> None:
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[poll]\nspeed = 1\nfresh_for = "x"\n')
    whats = [problem["what"] for problem in doctor()["problems"]]
    assert [what.split(": ")[0] for what in whats[:2]] == [f"{config}:2", f"{config}:3"]


def test_a_damaged_store_is_a_problem(filled: Path, provider: SimulatedProvider, doctor: Doctor) -> None:
    (filled / "store.db").write_bytes(b"not a database" * 1000)
    document = doctor()
    [problem] = document["problems"]
    assert problem["what"].startswith(f"{filled}/store.db is damaged.")
    assert document["store"]["bytes"] == 14_000


def test_a_locked_store_is_a_problem(
    filled: Path, provider: SimulatedProvider, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotaboard.store.opening.WAIT_SECONDS", 0.05)
    with closing(sqlite3.connect(filled / "store.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        [problem] = doctor()["problems"]
    assert "Another program holds" in problem["what"]


def test_whoever_polls_is_named(
    filled: Path, provider: SimulatedProvider, doctor: Doctor, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    with open_store(filled, now=now) as store:
        assert store.leases.acquire(LEASE, timedelta(seconds=30), now=now)
        assert doctor()["store"]["poller"]["pid"] == os.getpid()
        main(["doctor"])
        assert f"pid {os.getpid()}, until" in capsys.readouterr().out
        store.leases.release(LEASE)
    assert doctor()["store"]["poller"] is None


def test_a_used_up_budget_is_a_problem(filled: Path, provider: SimulatedProvider, doctor: Doctor) -> None:
    with closing(sqlite3.connect(filled / "store.db")) as store, store:
        store.execute("UPDATE spending SET input_tokens = 20000 WHERE credential = 'home'")
    [problem] = doctor()["problems"]
    assert problem["what"].startswith("home: today's budget for looking is used up")


def test_a_broken_login_that_the_config_does_not_name_is_in_nobodys_way(
    home: Path, provider: SimulatedProvider, doctor: Doctor
) -> None:
    (home / ".claude").mkdir()
    (home / ".claude/.credentials.json").write_text("{")
    document = doctor()
    assert document["problems"] == []
    assert credential(document, "claude")["usable"] is False


def test_a_broken_login_is_a_problem_where_there_is_no_config(home: Path, doctor: Doctor) -> None:
    (home / ".claude").mkdir()
    (home / ".claude/.credentials.json").write_text("{")
    [problem] = doctor()["problems"]
    assert problem["what"].startswith(f"claude: {home}/.claude/.credentials.json:1: not complete JSON; ")
    assert problem["fix"] == "claude /login"


def test_a_keyring_that_cannot_be_used_says_why_and_is_no_problem_unless_it_is_needed(
    provider: SimulatedProvider, doctor: Doctor
) -> None:
    keyring = doctor()["keyring"]
    assert (keyring["usable"], keyring["keys"]) == (False, [])
    assert keyring["why_not"].startswith("No system keyring answers here")


def test_a_dumb_terminal_is_a_problem(
    provider: SimulatedProvider, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "140")
    assert main(["doctor"]) == 0, "it is none where nobody looks"
    capsys.readouterr()
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "(TERM is dumb), so the board cannot be drawn." in out
    assert "  columns      140" in out.splitlines()


# The official client


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return path


def test_the_clients_version_is_read_from_its_package(bin_folder: Path, tmp_path: Path) -> None:
    package = tmp_path / "lib/node_modules/@anthropic-ai/claude-code"
    (bin_folder / "claude").symlink_to(program(package / "bin/claude.exe"))
    (package / "package.json").write_text('{"name": "@anthropic-ai/claude-code", "version": "2.1.328"}')
    assert official_client({"PATH": str(bin_folder)}) == {
        "path": str(bin_folder / "claude"),
        "version": "2.1.328",
    }


def test_or_from_the_name_that_its_own_installer_gave_it(bin_folder: Path, tmp_path: Path) -> None:
    (bin_folder / "claude").symlink_to(program(tmp_path / "share/claude/versions/2.1.328"))
    assert official_client({"PATH": str(bin_folder)})["version"] == "2.1.328"


def test_a_client_that_does_not_say_is_not_started_to_find_out(bin_folder: Path) -> None:
    program(bin_folder / "claude")
    assert official_client({"PATH": str(bin_folder)}) == {"path": str(bin_folder / "claude"), "version": None}


def test_a_client_that_is_missing_is_a_problem_only_if_it_is_asked(
    provider: SimulatedProvider, home: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, bin_folder: Path
) -> None:
    monkeypatch.setenv("PATH", str(bin_folder))
    assert doctor()["official_client"]["path"] is None
    config = home / ".config/quotaboard/config.toml"
    config.write_text(config.read_text() + 'clients = ["direct", "official"]\n')
    [problem] = doctor()["problems"]
    assert problem["fix"] == "npm install -g @anthropic-ai/claude-code"


# The requests


def test_the_requests_are_listed_whole_with_the_secret_hidden(
    provider: SimulatedProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--requests", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "quotaboard.requests/1"
    requests = {one["purpose"]: one for one in document["requests"] if one["credential"] == "max"}
    probe = requests["looks at max/claude-sonnet-4-6/tools/direct"]
    assert (probe["method"], probe["url"]) == ("POST", f"{provider.base_url}/v1/messages")
    assert probe["headers"]["authorization"] == "Bearer <secret>"
    assert probe["headers"]["user-agent"].startswith("quotaboard/")
    assert (probe["body"]["max_tokens"], probe["when"]) == (1, "when it is due")
    plain = requests["looks at max/claude-sonnet-4-6/plain/direct"]
    assert plain["when"] == "only where a request with more in it was refused"
    assert provider.requests == ()


def test_a_look_without_consent_is_said_not_to_be_sent(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    assert main(["doctor", "--requests"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "api-key: looks at api-key/claude-haiku-4-5/plain/direct, not without your consent: "
        "quotaboard init --probe api-key --yes\n  POST https://api.anthropic.com/v1/messages\n"
    )
    assert "  x-api-key: <secret>\n" in out


def test_with_nothing_to_send_it_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--requests"]) == 0
    assert capsys.readouterr() == ("", "Nothing would be sent: no credential can be used.\n")


def test_no_secret_is_printed(
    provider: SimulatedProvider,
    filled: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"https://user:{CANARY}@example.com")
    for words in ([], ["--json"], ["--requests"], ["--requests", "--json"]):
        main(["doctor", *words])
    said = "".join(capsys.readouterr())
    assert "canary" not in said
    assert not any(account.token in said for account in provider.scenario.accounts)


class Cut(BaseException):
    """The process ends here."""


@pytest.fixture
def hermes(provider: SimulatedProvider, filled: Path, home: Path) -> Path:
    tokens = {account.name: account.token for account in provider.scenario.accounts}
    return lay_hermes(home, provider.base_url, tokens, "max")


def test_each_agent_is_told_with_what_it_is_on(hermes: Path, doctor: Doctor) -> None:
    (agent,) = doctor()["agents"]
    assert (agent["name"], agent["home"], agent["running"]) == ("hermes", str(hermes), "no")
    assert (agent["on"], agent["lane"]) == ("max", "max/claude-sonnet-4-6/tools/direct")
    assert agent["profiles"] == ["max", "team", "work", "home"]
    assert agent["cannot_be_switched"] is None


def test_an_agent_that_cannot_be_read_is_in_the_way(hermes: Path, doctor: Doctor) -> None:
    (hermes / "config.yaml").write_text("model: {\n")
    (problem,) = doctor()["problems"]
    assert problem["what"].startswith("hermes cannot be read: ")
    assert "config.yaml" in problem["what"]


def test_why_an_agent_cannot_be_switched_is_a_fact(hermes: Path, doctor: Doctor) -> None:
    (hermes / ".managed").touch()
    document = doctor()
    assert document["agents"][0]["cannot_be_switched"].startswith("Hermes is managed here")


def test_a_switch_that_was_cut_short_is_told_with_what_mends_it_and_left_alone(
    hermes: Path, doctor: Doctor, filled: Path
) -> None:
    with open_memory() as store:
        moves = Switching(store, Config(), opening.place(), lambda: datetime.now(UTC))
        plan = moves.plan("hermes", "home")
        assert isinstance(plan, SwitchPlan)

        def cut(step: str) -> None:
            if step == "journal written":
                raise Cut

        with pytest.raises(Cut):
            facade.apply(plan, moves.around(), cut)
    before = {path: path.read_bytes() for path in sorted((filled / "switches").rglob("*.json"))}
    for _ in range(2):
        (problem,) = doctor()["problems"]
        assert "A switch of hermes to home was interrupted" in problem["what"]
        assert "before it changed anything" in problem["what"]
    assert {path: path.read_bytes() for path in sorted((filled / "switches").rglob("*.json"))} == before
