"""The socket, the thread and the record; what is answered is tested without them."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from quotaboard.simulator import SimulatedClock, SimulatedProvider, load_scenario, serve

START = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TOKEN = "sk-ant-oat01-demo-tools-gated-max"
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "Anthropic-Beta": "oauth-2025-04-20",
    "Anthropic-Version": "2023-06-01",
    "User-Agent": "quotaboard/0.1.0",
}
PROBE = {"model": "claude-haiku-4-5", "max_tokens": 1, "messages": [{"role": "user", "content": "."}]}


@pytest.fixture
def server() -> Iterator[SimulatedProvider]:
    with serve("tools-gated", clock=SimulatedClock.stopped(START)) as running:
        yield running


def post(server: SimulatedProvider, **fields: object) -> httpx.Response:
    return httpx.post(
        f"{server.base_url}/v1/messages?beta=true", headers=HEADERS, json=PROBE | fields, verify=False
    )


def test_it_answers_over_http_as_it_does_without(server: SimulatedProvider) -> None:
    plain, gated = post(server), post(server, tools=[{"name": "run"}])
    assert plain.status_code == 200
    assert plain.headers["anthropic-ratelimit-unified-5h-utilization"] == "0.03"
    assert gated.status_code == 400
    assert gated.json()["request_id"] == gated.headers["request-id"]
    assert gated.headers["date"] == "Fri, 20 Nov 2026 04:00:00 GMT"
    assert gated.headers.get_list("server") == ["cloudflare"]


def test_a_stream_arrives_as_events(server: SimulatedProvider) -> None:
    with httpx.stream(
        "POST", f"{server.base_url}/v1/messages", headers=HEADERS, json=PROBE | {"stream": True}, verify=False
    ) as answer:
        lines = [line for line in answer.iter_lines() if line.startswith("event: ")]
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert lines[0] == "event: message_start"
    assert lines[-1] == "event: message_stop"


def test_it_records_what_it_was_asked_and_never_the_token(server: SimulatedProvider) -> None:
    post(server, tools=[{"name": "run"}, {"name": "read"}])
    httpx.get(f"{server.base_url}/nowhere", headers={"X-Api-Key": TOKEN}, verify=False)
    first, second = server.requests
    assert (first.method, first.path, dict(first.query)) == ("POST", "/v1/messages", {"beta": "true"})
    assert (first.account, first.model, first.max_tokens, first.tools) == ("max", "claude-haiku-4-5", 1, 2)
    assert (first.status, first.user_agent, first.received_at) == (400, "quotaboard/0.1.0", START)
    assert first.headers["anthropic-beta"] == "oauth-2025-04-20"
    assert (second.account, second.status, second.model) == (None, 404, None)
    assert TOKEN not in repr(server.requests)
    server.forget_requests()
    assert server.requests == ()


def test_a_head_request_gets_no_body(server: SimulatedProvider) -> None:
    answer = httpx.head(f"{server.base_url}/api/hello", verify=False)
    assert (answer.status_code, answer.content) == (200, b"")


def test_time_passes_when_the_test_says_so() -> None:
    clock = SimulatedClock.stopped(START)
    with serve("spent-5h", clock=clock) as server:
        headers = HEADERS | {"Authorization": "Bearer sk-ant-oat01-demo-spent-5h-work"}
        url = f"{server.base_url}/v1/messages"
        assert httpx.post(url, headers=headers, json=PROBE, verify=False).headers["retry-after"] == "7200"
        server.clock.advance(timedelta(hours=2))
        assert httpx.post(url, headers=headers, json=PROBE, verify=False).status_code == 200


async def test_it_serves_an_event_loop_that_also_asks() -> None:
    async with serve(load_scenario("healthy")) as server, httpx.AsyncClient(verify=False) as client:
        answers = await asyncio.gather(*(client.get(f"{server.base_url}/api/hello") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}


def test_it_listens_on_this_machine_only(server: SimulatedProvider) -> None:
    assert server.base_url == f"http://127.0.0.1:{server.port}"


def test_it_leaves_no_thread_and_no_socket_behind() -> None:
    def opened() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("This system does not list open files under /proc.")
    with serve("healthy"):
        pass
    before = opened()
    for _ in range(3):
        with serve("healthy") as server, httpx.Client(verify=False) as client:
            client.get(f"{server.base_url}/api/hello")
    assert opened() == before


def test_it_says_nothing_and_leaves_logging_alone(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    handlers = list(logging.getLogger().handlers)
    with caplog.at_level(logging.WARNING), serve("healthy") as server:
        httpx.get(f"{server.base_url}/api/hello", verify=False)
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""
    assert logging.getLogger().handlers == handlers


def test_a_port_can_be_chosen_and_used_again() -> None:
    with serve("healthy") as server:
        port = server.port
        with pytest.raises(OSError, match="in use"):
            serve("healthy", port=port).start()
    with serve("healthy", port=port) as again:
        assert again.port == port


def test_a_stopped_server_has_no_address() -> None:
    server = serve("healthy")
    with pytest.raises(RuntimeError, match="is not running"):
        assert server.base_url
    with server, pytest.raises(RuntimeError, match="already running"):
        server.start()
    server.stop()


def test_many_at_once_do_not_meet() -> None:
    with serve("healthy") as one, serve("expired") as other:
        assert one.port != other.port
        post(one)
        assert [len(server.requests) for server in (one, other)] == [1, 0]
