from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quotaboard.domain.board import Board, CredentialView
from quotaboard.domain.document import status
from quotaboard.domain.reading import Origin
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.fleet.machines import OUTLIVED, board_of_fleet, host_of, machines_of, moment_of
from quotaboard.poll.fleet.prometheus import Series
from quotaboard.poll.fleet.wording import SENTENCES
from tests.poll.fleet.exporting import series_of
from tests.serve.conftest import FINGERPRINT, GATED, LANE, NOW, SONNET, a_board


def fleet(*hosts: str, now: datetime = NOW) -> Board:
    return board_of_fleet(machines_of(series_of(dict.fromkeys(hosts, a_board()))), now)


def credential(board: Board, name: str) -> CredentialView:
    return next(view for view in board.credentials if view.credential.name == name)


def test_what_was_exported_comes_back() -> None:
    before, after = a_board().credentials[0], credential(fleet("alpha"), "max@alpha")
    assert (after.credential.provider, after.credential.plan) == ("anthropic", "max_20x")
    assert after.credential.kind is before.credential.kind
    assert after.credential.fingerprint == FINGERPRINT
    assert (after.consent, after.daily_budget, after.trouble) == (True, 20000, None)
    assert replace(after.windows[0].sighting, origin=Origin.PROBE) == before.windows[0].sighting
    assert [one.forecast for one in after.windows] == [one.forecast for one in before.windows]
    assert after.overage == before.overage
    tools = next(view for view in after.lanes if view.lane.shape == "tools")
    assert (tools.since, tools.next_look_at, tools.latency_ms) == (
        NOW - timedelta(minutes=5),
        NOW + timedelta(minutes=30),
        210,
    )
    told = replace(GATED, told_by="alpha")
    assert replace(tools.judgement, summary="", options=()) == told
    assert "as alpha sees it" in tools.judgement.summary


def test_each_machine_has_its_own_and_they_are_told_apart() -> None:
    board = fleet("beta", "alpha")
    assert [view.credential.name for view in board.credentials] == [
        "max@alpha", "router@alpha", "max@beta", "router@beta",
    ]  # fmt: skip
    assert [(view.host, view.own_name) for view in board.credentials][:2] == [
        ("alpha", "max"),
        ("alpha", "router"),
    ]
    assert [agent.id for agent in board.agents] == ["hermes@alpha", "hermes@beta"]
    assert [agent.judgement.verdict for agent in board.agents] == [Verdict.GATED, Verdict.GATED]
    assert board.afar
    told = status(board)
    assert [one["host"] for one in told["credentials"]] == ["alpha", "alpha", "beta", "beta"]
    assert [one["host"] for one in told["agents"]] == ["alpha", "beta"]


def test_lanes_stand_in_the_same_order_everywhere() -> None:
    lanes = [view.lane.id for view in credential(fleet("alpha"), "max@alpha").lanes]
    assert lanes == [f"max@alpha/{SONNET}/plain/direct", f"max@alpha/{SONNET}/tools/direct"]


def test_money_and_trouble_come_back() -> None:
    router = credential(fleet("alpha"), "router@alpha")
    assert router.balance is not None
    assert router.balance.remaining is not None
    assert (float(router.balance.remaining.amount), router.balance.remaining.currency) == (5.25, "USD")
    assert router.trouble is not None
    assert "quotaboard doctor" in router.trouble


def test_what_was_never_seen_stays_unseen() -> None:
    plain = credential(fleet("alpha"), "max@alpha").lanes[0].judgement
    assert (plain.verdict, plain.observed_at, plain.reason) == (Verdict.UNKNOWN, None, "not_tried")


def test_a_machine_that_stopped_telling_grows_old_on_the_board() -> None:
    late = credential(fleet("alpha", now=NOW + timedelta(hours=7)), "max@alpha")
    tools = next(view for view in late.lanes if view.lane.shape == "tools")
    assert (tools.judgement.verdict, tools.judgement.was) == (Verdict.UNKNOWN, Verdict.GATED)
    assert all(window.stale for window in late.windows)
    assert late.windows[0].sighting.window.utilization is None


def test_every_verdict_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Verdict)
    assert {"unknown.stale"} < OUTLIVED


@pytest.mark.parametrize(
    ("labels", "host"),
    [
        ({"host": "laptop", "instance": "127.0.0.1:1"}, "laptop"),
        ({"instance": "127.0.0.1:1"}, "127.0.0.1:1"),
        ({}, "unnamed"),
        ({"host": "a b@c/d\x1b[2J"}, "a_b_c_d[2J"),
    ],
)
def test_a_machine_is_called_by_its_label_or_its_address(labels: dict[str, str], host: str) -> None:
    assert host_of(labels) == host


@pytest.mark.parametrize("value", [None, 0.0, -1.0, 1e300])
def test_a_number_that_is_no_moment_is_none(value: float | None) -> None:
    assert moment_of(value) is None
    assert moment_of(NOW.timestamp()) == NOW.astimezone(UTC)


def test_words_that_nobody_knows_break_nothing() -> None:
    series = series_of({"alpha": a_board()})
    spoiled = [
        replace(
            one,
            labels={
                name: "?" if name in {"kind", "client", "was"} else value
                for name, value in one.labels.items()
            },
        )
        for one in series
    ]
    odd = [Series("quotaboard_new_metric", {"credential": "max"}, ((0, 1),)), Series("up", {}, ((0, 1),))]
    board = board_of_fleet(machines_of([*spoiled, *odd]), NOW)
    assert {view.own_name for view in board.credentials if view.host == "alpha"} == {"max", "router"}
    assert LANE.model in {view.lane.model for view in board.lanes}
