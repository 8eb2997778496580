"""`--mask` reaches every exit: no name, account, host or path of the user's is in what is written."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from quotaboard.cli import main, masking, output
from quotaboard.simulator import Scenario, load_scenario, serve
from tests.conftest import ROOT
from tests.fleet_home import lay_hermes

NAMES = {"max": "acme-jane", "team": "jd@acme.com", "work": "zeta-work", "home": "zeta-home"}
WITH_AGENTS = (
    ("status", "--refresh"),
    ("status", "--json"),
    ("status",),
    ("profiles",),
    ("profiles", "--json"),
    ("profiles", "hermes"),
    ("preflight", "hermes", "--for", "3h", "--no-look"),
    ("preflight", "hermes", "--json", "--no-look"),
    ("switch", "hermes", "zeta-home", "--dry-run"),
    ("switch", "hermes", "nobody"),
    ("switch", "hermes", "zeta-home"),
    ("switch", "hermes", "zeta-home", "--json"),
    ("undo", "hermes", "--dry-run"),
    ("undo", "hermes"),
    ("snapshot",),
    ("watch", "--once"),
    ("history", "--csv"),
    ("doctor",),
    ("doctor", "--json"),
    ("doctor", "--requests"),
    ("init", "--json"),
    ("report",),
    ("record",),
    ("config", "check"),
    ("config", "show"),
    ("completions", "names"),
    ("completions", "agents"),
    ("completions", "profiles"),
)
GIVEN_AWAY = ("acme", "jane", "jd@", "zeta", "relay.corp", "FOUR_", "1b4e28ba")
ERROR = (
    "ERROR jane@acme.com at https://relay.corp.test/v1/messages: Error code: 400 - "
    "{'type': 'error', 'error': {'type': 'invalid_request_error', "
    "'message': \"You're out of extra usage. Ask jane@acme.com.\"}}"
)


@pytest.fixture
def person(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store whose credentials are called after people, and a config that names a host."""
    with closing(sqlite3.connect(filled / "store.db")) as connection, connection:
        for before, after in NAMES.items():
            connection.execute("UPDATE credentials SET name = ? WHERE name = ?", (after, before))
            connection.execute(
                "UPDATE lanes SET name = replace(name, ?, ?) WHERE name LIKE ?",
                (f"{before}/", f"{after}/", f"{before}/%"),
            )
        connection.execute(
            "INSERT INTO alerts (at, kind, title, text, rung) VALUES (?, 'blocked', ?, ?, 1)",
            (1_795_000_000_000, "acme-jane GATED: tools", "zeta-work and jd@acme.com were refused"),
        )
        connection.execute("UPDATE credentials SET account = '1b4e28ba-2fa1-11d2-883f-0016d3cca427'")
    config = Path(filled).parents[2] / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        '[[credentials]]\nname = "acme-jane"\nsource = "env:FOUR_JANE"\n'
        'base_url = "https://relay.corp.test/v1"\n'
    )
    monkeypatch.setenv("FOUR_JANE", "not-a-real-token")
    monkeypatch.setenv("USER", "jane")
    yield filled
    assert masking.worn() is None, "the next run is not masked"
    assert output._masks == []


COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("status", "--lane", "acme-jane/claude-haiku-4-5/tools/direct"),
    ("status", "--lane", "acme-jane/claude-haiku-4-5/tools/direct", "--json"),
    ("status", "--lane", "acme-jane/nothing"),
    ("line",),
    ("line", "--format", "tmux"),
    ("line", "--format", "waybar"),
    ("line", "--format", "json"),
    ("history",),
    ("history", "--json"),
    ("history", "--csv"),
    ("history", "zeta-work"),
    ("doctor",),
    ("doctor", "--json"),
    ("doctor", "--requests"),
    ("profiles",),
    ("profiles", "--json"),
    ("snapshot",),
    ("report",),
    ("report", "--format", "svg"),
    ("record",),
    ("record", "--names", "--messages"),
    ("config", "path"),
    ("config", "path", "--json"),
    ("config", "show"),
    ("config", "show", "--json"),
    ("key", "list"),
    ("init", "--json"),
    ("themes",),
    ("alerts",),
    ("alerts", "--json"),
)


def test_no_exit_names_anybody(person: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(person.parents[2])
    for words in COMMANDS:
        main([*words, "--mask"])
        out, err = capsys.readouterr()
        for told in (out, err):
            assert [word for word in (*GIVEN_AWAY, home) if word in told] == [], words
        assert str(ROOT) not in out, words
        if "--json" in words:
            json.loads(out)


@pytest.mark.parametrize("words", [("explain",), ("explain", "--json")], ids=" ".join)
def test_an_explanation_names_nobody(
    words: tuple[str, ...], person: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text(ERROR)
    assert main([*words, "--mask", str(tmp_path / "log")]) == 0
    out, _ = capsys.readouterr()
    assert "gated" in out.lower()
    assert [word for word in GIVEN_AWAY if word in out] == []


def test_pseudonyms_follow_the_order_of_the_board_everywhere(
    person: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--mask", "line", "--format", "{name}"])
    assert capsys.readouterr().out == "alder │ birch │ cedar │ elm\n"
    main(["status", "--json", "--mask"])
    document = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in document["credentials"]] == ["alder", "birch", "cedar", "elm"]
    assert document["lanes"][0]["id"].startswith("alder/")
    assert document["lanes"][0]["verdict"] == "open"


def test_a_lane_may_be_asked_for_by_its_pseudonym(person: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--mask", "--lane", "alder/claude-haiku-4-5/tools/direct"]) == 3
    assert capsys.readouterr().out.startswith("alder/claude-haiku-4-5/tools/direct: GATED")


def test_so_may_the_history_of_one(person: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for named in ("alder", "alder/claude-haiku-4-5/tools/direct"):
        assert main(["history", "--mask", "--json", named]) in {0, 4}
        assert [one["name"] for one in json.loads(capsys.readouterr().out)["credentials"]] == ["alder"]


def test_no_exit_names_an_agents_profiles_or_places(
    scenario: Scenario, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USER", "jane")
    with serve(scenario) as server:
        tokens = {NAMES[one.name].replace("@", "-").replace(".", "-"): one.token for one in scenario.accounts}
        lay_hermes(home, server.base_url, tokens, "acme-jane")
        config = home / ".config/quotaboard/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            "".join(
                f'[[credentials]]\nname = "{name}"\nsource = "file:~/keys of jane/{name}"\nprobe = true\n'
                f'models = ["claude-sonnet-4-6"]\nbase_url = "{server.base_url}"\n'
                for name in tokens
            )
        )
        (home / "keys of jane").mkdir()
        for name, token in tokens.items():
            path = home / "keys of jane" / name
            path.write_text(token)
            path.chmod(0o600)
        for words in WITH_AGENTS:
            main([*words, "--mask"])
            out, err = capsys.readouterr()
            for told in (out, err):
                found = [
                    word for word in ("acme", "jane", "jd-", "zeta", str(home)) if word in told.casefold()
                ]
                assert found == [], (words, told)


FIRST = (("init", "--json"), ("doctor",), ("doctor", "--requests"), ("profiles",), ("watch", "--once"))


@pytest.mark.parametrize("words", FIRST, ids=" ".join)
def test_what_is_found_for_the_first_time_is_hidden_too(
    words: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is stored yet, and no config names anything."""
    with serve(load_scenario("healthy")) as server:
        lay_hermes(
            home, server.base_url, {"acme-jane": "not-a-real-token", "zeta": "nor-is-this"}, "acme-jane"
        )
        state = home / ".local/state/quotaboard"
        state.mkdir(parents=True)
        (state / "keys.json").write_text('{"schema": "quotaboard.key-index/1", "keys": {"jane-kept": {}}}')
        for command in (words, ("key", "list")):
            main([*command, "--mask"])
            out, err = capsys.readouterr()
            assert [one for one in ("acme", "jane", "zeta", str(home)) if one in (out + err).casefold()] == []


def test_a_complaint_about_the_config_names_nobody(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[[credentials]]\nname = "acme-jane"\nsource = "nothing"\n\n' * 2)
    for words in (("config", "check"), ("status",)):
        assert main([*words, "--mask"]) == 2
        out, err = capsys.readouterr()
        assert err
        assert [one for one in ("acme", str(home)) if one in out + err] == []


MISTYPED = (
    ("status", "--lane", "acme-jnae/claude-haiku-4-5/tools/direct"),
    ("history", "acme-jnae"),
    ("history", "acme-jnae", "--since", "7d"),
    ("preflight", "acme-jnae", "--no-look"),
    ("switch", "acme-jnae", "openrouter"),
    ("switch", "hermes:acme-jnae", "openrouter"),
    ("undo", "acme-jnae"),
    ("profiles", "acme-jnae"),
    ("key", "rm", "acme-jnae"),
    ("explain", "acme-jnae.txt"),
    ("demo", "--scenario", "acme-jnae"),
    ("demo", "--replay", "acme-jnae.jsonl"),
    ("themes", "check", "acme-jnae.toml"),
    ("report", "--since=acme-jnae"),
    ("line", "--format=acme-jnae"),
    ("status", "acme-jnae"),
    ("acme-jnae",),
)


def test_a_mistyped_name_is_not_told_again(person: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in MISTYPED:
        assert main([*words, "--mask"]) != 0, words
        out, err = capsys.readouterr()
        assert err, words
        assert [word for word in (*GIVEN_AWAY, "acme-jnae") if word in out + err] == [], words


def test_the_sentence_around_a_file_stays_as_it_is(
    person: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["record", "--out", "acme-jane.jsonl", "--mask"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("Wrote ~/path-1. It names nobody")
    assert "--replay ~/path-1`" in said


def test_a_mistyped_name_still_brings_the_nearest_one(
    person: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["history", "--mask", "acme-jnae"])
    assert capsys.readouterr().err == (
        'quotaboard: There is no credential or lane "word-1". Did you mean "alder"? '
        "`quotaboard status` lists them.\n"
    )
