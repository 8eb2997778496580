import json
import os
import signal
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from quotaboard.cli import main
from quotaboard.cli.offers import offers
from quotaboard.providers import registry
from tests.conftest import ROOT
from tests.terminal import Terminal

LOGIN = "sk-ant-oat01-FAKE-canary-login-0123456789"
KEY = "sk-ant-api03-FAKE-canary-key-0123456789"
ROUTER = "sk-or-v1-FAKE-canary-router-0123456789"


@pytest.fixture
def login(home: Path) -> Path:
    """A login of Claude Code."""
    path = home / ".claude/.credentials.json"
    path.parent.mkdir()
    told = {
        "accessToken": LOGIN,
        "expiresAt": 4_000_000_000_000,
        "scopes": ["user:inference", "user:profile"],
        "subscriptionType": "max",
        "rateLimitTier": "default_claude_max_20x",
    }
    path.write_text(json.dumps({"claudeAiOauth": told}))
    return path


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)


@pytest.fixture
def config(home: Path) -> Path:
    """Where it will be written."""
    return home / ".config/quotaboard/config.toml"


def entries(config: Path) -> dict[str, Any]:
    found = tomllib.loads(config.read_text())["credentials"]
    assert len({entry["name"] for entry in found}) == len(found)
    return {entry["name"]: entry for entry in found}


# What it finds and says


def test_it_says_what_was_found_and_what_each_kind_of_look_costs(
    login: Path, key: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--yes"]) == 0
    assert capsys.readouterr().out == (
        "max: Anthropic Max 20x (new)\n"
        "  found in Claude Code\n"
        "  free readings      what Claude Code keeps, the usage endpoint\n"
        "  a look             9 tokens: how full the windows are\n"
        "  a look with tools  429 tokens: whether an agent is served\n"
        "  a day at most      15.9k tokens of a budget of 20k tokens\n"
        "\n"
        "api-key: Anthropic API key (new)\n"
        "  found in environment (ANTHROPIC_API_KEY)\n"
        "  free readings      none\n"
        "  a look             9 tokens, under $0.01: how full the windows are\n"
        "  a look with tools  429 tokens, under $0.01: whether an agent is served\n"
        "  a day at most      15.9k tokens, $0.03 of a budget of 20k tokens\n"
    )


def test_the_same_token_in_two_places_is_one_credential(
    login: Path, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAUDE_CODE_OAUTH_TOKEN", LOGIN)
    assert main(["init", "--yes"]) == 0
    assert "  found in Claude Code, environment (CLAUDE_CODE_OAUTH_TOKEN)\n" in capsys.readouterr().out
    assert list(entries(config)) == ["max"]


def test_what_cannot_be_used_is_a_row_with_its_reason_and_not_written(
    login: Path, key: None, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login.write_text('{"claudeAiOauth": {"accessTok')
    assert main(["init", "--yes"]) == 0
    out = capsys.readouterr().out
    assert "claude: Anthropic login (cannot be used)\n" in out
    assert f"{login}:1: not complete JSON; " in out
    assert list(entries(config)) == ["api-key"]


def test_an_expired_login_is_written_since_its_owner_will_renew_it(
    login: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login.write_text(login.read_text().replace("4000000000000", "1000000000000"))
    assert main(["init", "--yes"]) == 0
    assert "expired: open Claude Code once" in capsys.readouterr().out
    assert entries(config)["max"]["source"] == "claude-code"


def test_a_provider_that_cannot_be_asked_yet_is_said_to_be_one(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "canonical", lambda _name: None)
    monkeypatch.setenv("GROQ_API_KEY", "gsk_FAKE0123456789abcdef")
    assert main(["init", "--yes"]) == 0
    assert "does not know the provider groq yet" in capsys.readouterr().out
    assert not config.exists()


def test_with_nothing_to_find_it_says_where_it_looked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes"]) == 4
    assert capsys.readouterr().err.startswith("No credential was found: not of Claude Code, Hermes, ")
    assert list(home.iterdir()) == []


def test_json_tells_the_same_and_writes_nothing(
    login: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "quotaboard.init/1"
    assert (document["config"], document["written"]) == (str(config), False)
    [credential] = document["credentials"]
    assert (credential["name"], credential["probe"], credential["configured"]) == ("max", False, False)
    assert credential["costs"]["tools"]["input_tokens"] == 428
    assert credential["costs"]["free"] == ["cached", "usage"]
    assert not config.exists()


def test_json_with_yes_writes_and_says_so(
    login: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--json", "--yes", "--probe", "max"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["written"], document["credentials"][0]["probe"]) == (True, True)
    assert entries(config)["max"]["probe"] is True


# Consent


def test_yes_is_no_consent(login: Path, key: None, config: Path) -> None:
    assert main(["init", "--yes"]) == 0
    assert [entry["probe"] for entry in entries(config).values()] == [False, False]
    assert main(["config", "check"]) == 0


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["--probe", "max"], {"max"}),
        (["--probe-all"], {"max", "api-key"}),
        (["--probe", "api-key"], {"api-key"}),
    ],
)
def test_consent_is_what_is_said(
    words: list[str], allowed: set[str], login: Path, key: None, config: Path
) -> None:
    assert main(["init", "--yes", *words]) == 0
    assert {name for name, entry in entries(config).items() if entry["probe"]} == allowed


def test_consent_can_be_given_later_and_is_not_taken_back_by_the_next_run(
    login: Path, key: None, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "--yes"])
    assert main(["init", "--yes", "--probe", "max"]) == 0
    assert main(["init", "--yes"]) == 0
    assert capsys.readouterr().out.endswith("\n\nThe config names all of this already.\n")
    assert {name for name, entry in entries(config).items() if entry["probe"]} == {"max"}


def test_consent_for_a_mistyped_name_is_wrong_usage(
    login: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--yes", "--probe", "mx"]) == 2
    assert capsys.readouterr().err == 'quotaboard: No credential "mx" was found. Did you mean "max"?\n'
    assert not config.exists()


def test_consent_for_what_cannot_be_used_is_wrong_usage(
    login: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login.write_text("{")
    assert main(["init", "--yes", "--probe", "claude"]) == 2
    assert capsys.readouterr().err.startswith("quotaboard: claude cannot be looked at. ")


# Questions


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.terminal
def test_it_asks_for_each_credential_and_the_default_is_no(
    login: Path, key: None, config: Path, environment: dict[str, str]
) -> None:
    with Terminal([sys.executable, "-m", "quotaboard", "init"], environment) as terminal:
        terminal.wait_for("May quotaboard look at max? [y/N]")
        assert "a provider may count it as third-party use" in terminal.text
        terminal.send("y\r")
        terminal.wait_for("Which models? [claude-haiku-4-5, claude-sonnet-4-6]")
        terminal.send("claude-opus-5-5, claude-haiku-4-5\r")
        terminal.wait_for("May quotaboard look at api-key? [y/N]")
        terminal.send("\r")
        assert terminal.wait() == 0
        assert "max may be looked at. Next: `quotaboard` opens the board and begins." in terminal.text
    written = entries(config)
    assert (written["max"]["probe"], written["api-key"]["probe"]) == (True, False)
    assert written["max"]["models"] == ["claude-opus-5-5", "claude-haiku-4-5"]
    assert config.stat().st_mode & 0o777 == 0o600


@pytest.mark.terminal
@pytest.mark.parametrize(("leave", "code"), [("ctrl+d", 1), ("ctrl+c", 130)])
def test_leaving_the_questions_writes_nothing(
    leave: str, code: int, login: Path, config: Path, environment: dict[str, str]
) -> None:
    with Terminal([sys.executable, "-m", "quotaboard", "init"], environment) as terminal:
        terminal.wait_for("May quotaboard look at max? [y/N]")
        if leave == "ctrl+d":
            terminal.send("\x04")
        else:
            terminal.wait_until_asleep()
            terminal.signal(signal.SIGINT)
        assert terminal.wait() == code
        assert b"Traceback" not in terminal.output
    assert not config.exists()


def test_without_a_terminal_it_asks_nothing_and_does_nothing(
    login: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init"]) == 2
    assert capsys.readouterr().err == (
        "quotaboard: `quotaboard init` asks questions, and needs a terminal. --yes asks none.\n"
    )
    assert not config.exists()


# Writing


def test_what_the_file_held_stays_as_its_owner_wrote_it(login: Path, key: None, config: Path) -> None:
    config.parent.mkdir(parents=True)
    before = (
        '# my own words\n[poll]\nfresh_for = "3m"  # often enough\n\n'
        '[[credentials]]\nname = "work"  # the good one\nsource = "claude-code"\n'
    )
    config.write_text(before)
    assert main(["init", "--yes"]) == 0
    assert config.read_text().startswith(before)
    assert list(entries(config)) == ["work", "api-key"]
    assert entries(config)["work"] == {"name": "work", "source": "claude-code"}


def test_a_credential_that_the_config_reads_elsewhere_is_not_added_again(
    login: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_OWN", LOGIN)
    config.parent.mkdir(parents=True)
    config.write_text('[[credentials]]\nname = "mine"\nsource = "env:MY_OWN"\n')
    assert main(["init", "--yes"]) == 0
    assert list(entries(config)) == ["mine"]


def test_a_name_that_is_taken_is_not_taken_twice(login: Path, key: None, config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_text('[[credentials]]\nname = "max"\nsource = "env:ANTHROPIC_API_KEY"\n')
    assert main(["init", "--yes"]) == 0
    assert list(entries(config)) == ["max", "claude-code-max"]


def test_a_wrong_config_is_told_and_not_written(
    login: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.parent.mkdir(parents=True)
    config.write_text("[poll]\nspeed = 1\n")
    assert main(["init", "--yes"]) == 2
    assert capsys.readouterr().err.startswith(f"{config}:2: poll.speed: ")
    assert config.read_text() == "[poll]\nspeed = 1\n"


def test_a_file_that_somebody_edited_meanwhile_is_left_alone(
    login: Path, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config.parent.mkdir(parents=True)

    def edited(*args: Any) -> Any:
        config.write_text("# mine\n")
        return offers(*args)

    monkeypatch.setattr("quotaboard.cli.commands.init.offers", edited)
    assert main(["init", "--yes"]) == 5
    assert "was edited meanwhile and was not written" in capsys.readouterr().err
    assert config.read_text() == "# mine\n"


def test_readonly_writes_nothing(login: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", "--readonly"]) == 5
    assert not config.exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(
    login: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / ".config").write_text("a file where a folder should be")
    assert main(["init", "--yes"]) in {1, 2}
    err = capsys.readouterr().err
    assert "config.toml: The file cannot be " in err


def test_a_named_config_is_the_one_that_is_written(login: Path, config: Path, tmp_path: Path) -> None:
    assert main(["--config", str(tmp_path / "new.toml"), "init", "--yes"]) == 0
    assert list(entries(tmp_path / "new.toml")) == ["max"]
    assert not config.exists()


def test_no_secret_is_printed_or_written(
    login: Path, key: None, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", ROUTER)
    main(["init", "--yes", "--probe-all"])
    main(["init", "--json"])
    said = "".join(capsys.readouterr())
    kept = [path.read_text() for path in home.rglob("*") if path.is_file() and path != login]
    assert "canary" not in said
    assert kept
    assert not any("canary" in text for text in kept)
