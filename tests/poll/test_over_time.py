"""Hours and days at the desk, in simulated time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quotaboard.poll.live import wish
from quotaboard.poll.once import refresh
from quotaboard.simulator import SimulatedProvider
from quotaboard.store.opening import open_store
from tests.fleet_home import lay_hermes
from tests.poll.conftest import Bench, Times
from tests.poll.servers import (
    BARE_429,
    GATE,
    LARGE,
    SMALL,
    START,
    Asked,
    Reply,
    answering_server,
    limits,
    refused,
    served,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Simulated = Callable[..., SimulatedProvider]


async def test_a_gate_is_asked_less_and_less(bench: Bench) -> None:
    times = Times(bench, lambda asked: GATE if asked.has_tools else served(w5h=0.03))
    async with answering_server(times) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        async with bench.desk() as desk:
            await desk.take_over()
            await bench.live_through(desk, 5 * HOUR)

    gaps = times.minutes(f"{SMALL} tools")
    assert [15 <= gaps[0] <= 17, 30 <= gaps[1] <= 33, *(60 <= gap <= 66 for gap in gaps[2:])] == [True] * len(
        gaps
    )
    assert bench.verdicts()[f"max/{SMALL}/tools/direct"] == "gated"


async def test_a_lasting_gate_by_429_is_confirmed_by_a_spaced_second_look(
    bench: Bench, simulated: Simulated
) -> None:
    simulated("bare-429")
    gated = f"max/{LARGE}/tools/direct"
    async with bench.desk() as desk:
        await desk.take_over()
        await bench.live_through(desk, timedelta(seconds=30))
        first = bench.lane(gated).judgement
        await bench.live_through(desk, 2 * MINUTE)
        second = bench.lane(gated).judgement

    assert (first.verdict, first.reason, first.confirmed) == ("gated", "bare_429", False)
    assert (second.verdict, second.reason, second.confirmed) == ("gated", "bare_429", True)


async def test_a_burst_is_open_again_after_the_second_look(bench: Bench, simulated: Simulated) -> None:
    simulated("burst")
    async with bench.desk() as desk:
        await desk.take_over()
        await desk.finish_due()
        assert bench.verdicts()[f"max/{SMALL}/tools/direct"] == "gated"
        await bench.live_through(desk, 3 * MINUTE)

    assert set(bench.verdicts().values()) == {"open"}


async def test_a_gate_that_opens_is_noticed_and_the_plain_lane_is_vouched_for_again(bench: Bench) -> None:
    open_at = START + HOUR
    times = Times(
        bench,
        lambda asked: GATE if asked.has_tools and bench.clock.now() < open_at else served(w5h=0.03),
    )
    async with answering_server(times) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        async with bench.desk() as desk:
            await desk.take_over()
            await bench.live_through(desk, 2 * HOUR)
            await bench.live_through(desk, 15 * MINUTE)

    assert bench.lane(f"max/{SMALL}/tools/direct").judgement.verdict == "open"
    assert bench.lane(f"max/{SMALL}/plain/direct").judgement.inferred_from == f"max/{SMALL}/tools/direct"


async def test_a_gate_that_shuts_is_isolated_at_once(bench: Bench) -> None:
    shut: list[bool] = []
    times = Times(bench, lambda asked: GATE if asked.has_tools and shut else served(w5h=0.03))
    async with answering_server(times) as server:
        bench.add("max", server.base_url, models=(SMALL,))
        async with bench.desk() as desk:
            await desk.take_over()
            await desk.finish_due()
            assert times.at.keys() == {f"{SMALL} tools"}
            shut.append(True)
            bench.clock.advance(MINUTE)
            desk.wish(wish(bench.store, [f"max/{SMALL}/tools/direct"], bench.clock.now()))
            await desk.finish_due()

    assert bench.verdicts() == {f"max/{SMALL}/plain/direct": "open", f"max/{SMALL}/tools/direct": "gated"}


async def test_a_spent_account_is_asked_once_and_then_at_its_reset(
    bench: Bench, simulated: Simulated
) -> None:
    server = simulated("spent-5h")
    async with bench.desk() as desk:
        await desk.take_over()
        await bench.live_through(desk, 119 * MINUTE)
        asked = [request for request in server.requests if request.path == "/v1/messages"]
        assert len(asked) == 1
        assert set(bench.verdicts().values()) == {"spent"}
        await bench.live_through(desk, 5 * MINUTE)

    assert set(bench.verdicts().values()) == {"open"}


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (refused(401, "authentication_error", "Invalid bearer token"), "unauthorized"),
        (
            refused(403, "permission_error", "OAuth token has been revoked. Please obtain a new token."),
            "unauthorized",
        ),
        (
            refused(
                403,
                "permission_error",
                "OAuth authentication is currently not allowed for this organization.",
            ),
            "forbidden",
        ),
        (
            refused(
                400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."
            ),
            "unfunded",
        ),
    ],
    ids=["invalid", "revoked", "organisation", "credit"],
)
async def test_what_refuses_the_whole_credential_is_asked_once(
    bench: Bench, reply: Reply, verdict: str
) -> None:
    async with answering_server(lambda _: reply) as server:
        bench.add("max", server.base_url)

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert len(server.asked) == 1
    assert set(bench.verdicts().values()) == {verdict}


async def test_retry_after_holds_for_a_persons_wish_too(bench: Bench) -> None:
    throttled = refused(429, "rate_limit_error", "Rate limited", retry_after="90")
    times = Times(bench, lambda _: throttled)
    async with answering_server(times) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("plain",))
        async with bench.desk() as desk:
            await desk.take_over()
            for _ in range(12):
                desk.wish(wish(bench.store, None, bench.clock.now()))
                await desk.finish_due()
                bench.clock.advance(timedelta(seconds=10))

    assert times.minutes(f"{SMALL} plain") == [2]


async def test_a_key_held_down_asks_each_lane_every_five_seconds(bench: Bench) -> None:
    times = Times(bench, lambda _: served(w5h=0.1))
    async with answering_server(times) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("plain",))
        async with bench.desk() as desk:
            await desk.take_over()
            for _ in range(60):
                desk.wish(wish(bench.store, None, bench.clock.now()))
                await desk.finish_due()
                bench.clock.advance(timedelta(seconds=0.5))

    assert len(times.at[f"{SMALL} plain"]) == 6


async def test_a_days_budget_holds_and_the_next_day_has_its_own(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, daily_token_budget=500)
        bench.clock.set_to(datetime(2026, 11, 20, 0, 0, tzinfo=UTC))
        async with bench.desk() as desk:
            await desk.take_over()
            for _ in range(2):
                for _ in range(24):
                    desk.wish(wish(bench.store, None, bench.clock.now()))
                    await desk.finish_due()
                    bench.clock.advance(HOUR)

    days = [bench.store.budget.spent("max", START.date() + day * DAY).tokens for day in range(2)]
    assert all(375 < tokens <= 500 for tokens in days)


async def test_planned_looks_leave_a_part_of_the_budget_to_the_person(bench: Bench) -> None:
    def answer(asked: Asked) -> Reply:
        body = {"type": "message", "usage": {"input_tokens": 400, "output_tokens": 1}}
        return Reply(200, body, limits("allowed", w5h=0.1))

    async with answering_server(answer) as server:
        bench.add("max", server.base_url, daily_token_budget=20_000)
        async with bench.desk() as desk:
            await desk.take_over()
            await bench.live_through(desk, 19 * HOUR)

    assert bench.store.budget.spent("max", START.date()).tokens <= 0.85 * 20_000


async def test_a_budget_is_kept_across_restarts_and_by_two_processes(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, daily_token_budget=600)
        with open_store(bench.folder, now=START) as other_store:
            other = replace(bench, store=other_store)
            for _ in range(20):
                for one in (bench, other):
                    await refresh(one.store, one.config, one.place, one.clock.now)
                bench.clock.advance(timedelta(seconds=6))

        spent = bench.store.budget.spent("max", START.date())
        assert spent.tokens <= 600
        assert len(server.asked) == spent.requests
        assert bench.lane(f"max/{SMALL}/tools/direct").next_look_at == datetime(2026, 11, 21, tzinfo=UTC)


async def test_a_dead_network_costs_one_try_per_credential_and_every_lane_says_why(bench: Bench) -> None:
    async with answering_server(lambda _: BARE_429) as server:
        gone = server.base_url
    tries = Times(bench, lambda _: BARE_429)
    bench.add("max", gone)

    await refresh(bench.store, bench.config, bench.place, bench.clock.now)

    assert {(lane.judgement.verdict, lane.judgement.reason) for lane in bench.board().lanes} == {
        ("unavailable", "connect")
    }
    assert sum(lane.judgement.inferred_from is None for lane in bench.board().lanes) == 1
    assert tries.at == {}
    assert bench.store.budget.spent("max", START.date()).tokens == 0


async def test_the_end_of_an_outage_on_the_lane_of_an_agent_is_seen_within_a_minute(bench: Bench) -> None:
    down_until = START + 12 * MINUTE
    overloaded = refused(529, "overloaded_error", "Overloaded")
    times = Times(bench, lambda _: overloaded if bench.clock.now() < down_until else served(w5h=0.1))
    async with answering_server(times) as server:
        entry = bench.add("max", server.base_url, models=(LARGE,))
        token = bench.environment[entry.source.removeprefix("env:")]
        lay_hermes(bench.place.home, server.base_url, {"max": token}, "max")
        async with bench.desk() as desk:
            await desk.take_over()
            await bench.live_through(desk, 12 * MINUTE)
            asked = len(times.at[f"{LARGE} tools"])
            await bench.live_through(desk, 70 * timedelta(seconds=1))

    assert bench.verdicts()[f"max/{LARGE}/tools/direct"] == "open"
    assert asked <= 18


async def test_a_login_that_is_renewed_is_asked_again_within_a_minute(bench: Bench) -> None:
    def answer(asked: Asked) -> Reply:
        return (
            served(w5h=0.1)
            if "renewed" in asked.token
            else refused(401, "authentication_error", "Invalid bearer token")
        )

    async with answering_server(answer) as server:
        bench.add("max", server.base_url)
        bench.log_in_to_claude_code("max")
        async with bench.desk() as desk:
            await desk.take_over()
            await desk.finish_due()
            assert set(bench.verdicts().values()) == {"unauthorized"}
            bench.write_login("sk-ant-oat01-renewed-0123456789", bench.clock.now() + HOUR)
            await bench.live_through(desk, 2 * MINUTE)

    assert set(bench.verdicts().values()) == {"open"}


async def test_a_login_that_runs_out_is_not_sent_and_says_what_to_do(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url)
        bench.log_in_to_claude_code("max", expires_in=timedelta(minutes=10))
        async with bench.desk() as desk:
            await desk.take_over()
            await bench.live_through(desk, 9 * MINUTE)
            before = len(server.asked)
            await bench.live_through(desk, 2 * HOUR)

    lane = bench.lane(f"max/{SMALL}/tools/direct").judgement
    assert (lane.verdict, lane.reason) == ("unauthorized", "expired")
    assert "Claude Code" in lane.summary
    assert len(server.asked) == before
