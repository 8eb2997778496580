"""How often a usage endpoint is asked, and what a clock that jumps does: hours in simulated time."""

from asyncio import StreamReader, StreamWriter
from datetime import datetime, timedelta

import pytest

from quotaboard.config.values import PollSettings
from quotaboard.poll.once import refresh
from quotaboard.store.opening import open_store
from tests.poll.conftest import Bench, Times
from tests.poll.servers import GATE, SMALL, START, Reply, answering_server, raw_server, refused, served

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
USAGE = {
    "five_hour": {"utilization": 30, "resets_at": "2026-11-20T09:00:00Z"},
    "seven_day": {"utilization": 40, "resets_at": "2026-11-24T06:00:00Z"},
}


class TestUsageEndpoint:
    async def test_it_is_asked_every_five_minutes_without_consent_and_nothing_else_is(
        self, bench: Bench
    ) -> None:
        times = Times(bench, lambda _: Reply(200, USAGE))
        async with answering_server(times) as server:
            bench.add("max", server.base_url, probe=False)
            bench.log_in_to_claude_code("max")
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, HOUR)

        assert times.at.keys() == {"/api/oauth/usage"}
        assert all(gap >= 5 for gap in times.minutes("/api/oauth/usage"))
        assert len(times.at["/api/oauth/usage"]) >= 11
        assert [view.sighting.window.utilization for view in bench.board().credentials[0].windows] == [
            0.3,
            0.4,
        ]
        assert set(bench.verdicts().values()) == {"unknown"}

    async def test_restarts_and_other_processes_do_not_ask_it_sooner(self, bench: Bench) -> None:
        bench.poll = PollSettings(usage_every=timedelta(seconds=10))
        times = Times(bench, lambda _: Reply(200, USAGE))
        async with answering_server(times) as server:
            bench.add("max", server.base_url, probe=False)
            bench.log_in_to_claude_code("max")
            for _ in range(24):
                with open_store(bench.folder, now=START) as store:
                    await refresh(store, bench.config, bench.place, bench.clock.now)
                bench.clock.advance(timedelta(seconds=30))

        assert all(gap >= 5 for gap in times.minutes("/api/oauth/usage"))

    async def test_it_is_left_alone_longer_each_time_it_refuses(self, bench: Bench) -> None:
        throttled = refused(429, "rate_limit_error", "Rate limited. Please try again later.", retry_after="0")
        times = Times(bench, lambda _: throttled)
        async with answering_server(times) as server:
            bench.add("max", server.base_url, probe=False)
            bench.log_in_to_claude_code("max")
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, 2 * HOUR)

        gaps = times.minutes("/api/oauth/usage")
        assert gaps[:3] == [10, 20, 30]
        assert set(gaps[3:]) == {30}

    async def test_a_setup_token_that_was_refused_is_not_asked_again_for_hours(self, bench: Bench) -> None:
        scope = refused(403, "permission_error", "OAuth token does not meet scope requirement user:profile")
        times = Times(bench, lambda _: scope)
        async with answering_server(times) as server:
            bench.add("max", server.base_url, probe=False)
            bench.log_in_to_claude_code("max")
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, 2 * HOUR)

        assert len(times.at["/api/oauth/usage"]) == 1
        assert set(bench.verdicts().values()) == {"unknown"}


class TestClocks:
    @pytest.mark.parametrize(
        "jump",
        [
            8 * HOUR,
            -DAY,
            *(pytest.param(jump, marks=pytest.mark.soak) for jump in (DAY, 400 * DAY, -400 * DAY)),
        ],
    )
    async def test_a_jump_makes_neither_a_flood_nor_a_stall_nor_a_wrong_verdict(
        self, bench: Bench, jump: timedelta
    ) -> None:
        times = Times(bench, lambda asked: GATE if asked.has_tools else served(w5h=0.03))
        async with answering_server(times) as server:
            bench.add("max", server.base_url)
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, HOUR)
                times.at.clear()
                expected = bench.verdicts()
                bench.clock.advance(jump)
                if jump < timedelta():
                    assert set(bench.verdicts().values()) == {"unknown"}
                await desk.keep_up()
                await desk.finish_due()

                assert all(len(moments) == 1 for moments in times.at.values())
                assert bench.verdicts() == expected
                times.at.clear()
                await bench.live_through(desk, 2 * HOUR)

        assert 1 <= len(times.at[f"{SMALL} tools"]) <= 8
        assert bench.verdicts()[f"max/{SMALL}/tools/direct"] == "gated"

    async def test_after_a_jump_only_one_look_per_credential_is_under_way(self, bench: Bench) -> None:
        async with answering_server(lambda _: served(w5h=0.1)) as server:
            for name in ("one", "two", "three"):
                bench.add(name, server.base_url)
            async with bench.desk() as desk:
                await desk.take_over()
                await desk.finish_due()
                before = len(server.asked)
                bench.clock.advance(8 * HOUR)
                desk.start_due(lambda: None)
                assert len(desk._running) == 3
                while desk.busy:
                    await bench.breathe()
                assert len(server.asked) == before + 3

    async def test_a_clock_that_was_a_day_ahead_leaves_no_answer_that_outranks_new_ones(
        self, bench: Bench
    ) -> None:
        gated: list[bool] = [True]
        async with answering_server(lambda asked: GATE if gated else served(w5h=0.1)) as server:
            bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
            bench.clock.advance(DAY)
            async with bench.desk() as desk:
                await desk.take_over()
                await desk.finish_due()
                assert set(bench.verdicts().values()) == {"gated"}
                gated.clear()
                bench.clock.advance(-DAY)
                await desk.keep_up()
                await desk.finish_due()

        assert set(bench.verdicts().values()) == {"open"}

    async def test_a_server_that_was_away_a_day_ahead_is_asked_again_at_once(self, bench: Bench) -> None:
        async def hang_up(_reader: StreamReader, _writer: StreamWriter) -> None:
            called.append(bench.clock.now())

        called: list[datetime] = []
        async with raw_server(hang_up) as server:
            bench.add("max", server.base_url)
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, HOUR)
                called.clear()
                bench.clock.advance(-DAY)
                await bench.live_through(desk, 10 * MINUTE)

        assert called
