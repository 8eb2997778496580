from pathlib import Path

import anyio
import pytest

from quotaboard.cli import main
from quotaboard.cli.rehearsal import demo_session
from quotaboard.simulator import load_scenario, scenario_names, serve

CANARY = "sk-ant-oat01-FAKE-canary-0123456789"


@pytest.fixture
def canary(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real credentials wherever a demo could look by mistake."""
    for variable in ("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.setenv(variable, CANARY)
    login = home / ".claude/.credentials.json"
    login.parent.mkdir()
    login.write_text(f'{{"claudeAiOauth": {{"accessToken": "{CANARY}", "scopes": ["user:inference"]}}}}')


def below(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_the_scenarios_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(scenario_names())


def test_a_mistyped_scenario_gets_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--scenario", "tool-gated"]) == 2
    assert capsys.readouterr().err == (
        'quotaboard: There is no scenario "tool-gated". Did you mean "tools-gated"? '
        "`quotaboard demo --list` names them all.\n"
    )


def test_a_scenario_of_ones_own_that_is_wrong_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.toml").write_text("title = 'a'\nabout = 'b'\n")
    assert main(["demo", "--scenario", str(tmp_path / "mine.toml")]) == 2
    assert "accounts: is missing" in capsys.readouterr().err


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan", "inf", "1e9"])
def test_time_runs_at_a_speed_that_makes_sense(speed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", f"--speed={speed}"]) == 2
    assert "must be a number above 0 and up to 3600" in capsys.readouterr().err


def test_without_a_terminal_there_is_no_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 2
    assert capsys.readouterr().err.startswith("quotaboard: The demo is a board, and needs a terminal")


async def test_every_request_carries_a_pretend_token_and_goes_to_the_embedded_provider(
    canary: None, home: Path
) -> None:
    scenario = load_scenario("tools-gated")
    before = below(home)
    names = {account.name for account in scenario.accounts} | {other.name for other in scenario.others}
    changed = anyio.Event()

    def look() -> None:
        if {request.account for request in server.requests} >= names:
            changed.set()

    with serve(scenario) as server, demo_session(server) as session:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(session.run, look)
            with anyio.fail_after(20):
                await changed.wait()
            tasks.cancel_scope.cancel()
        sent = server.requests
    # The server names the account that a token belongs to, and has no name for any other token.
    assert {request.account for request in sent} == names
    assert CANARY not in repr(sent)
    assert below(home) == before
