from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from quotaboard import plugins
from quotaboard.agents import facade, registry
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    Applied,
    Home,
    Origin,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    Stage,
    Undone,
)
from tests.agents.conftest import change, plan_of

THEIRS = Home("theirs", "/theirs")


class Theirs:
    """An agent of somebody else's."""

    NAME = "theirs"
    TITLE = "Theirs"

    def homes(self, _around: Any) -> list[Home]:
        return [THEIRS]

    def look(self, home: Home, _around: Any) -> AgentState:
        return AgentState(home, None)

    def plan(self, *_: Any) -> None:
        raise NotImplementedError

    def verify(self, *_: Any) -> Route:
        return Route("openrouter", "m")

    def takes_effect(self, *_: Any) -> tuple[()]:
        return ()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def entry_points(*, group: str) -> list[EntryPoint]:
        assert group == "quotaboard.agents"
        return [
            EntryPoint("theirs", f"{__name__}:theirs", group),
            EntryPoint("broken", "no.such:thing", group),
        ]

    monkeypatch.setattr(plugins, "entry_points", entry_points)
    monkeypatch.setattr(EntryPoint, "load", lambda self: Theirs() if self.name == "theirs" else _fail())


def _fail() -> None:
    raise ImportError("no such thing")


def test_third_parties_add_their_agents(
    installed: None, around: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert registry.names()[-2:] == ["broken", "theirs"]
    assert [state.home for state in facade.find_agents(around())] == [THEIRS]
    assert "the plug-in quotaboard.agents broken failed" in caplog.text


def test_a_third_partys_agent_that_fails_is_a_state_with_a_sentence(
    installed: None, around: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Theirs, "look", lambda *_: 1 // 0)
    (state,) = facade.find_agents(around())
    assert state.trouble is not None
    assert state.trouble.sentence == (
        "What reads Theirs failed (ZeroDivisionError): see the log, and tell its author."
    )


def test_an_applied_plan_is_read_back(installed: None, around: Any, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_bytes(b"old")
    done = facade.apply(plan_of(change(config, b"new"), home=THEIRS), around())
    assert isinstance(done, Applied)
    assert done.verified
    assert facade.undoable("theirs", around()) == "relay"
    undone = facade.undo("theirs", around())
    assert not isinstance(undone, Refusal)
    assert config.read_bytes() == b"old"
    assert facade.undoable("theirs", around()) is None


@pytest.mark.parametrize("member", ["verify", "takes_effect"])
def test_a_third_partys_agent_that_cannot_read_back_leaves_what_can_be_undone(
    installed: None, around: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    monkeypatch.setattr(Theirs, member, lambda *_: 1 // 0)
    config = tmp_path / "config"
    config.write_bytes(b"old")
    done = facade.apply(plan_of(change(config, b"new"), home=THEIRS), around())
    assert isinstance(done, Applied)
    assert done.verified is (member != "verify")
    assert isinstance(facade.undo("theirs", around()), Undone)
    assert config.read_bytes() == b"old"


def test_a_third_partys_agent_that_cannot_plan_is_a_refusal(
    installed: None, around: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = Profile("relay", Route("openrouter", "m"), Origin.OWN)
    monkeypatch.setattr(Theirs, "look", lambda *_: AgentState(THEIRS, None, profiles=(profile,)))
    refusal = facade.plan_switch("theirs", "relay", around())
    assert isinstance(refusal, Refusal)
    assert "failed (NotImplementedError)" in refusal.sentence


def test_what_a_crash_left_is_found(installed: None, around: Any, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_bytes(b"old")

    class Crash(BaseException):
        pass

    def crash(at: str) -> None:
        if at == "files written":
            raise Crash

    with pytest.raises(Crash):
        facade.apply(plan_of(change(config, b"new"), home=THEIRS), around(), crash)
    (found,) = facade.recover(around())
    assert (found.home, found.stage, found.can_undo) == (THEIRS, Stage.NEW, True)
    assert facade.recover(around()) == []


def test_an_agent_that_is_gone_cannot_be_written(around: Any) -> None:
    refusal = facade.apply(plan_of(home=Home("gone", "/gone")), around())
    assert isinstance(refusal, Refusal)
    assert refusal.kind is RefusalKind.UNKNOWN


def test_whether_it_runs_may_be_unknown() -> None:
    assert AgentState(THEIRS, None).running.activity is Activity.UNKNOWN
