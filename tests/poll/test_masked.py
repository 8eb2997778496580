"""A masked session shows pseudonyms, and does what is asked of it to what they stand for."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from operator import is_

from quotaboard.domain.agent import Applied, SwitchPlan
from quotaboard.poll.identity import new_mask
from quotaboard.poll.masked import Masked
from quotaboard.poll.session import Moves, Session
from tests.tui.boards import STATES
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import NOW


def masked_session() -> tuple[Masked, FakeSession]:
    inner = FakeSession(STATES["agents"]())
    inner.remembers = True
    session = Masked(inner, new_mask("/home/mia", user="mia", machine="workstation"))
    session.board(NOW)
    return session, inner


def test_it_speaks_the_protocols() -> None:
    session, _ = masked_session()
    spoken: Session = session
    moves: Moves = session.switching()
    assert spoken.board(NOW).credentials
    assert moves.agents()


def test_the_board_is_the_same_but_for_its_names() -> None:
    session, inner = masked_session()
    shown, real = session.board(NOW), inner.board(NOW)
    assert [view.credential.name for view in shown.credentials][:2] == ["alder", "birch"]
    assert [one.judgement.verdict for one in shown.lanes] == [one.judgement.verdict for one in real.lanes]
    assert "/home/mia" not in repr(shown)


def test_wishes_reach_what_is_meant() -> None:
    session, inner = masked_session()
    real = inner.board(NOW).credentials[0]
    shown = session.board(NOW).credentials[0]
    session.refresh([shown.lanes[0].lane.id])
    session.refresh()
    session.consent("alder", True)
    assert inner.refreshed == [(real.lanes[0].lane.id,), None]
    assert inner.consented == [(real.credential.name, True)]
    session.pause(True)
    assert session.paused
    assert inner.paused


def test_the_past_is_that_of_the_real_one() -> None:
    session, inner = masked_session()
    real = inner.board(NOW).credentials[0].credential.name
    past = session.history("alder", NOW - timedelta(hours=5), NOW)
    known = inner.history(real, NOW - timedelta(hours=5), NOW)
    assert past.trails == known.trails
    assert {turn.lane.partition("/")[0] for turn in past.turns} == {"alder"}
    assert session.sparks("alder", NOW, 8) == inner.sparks(real, NOW, 8)


def test_a_switch_is_shown_masked_and_written_as_it_is_meant() -> None:
    session, inner = masked_session()
    moves = session.switching()
    agent = session.board(NOW).agents[0]
    profile = next(one.name for one in agent.profiles if not one.active)
    plan = moves.plan(agent.id, profile)
    assert isinstance(plan, SwitchPlan)
    assert "/home/mia" not in repr(plan)
    done = moves.apply(plan)
    assert isinstance(done, Applied)
    moves.remember(done)
    planned, applied = inner.moves.asked[0], inner.moves.asked[1]
    real = inner.board(NOW).agents[0]
    assert planned[:2] == ("plan", real.id)
    assert planned[2] in {one.name for one in real.profiles}
    assert applied == ("apply", real.id, planned[2])
    asyncio.run(moves.prove(agent.id))
    assert inner.moves.asked[-1] == ("prove", real.id)


def test_what_has_not_changed_is_not_masked_again_and_what_has_is() -> None:
    session, inner = masked_session()
    before = session.board(NOW)
    again = session.board(NOW + timedelta(seconds=10))
    assert all(map(is_, again.credentials, before.credentials))
    first, *rest = inner.shown.credentials
    inner.become(replace(inner.shown, credentials=(replace(first, trouble="mia's login expired"), *rest)))
    after = session.board(NOW)
    assert after.credentials[0].trouble == "user-1's login expired"
    assert all(map(is_, after.credentials[1:], before.credentials[1:]))
