"""What a served or odd answer may be taken for: only a real message is `open`."""

from datetime import timedelta

import pytest

from quotaboard.poll.once import refresh
from tests.poll.conftest import Bench
from tests.poll.servers import SMALL, START, Reply, answering_server, served

PAGE = b"<!doctype html><html><body>Sign in to the hotel network</body></html>"
STREAM = b'event: message_start\ndata: {"type": "message_start", "message": {"usage": {}}}\n\n'


async def seen(bench: Bench, reply: Reply) -> tuple[str, str | None]:
    async with answering_server(lambda _: reply) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
        await refresh(bench.store, bench.config, bench.place, bench.clock.now)
    (lane,) = bench.board().lanes
    return lane.judgement.verdict.value, lane.judgement.reason


ODD: dict[str, tuple[Reply, tuple[str, str]]] = {
    "a page": (Reply(200, PAGE, {"content-type": "text/html"}), ("unavailable", "not_json")),
    "garbage": (Reply(200, b"\xff\x00\x17"), ("unavailable", "not_json")),
    "nothing": (Reply(200, b""), ("unavailable", "not_json")),
    "no content": (Reply(204, b""), ("unavailable", "not_json")),
    "an empty object": (Reply(200, {}), ("unavailable", "not_json")),
    "another service": (Reply(200, {"status": "up"}), ("unavailable", "not_json")),
    "a list": (Reply(200, [1, 2]), ("unavailable", "not_json")),
    "a firewall's page": (Reply(403, PAGE, {"content-type": "text/html"}), ("forbidden", "firewall")),
    "a redirect": (Reply(302, b"", {"location": "https://login.example"}), ("unknown", "unrecognised")),
    "a teapot": (Reply(418, {"error": {"message": "short and stout"}}), ("unknown", "unrecognised")),
    "a gateway's page": (Reply(502, PAGE, {"content-type": "text/html"}), ("unavailable", "server_error")),
}


@pytest.mark.parametrize(("reply", "expected"), ODD.values(), ids=ODD)
async def test_what_is_not_the_api_is_never_open(
    bench: Bench, reply: Reply, expected: tuple[str, str]
) -> None:
    assert await seen(bench, reply) == expected


async def test_a_stream_is_an_answer_too(bench: Bench) -> None:
    assert await seen(bench, Reply(200, STREAM, {"content-type": "text/event-stream"})) == ("open", None)


async def test_a_look_costs_what_the_answer_says_and_a_refusal_nothing(bench: Bench) -> None:
    await seen(bench, served(w5h=0.1))
    assert bench.store.budget.spent("max", START.date()).tokens == 10

    bench.clock.advance(timedelta(minutes=1))
    bench.entries.clear()
    await seen(bench, Reply(500, {"error": {"type": "api_error", "message": "Internal server error"}}))
    assert bench.store.budget.spent("max", START.date()).tokens == 10


async def test_a_served_answer_that_names_no_cost_counts_as_its_estimate(bench: Bench) -> None:
    await seen(bench, Reply(200, {"type": "message", "content": []}))

    assert bench.store.budget.spent("max", START.date()).tokens > 300


async def test_a_look_that_was_never_sent_costs_nothing(bench: Bench) -> None:
    bench.add("max", "https://relay.example")
    async with bench.desk() as desk:
        await desk.take_over()
        bench.environment.clear()
        await desk.finish_due()

    assert bench.store.budget.spent("max", START.date()).tokens == 0
    assert {lane.judgement.verdict for lane in bench.board().lanes} == {"unauthorized"}
    assert "TOKEN_MAX" in (bench.board().credentials[0].trouble or "")


async def test_the_store_is_kept_small_while_a_session_runs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = list[object]()

    def tidy(*, now: object) -> bool:
        steps.append(now)
        return len(steps) == 1

    monkeypatch.setattr(bench.store, "tidy", tidy)
    bench.add("max", "https://relay.example", probe=False)
    async with bench.desk() as desk:
        await desk.take_over()
        await bench.live_through(desk, timedelta(minutes=4))
        assert steps == []
        await bench.live_through(desk, timedelta(hours=2))

    assert len(steps) == 3
