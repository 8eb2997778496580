"""Agents in the line for a status bar: those that need a person come first."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.domain.advice import advise
from quotaboard.domain.board import AgentView, ProfileView
from quotaboard.domain.lane import Lane
from quotaboard.poll.advising import keep_advice
from quotaboard.poll.view import board_of
from quotaboard.store.glance import glance_at_agents
from quotaboard.store.opening import open_store
from tests.cli.conftest import Later

Keep = Callable[..., None]


def route(credential: str, name: str | None = None, *, active: bool = False) -> ProfileView:
    lane = Lane(credential, "anthropic", "claude-sonnet-4-6", "tools")
    return ProfileView(name or credential, lane, active=active, model=lane.model, provider="anthropic")


def agent(name: str, on: str, *others: str) -> AgentView:
    now = route(on, active=True)
    return AgentView(name, name.title(), f"/home/x/.{name}", now=now, profiles=(now, *map(route, others)))


@pytest.fixture
def keep(filled: Path, later: Later, seen: tuple[Path, datetime]) -> Keep:
    """Agents in the store, advised as whoever polls does it."""
    later(timedelta())

    def run(*agents: AgentView) -> None:
        with open_store(filled, now=seen[1]) as store:
            store.agents.remember(list(agents))
            board = board_of(store, seen[1])
            keep_advice(store, board)
            for each in board.agents:
                best = advise(each, board).best
                lines = glance_at_agents(str(filled / "store.db"))[1].split("\n")
                told = next(one.split("\t") for one in lines if one.split("\t")[0] == each.id)
                assert best is None or best.profile.active or told[1] == best.name

    return run


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words]) == 0
    return capsys.readouterr().out


def test_a_blocked_agent_comes_first_with_the_reason_and_the_way_out(
    keep: Keep, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(agent("hermes", "max", "work", "home"), agent("openclaw", "home"))
    assert told(capsys, "line").startswith("hermes GATED (tools; 5h 3%) → home │ max 5h 3% 1:47 GATED │ ")
    assert told(capsys, "--ascii", "line").startswith("hermes GATED (tools; 5h 3%) -> home | max ")


def test_an_agent_without_a_way_out_and_one_whose_window_is_used_up(
    keep: Keep, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(agent("hermes", "max", "work"), agent("codex", "work"))
    said = told(capsys, "line").split(" │ ")
    assert said[0] == "hermes GATED (tools; 5h 3%)"
    assert said[1].startswith("codex SPENT (5h 101% ")


def test_agents_that_work_or_of_which_nothing_is_known_are_quiet(
    keep: Keep, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(agent("hermes", "home"), agent("codex", "nobody"))
    assert told(capsys, "line").startswith("max ")


def test_the_bars_have_them_too_and_a_format_of_ones_own_does_not(
    keep: Keep, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(agent("hermes", "max", "home"))
    assert told(capsys, "line", "--format", "tmux").startswith("hermes #[")
    document = json.loads(told(capsys, "line", "--format", "json"))
    assert [(one["name"], one["slug"], one["way"]) for one in document["agents"]] == [
        ("hermes", "gated", "home")
    ]
    assert json.loads(told(capsys, "line", "--format", "waybar"))["text"].startswith("hermes GATED (tools")
    assert told(capsys, "line", "--format", "{name}").startswith("max │")


def test_what_is_too_old_is_no_way_out(keep: Keep, later: Later, capsys: pytest.CaptureFixture[str]) -> None:
    keep(agent("hermes", "max", "home"))
    later(timedelta(days=30))
    assert "hermes" not in told(capsys, "line")


def test_a_store_without_agents_or_of_another_kind_has_none(tmp_path: Path) -> None:
    assert glance_at_agents(str(tmp_path / "none.db")) == ([], "")
    with open_store(tmp_path, now=datetime.now(UTC)):
        assert glance_at_agents(str(tmp_path / "store.db")) == ([], "")
