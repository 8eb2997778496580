"""Connections are lent, given back, used again by the same server only, and closed when nobody needs them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from quotaboard.poll import connections
from quotaboard.poll.connections import KEPT, Connections
from tests.poll.servers import until


class Body(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"yes"


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """A connection that answers each request, or breaks."""

    number: int
    asked: list[str] = field(default_factory=list)
    closed: bool = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path == "/breaks":
            raise httpx.ReadError("gone", request=request)
        return httpx.Response(200, stream=Body())

    async def aclose(self) -> None:
        self.closed = True
        await asyncio.sleep(0)  # as a real one waits for its socket


class Lines:
    """Connections over wires, and a clock that stands until it is moved."""

    def __init__(self, most_idle: int = 4) -> None:
        self.wires: list[Wire] = []
        self.now = 0.0
        self.connections = Connections(self._connect, most_idle, lambda: self.now)

    def _connect(self) -> Wire:
        self.wires.append(Wire(len(self.wires)))
        return self.wires[-1]

    async def begin(self, url: str) -> httpx.Response:
        return await self.connections.handle_async_request(httpx.Request("GET", url))

    async def ask(self, url: str) -> None:
        response = await self.begin(url)
        await response.aread()
        await response.aclose()


@pytest.fixture
def lines() -> Lines:
    return Lines()


async def test_one_after_the_other_goes_over_one_connection(lines: Lines) -> None:
    await lines.ask("http://here/1")
    await lines.ask("http://here/2")
    assert [wire.asked for wire in lines.wires] == [["/1", "/2"]]


async def test_what_is_under_way_together_goes_over_two(lines: Lines) -> None:
    first = await lines.begin("http://here/1")
    await lines.ask("http://here/2")
    await first.aclose()
    assert [wire.asked for wire in lines.wires] == [["/1"], ["/2"]]


@pytest.mark.parametrize("other", ["http://there/2", "https://here/2", "http://here:81/2"])
async def test_another_server_gets_a_connection_of_its_own(lines: Lines, other: str) -> None:
    await lines.ask("http://here/1")
    await lines.ask(other)
    assert [wire.asked for wire in lines.wires] == [["/1"], ["/2"]]


async def test_a_connection_that_broke_is_closed_and_not_used_again(lines: Lines) -> None:
    with pytest.raises(httpx.ReadError):
        await lines.ask("http://here/breaks")
    await lines.ask("http://here/2")
    assert [(wire.asked, wire.closed) for wire in lines.wires] == [(["/breaks"], True), (["/2"], False)]


async def test_one_that_was_idle_for_long_is_closed_whoever_is_asked_next(lines: Lines) -> None:
    await lines.ask("http://here/1")
    lines.now = KEPT + 1
    await lines.ask("http://there/2")
    assert [wire.closed for wire in lines.wires] == [True, False]


async def test_one_that_nobody_needs_is_closed_though_nobody_is_asked_next(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SOON", 0.0)
    await lines.ask("http://here/1")
    lines.now = 1.0
    await lines.ask("http://there/1")
    lines.now = KEPT + 0.99
    await until(lambda: lines.wires[0].closed)
    assert not lines.wires[1].closed
    lines.now += 1
    await until(lambda: lines.wires[1].closed)
    await lines.ask("http://here/2")
    assert [wire.asked for wire in lines.wires] == [["/1"], ["/1"], ["/2"]]


async def test_of_too_many_idle_ones_the_oldest_are_closed() -> None:
    lines = Lines(most_idle=2)
    for host in ("a", "b", "c"):
        await lines.ask(f"http://{host}/")
    assert [wire.closed for wire in lines.wires] == [True, False, False]


async def test_at_the_end_every_one_is_closed(lines: Lines) -> None:
    await lines.ask("http://here/1")
    await lines.ask("http://there/1")
    await lines.connections.aclose()
    assert all(wire.closed for wire in lines.wires)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_every_one_is_closed_however_often_what_used_them_is_cancelled(
    lines: Lines, times: int
) -> None:
    first, second = [await lines.begin(f"http://here/{number}") for number in (1, 2)]
    await first.aclose()
    await second.aclose()
    ending = asyncio.create_task(lines.connections.aclose())
    for _ in range(times):
        await asyncio.sleep(0)  # it goes on until it waits
        ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert [wire.closed for wire in lines.wires] == [True, True]
