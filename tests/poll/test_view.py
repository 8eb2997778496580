from dataclasses import replace
from datetime import timedelta

import pytest

from quotaboard.domain.board import Board, Cost, Forecast
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import PLAIN, TOOLS, Credential, Kind, Lane
from quotaboard.domain.reading import Origin, Reading, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.poll import view
from quotaboard.poll.once import refresh
from quotaboard.poll.view import board_of
from quotaboard.store.credentials import Known
from quotaboard.store.verdicts import Standing
from tests.poll.conftest import Bench
from tests.poll.servers import SMALL, Reply, answering_server, limits
from tests.poll.servers import START as NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OPEN = Judgement(Verdict.OPEN, "a.rule", observed_at=NOW)
LANES = tuple(Lane("max", "anthropic", SMALL, shape) for shape in (TOOLS, PLAIN))
FIVE_HOURS = Window("5h", 0.6, NOW + HOUR, "allowed", seconds=18000)


@pytest.fixture
def known(bench: Bench) -> Bench:
    """A bench whose store knows one credential with two lanes."""
    credential = Credential("max", "anthropic", Kind.OAUTH, "env:X")
    bench.store.credentials.remember([Known(credential, consent=True, daily_budget=20_000)], now=NOW)
    bench.store.lanes.remember(LANES)
    return bench


def stand(bench: Bench, *standings: Standing) -> None:
    bench.store.verdicts.save({lane.id: one for lane, one in zip(LANES, standings, strict=False)}, now=NOW)


def seen_at(bench: Bench, later: timedelta) -> Board:
    return board_of(bench.store, NOW + later)


def test_a_verdict_that_no_longer_holds_is_unknown_and_says_what_it_was(known: Bench) -> None:
    stand(known, Standing(OPEN, stale_at=NOW + 15 * MINUTE))

    before, after = (seen_at(known, later).lanes[0] for later in (14 * MINUTE, 15 * MINUTE))

    assert (before.judgement.verdict, before.since) == ("open", NOW)
    assert (after.judgement.verdict, after.judgement.was, after.judgement.stale) == ("unknown", "open", True)
    assert after.since is None


def test_a_verdict_of_tomorrow_is_not_believed(known: Bench) -> None:
    stand(known, Standing(OPEN, stale_at=NOW + 15 * MINUTE))

    assert seen_at(known, -DAY).lanes[0].judgement.verdict == "unknown"


def test_a_lane_that_was_never_asked_says_so(known: Bench) -> None:
    assert [lane.judgement.reason for lane in seen_at(known, MINUTE).lanes] == ["not_tried", "not_tried"]


def test_a_window_whose_reset_has_passed_shows_no_use(known: Bench) -> None:
    known.store.readings.keep("max", Reading(NOW, Origin.PROBE, (FIVE_HOURS,)), now=NOW)

    before, after = (seen_at(known, later).credentials[0].windows[0] for later in (29 * MINUTE, HOUR))

    assert (before.sighting.window.utilization, before.stale) == (0.6, False)
    assert (after.sighting.window.utilization, after.sighting.window.status, after.stale) == (
        None,
        None,
        True,
    )


def test_an_old_window_keeps_its_figure_and_loses_its_confidence(known: Bench) -> None:
    known.store.readings.keep("max", Reading(NOW, Origin.PROBE, (FIVE_HOURS,)), now=NOW)

    window = seen_at(known, 31 * MINUTE).credentials[0].windows[0]

    assert (window.sighting.window.utilization, window.stale) == (0.6, True)


def test_a_forecast_is_shown_until_it_is_overtaken(known: Bench) -> None:
    known.store.readings.keep("max", Reading(NOW, Origin.PROBE, (FIVE_HOURS,)), now=NOW)
    known.store.readings.forecast("max", {("5h", None): Forecast(NOW + 20 * MINUTE)})

    shown = [
        seen_at(known, later).credentials[0].windows[0].forecast for later in (MINUTE, 21 * MINUTE, 2 * HOUR)
    ]

    assert shown == [Forecast(NOW + 20 * MINUTE), None, None]


def test_the_next_look_is_the_soonest_and_never_lies_behind(known: Bench) -> None:
    stand(
        known,
        Standing(OPEN, NOW + HOUR, next_look_at=NOW + 5 * MINUTE),
        Standing(OPEN, NOW + HOUR, next_look_at=NOW + 3 * MINUTE),
    )

    assert seen_at(known, MINUTE).next_look_at == NOW + 3 * MINUTE
    assert seen_at(known, 9 * MINUTE).next_look_at == NOW + 9 * MINUTE


COST = Cost(400, 1)


@pytest.mark.parametrize(
    ("tools", "plain", "tokens"),
    [
        (OPEN, OPEN, 16_000),
        (OPEN, replace(OPEN, inferred_from=LANES[0].id), 16_000),
        (replace(OPEN, verdict=Verdict.GATED), replace(OPEN, verdict=Verdict.GATED), 0),
    ],
    ids=["within the budget", "a lane that another vouches for costs nothing", "refusals cost nothing"],
)
def test_a_day_of_looking_costs_what_would_be_asked(
    known: Bench, tools: Judgement, plain: Judgement, tokens: int
) -> None:
    stand(known, *(Standing(one, NOW + HOUR, next_look_cost=COST) for one in (tools, plain)))

    cost = seen_at(known, MINUTE).credentials[0].cost_per_day

    assert cost is not None
    assert cost.tokens == pytest.approx(tokens, rel=0.01)


def test_a_cheap_lane_costs_no_more_than_its_rounds(known: Bench) -> None:
    stand(known, Standing(OPEN, NOW + HOUR, next_look_cost=Cost(9, 1)))

    cost = seen_at(known, MINUTE).credentials[0].cost_per_day

    assert cost is not None
    assert cost.tokens == 10 * view.ROUNDS_A_DAY


async def test_a_board_foresees_what_the_poller_saw(bench: Bench) -> None:
    def answer(_: object) -> Reply:
        hours = (bench.clock.now() - NOW) / HOUR
        windows = limits("allowed", timedelta(hours=4), w5h=round(0.55 + 0.4 * hours, 2))
        return Reply(200, {"type": "message", "usage": {"input_tokens": 9, "output_tokens": 1}}, windows)

    async with answering_server(answer) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",), daily_token_budget=10**9)
        async with bench.desk() as desk:
            await desk.take_over()
            await bench.live_through(desk, timedelta(minutes=40))

    board = bench.board()
    told = board.credentials[0].windows[0].forecast
    assert told is not None
    assert told.empty_at is not None
    assert abs(told.empty_at - (NOW + timedelta(hours=1.125))) < timedelta(minutes=6)
    assert (board.lanes[0].judgement.verdict, board.lanes[0].judgement.rule) == (
        "near_limit",
        "forecast.near_limit",
    )


async def test_what_is_shown_before_the_first_look_names_what_it_would_cost(bench: Bench) -> None:
    bench.add("max", "https://relay.example", probe=False)

    await refresh(bench.store, bench.config, bench.place, bench.clock.now)

    credential = bench.board().credentials[0]
    assert credential.cost_per_day is not None
    assert 0 < credential.cost_per_day.tokens <= 16_100
    assert all(lane.next_look_cost is not None and lane.next_look_at is None for lane in credential.lanes)
