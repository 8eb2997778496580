"""The status-line bridge: what it prints is the user's own, what it keeps is the plan's windows."""

import json
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotaboard.cli import main
from quotaboard.cli.bridge import KEPT, _is_new, _store
from quotaboard.config.paths import state_dir
from quotaboard.domain.board import AgentView, Event
from quotaboard.domain.lane import Credential, Kind
from quotaboard.store.credentials import Known
from quotaboard.store.opening import open_store
from tests.conftest import ROOT, RunQuotaboard

RECORDED = json.loads(
    (ROOT / "tests/recorded/anthropic/claude_cli/statusline_and_hooks.json").read_text("utf-8")
)
CASES = {case["case"]: case for case in RECORDED["cases"]}
NOW = datetime.now(UTC)
ECHO = "cat; printf ' and more\\n' >&2; exit 7"


def told(case: str = "i_ok", place: int = -1, **changes: Any) -> str:
    return json.dumps(CASES[case]["statusline_stdin"][place] | changes)


@pytest.fixture(autouse=True)
def known() -> None:
    """A store that knows Claude Code's login, another credential, and the agent."""
    with open_store(state_dir(), now=NOW) as store:
        credentials = [
            Known(Credential("max", "anthropic", Kind.OAUTH, "claude-code")),
            Known(Credential("other", "anthropic", Kind.OAUTH, "env:X")),
        ]
        store.credentials.remember(credentials, now=NOW)
        store.agents.remember([AgentView("claude-code", "Claude Code", "/home/x/.claude")])


def windows(name: str = "max") -> dict[str, tuple[float | None, str]]:
    with open_store(state_dir(), now=NOW) as store:
        return {
            seen.window.name: (seen.window.utilization, seen.origin.value)
            for seen in store.readings.sightings(name)
        }


def eventually(seen: Callable[[], object]) -> None:
    """What is stored by a process that nobody waits for."""
    deadline = time.monotonic() + 30
    while not seen():
        assert time.monotonic() < deadline, "it was not stored"
        time.sleep(0.01)


class TestBridge:
    def test_the_users_command_prints_and_ends_as_it_did(self, run_quotaboard: RunQuotaboard) -> None:
        text = told()
        done = run_quotaboard("statusline", "--then", ECHO, stdin=text)
        assert (done.stdout, done.stderr, done.returncode) == (text, " and more\n", 7)

    @pytest.mark.parametrize("case", ["i_ok", "i_429"])
    def test_the_windows_are_stored_as_a_passive_reading_of_that_login_alone(
        self, run_quotaboard: RunQuotaboard, case: str
    ) -> None:
        run_quotaboard("statusline", "--then", "true", stdin=told(case))
        five = 0.41 if case == "i_ok" else 1.0
        eventually(windows)
        assert windows() == {"5h": (five, "passive"), "7d": (0.16, "passive")}
        assert windows("other") == {}

    @pytest.mark.parametrize(
        ("folder", "stored"), [(".claude", {"max"}), ("other", {"spare"}), ("strange", set())]
    )
    def test_two_folders_of_claude_code_are_told_apart_by_their_accounts(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, folder: str, stored: set[str]
    ) -> None:
        names = {".claude": "max", "other": "spare"}
        with open_store(state_dir(), now=NOW) as store:
            credentials = [
                Known(Credential(name, "anthropic", Kind.OAUTH, "claude-code", account=f"org-{name}"))
                for name in names.values()
            ]
            store.credentials.remember(credentials, now=NOW)
        (home / folder).mkdir()
        account = {"oauthAccount": {"organizationUuid": f"org-{names.get(folder, folder)}"}}
        (home / folder / ".claude.json").write_text(json.dumps(account))
        monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / folder))
        _store(json.loads(told())["rate_limits"], state_dir())
        assert {name for name in names.values() if windows(name)} == stored

    def test_a_gateways_cap_is_not_the_plans(self, run_quotaboard: RunQuotaboard) -> None:
        limits = {"spend_limit": {"used_percentage": 80, "resets_at": 1795190400}, "five_hour": None}
        done = run_quotaboard("statusline", stdin=told(rate_limits=limits))
        assert done.stdout == "\n"
        assert not (state_dir() / "statusline.json").exists()
        assert windows() == {}

    def test_an_idle_session_that_repeats_itself_is_no_news(self, tmp_path: Path) -> None:
        marks = tmp_path / "marks.json"

        def is_news(**changes: Any) -> bool:
            said = json.loads(told(**changes))
            return _is_new(said, said["rate_limits"], marks)

        assert is_news()
        assert not is_news()
        assert is_news(session_id="another")
        assert not is_news()
        assert is_news(cost={"total_api_duration_ms": 99}), "a request was answered since"
        assert stat.S_IMODE(marks.stat().st_mode) == 0o600
        for number in range(100):
            is_news(session_id=str(number))
        assert len(json.loads(marks.read_text())) == KEPT

    def test_whoever_had_no_status_line_gets_a_short_one(self, run_quotaboard: RunQuotaboard) -> None:
        assert run_quotaboard("statusline", stdin=told()).stdout == "5h 41 %  7d 16 %\n"

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", '{"rate_limits": 3}', '{"rate_limits": {"five_hour": "x"}}']
    )
    def test_nothing_that_is_told_makes_it_fail(self, run_quotaboard: RunQuotaboard, text: str) -> None:
        done = run_quotaboard("statusline", "--then", "printf mine", stdin=text)
        assert (done.stdout, done.stderr, done.returncode) == ("mine", "", 0)

    def test_a_store_that_cannot_be_opened_does_not_hurt_it(self, run_quotaboard: RunQuotaboard) -> None:
        (state_dir() / "store.db").write_bytes(b"no database" * 400)
        (state_dir() / "store.db").chmod(0o000)
        done = run_quotaboard("statusline", "--then", "printf mine", stdin=told())
        assert (done.stdout, done.stderr, done.returncode) == ("mine", "", 0)

    def test_a_command_that_does_not_read_is_no_trouble(self, run_quotaboard: RunQuotaboard) -> None:
        done = run_quotaboard("statusline", "--then", "exec true", stdin=told(padding="x" * 200_000))
        assert (done.stderr, done.returncode) == ("", 0)

    def test_a_command_that_a_signal_ended_says_so_as_a_shell_does(
        self, run_quotaboard: RunQuotaboard
    ) -> None:
        assert run_quotaboard("statusline", "--then", "kill -TERM $$", stdin=told()).returncode == 143


class TestHook:
    def test_a_turn_that_failed_becomes_an_event_of_claude_code(self, run_quotaboard: RunQuotaboard) -> None:
        hook = next(one for one in CASES["i_400"]["hook_stdin"] if one["hook_event_name"] == "StopFailure")
        done = run_quotaboard("statusline", "hook", stdin=json.dumps(hook))
        assert (done.stdout, done.returncode) == ("", 0)

        def events() -> list[Event]:
            with open_store(state_dir(), now=NOW) as store:
                return store.agents.events("claude-code")

        eventually(events)
        assert [(event.kind, event.text[:50]) for event in events()] == [
            ("failed", "unknown: API Error: 400 You're out of extra usage.")
        ]


class TestInstalling:
    @pytest.fixture
    def settings(self, home: Path) -> Path:
        path = home / ".claude" / "settings.json"
        path.parent.mkdir()
        return path

    def test_the_users_command_is_wrapped_and_comes_back_byte_for_byte(
        self, settings: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = (
            '{\n    "model": "opus",\n    "statusLine": {"type": "command", '
            '"command": "~/bin/line.sh --it\'s", "padding": 0}\n}\n'
        )
        settings.write_text(before)
        assert main(["statusline", "install"]) == 0
        made = json.loads(settings.read_text())
        assert made["statusLine"]["padding"] == 0
        assert made["statusLine"]["command"].endswith(""" statusline --then '~/bin/line.sh --it'"'"'s'""")
        assert made["hooks"]["StopFailure"][0]["hooks"][0]["command"].endswith(" statusline hook")
        assert main(["statusline", "install"]) == 0
        assert json.loads(settings.read_text()) == made, "twice is once"
        assert main(["statusline", "uninstall"]) == 0
        assert settings.read_text() == before

    def test_without_settings_they_are_made_and_taken_away_again(self, settings: Path) -> None:
        assert main(["statusline", "install"]) == 0
        assert json.loads(settings.read_text())["statusLine"]["type"] == "command"
        assert main(["statusline", "uninstall"]) == 0
        assert not settings.exists() or "statusline" not in settings.read_text()

    def test_what_others_wrote_meanwhile_is_kept(self, settings: Path) -> None:
        settings.write_text('{"statusLine": {"type": "command", "command": "mine"}}\n')
        assert main(["statusline", "install"]) == 0
        made = json.loads(settings.read_text())
        made["statusLine"]["padding"] = 2
        made["theme"] = "dark"
        made["hooks"]["StopFailure"].append({"hooks": [{"type": "command", "command": "notify"}]})
        settings.write_text(json.dumps(made))
        assert main(["statusline", "uninstall"]) == 0
        left = json.loads(settings.read_text())
        assert left["statusLine"] == {"type": "command", "command": "mine", "padding": 2}
        assert left["theme"] == "dark"
        assert left["hooks"]["StopFailure"] == [{"hooks": [{"type": "command", "command": "notify"}]}]

    def test_a_dry_run_and_readonly_change_nothing(
        self, settings: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.write_text("{}\n")
        assert main(["statusline", "install", "--dry-run"]) == 0
        assert "+" in capsys.readouterr().out
        assert main(["--readonly", "statusline", "install"]) == 5
        assert settings.read_text() == "{}\n"

    def test_a_line_of_another_kind_is_left_alone(
        self, settings: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.write_text('{"statusLine": {"type": "static", "text": "hi"}}')
        assert main(["statusline", "install"]) == 5
        assert "not a command" in capsys.readouterr().err

    def test_taking_out_what_is_not_there_is_no_trouble(self, settings: Path) -> None:
        settings.write_text("{}")
        assert main(["statusline", "uninstall"]) == 0
