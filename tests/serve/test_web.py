"""Boards over real WebSockets: a few lines of shell stand in for the board."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Message,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)

from quotaboard.serve import running, web
from quotaboard.serve.app import build_app
from quotaboard.serve.known import Known
from quotaboard.serve.running import LARGEST_MESSAGE, listen, run_server
from quotaboard.serve.web import TOO_MANY, Web
from tests.serve.conftest import TOKEN

ECHO = (
    "sh",
    "-c",
    'stty -echo; echo begun; while read line; do echo "<$line>"; [ "$line" = leave ] && exit; done',
)
SIZE = ("sh", "-c", "stty size; cat")


@pytest.fixture(autouse=True)
def ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "GRACE", 0.05)


@dataclass
class Client:
    """One page."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    protocol: WSConnection
    shown: str = ""

    def send(self, message: Event) -> None:
        self.writer.write(self.protocol.send(message))

    def say(self, *words: object) -> None:
        self.send(TextMessage(json.dumps(words)))

    async def events(self) -> AsyncIterator[Event]:
        async with asyncio.timeout(20):
            while True:
                for event in self.protocol.events():
                    if isinstance(event, Ping):
                        self.send(event.response())
                    if isinstance(event, Message):
                        self.shown += bytes(event.data).decode() if isinstance(event, BytesMessage) else ""
                    yield event
                part = await self.reader.read(65536)
                self.protocol.receive_data(part or None)
                if not part:
                    return

    async def wait_for(self, words: str) -> None:
        if words in self.shown:
            return
        async for _ in self.events():
            if words in self.shown:
                return
        raise AssertionError(self.shown)

    async def closed(self) -> int:
        async for event in self.events():
            if isinstance(event, CloseConnection):
                return event.code
        raise AssertionError("it was not closed")


@asynccontextmanager
async def served(command: Sequence[str], known: Known) -> AsyncIterator[int]:
    """The port of a server with these boards."""
    ended = asyncio.Event()
    with listen(0) as listening:
        app = build_app(lambda: known, TOKEN, Web(command, os.environ))
        serving = asyncio.create_task(run_server(app, listening, ended.wait))
        try:
            yield listening.getsockname()[1]
        finally:
            ended.set()
            await serving


@asynccontextmanager
async def page(port: int, token: str = TOKEN.reveal(), where: str = "") -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = Client(reader, writer, WSConnection(ConnectionType.CLIENT))
    offered = ["quotaboard", f"quotaboard.token.{token}"]
    origin = [(b"origin", f"http://127.0.0.1:{port}".encode())]
    client.send(
        Request(host=f"127.0.0.1:{port}", target=f"/board{where}", subprotocols=offered, extra_headers=origin)
    )
    try:
        yield client
    finally:
        writer.close()


async def opening(client: Client) -> Event:
    async for event in client.events():
        return event
    raise AssertionError("no answer")


async def test_what_is_typed_reaches_the_board_and_what_it_paints_the_page(known: Known) -> None:
    async with served(ECHO, known) as port, page(port) as client:
        accepted = await opening(client)
        assert isinstance(accepted, AcceptConnection)
        assert accepted.subprotocol == "quotaboard", "the token is not sent back"
        await client.wait_for("begun")
        client.say("type", "hello\n")
        await client.wait_for("<hello>")
        client.say("type", "leave\n")
        assert await client.closed() == 1000


async def test_the_board_has_the_size_of_the_page_within_reason(known: Known) -> None:
    async with served(SIZE, known) as port:
        async with page(port, where="?columns=100&rows=30") as client:
            await client.wait_for("30 100")
        async with page(port, where="?columns=99999&rows=x") as client:
            await client.wait_for("24 80")


async def test_a_page_that_talks_nonsense_does_no_harm(known: Known) -> None:
    async with served(ECHO, known) as port, page(port) as client:
        await client.wait_for("begun")
        for text in (
            "{",
            "[]",
            '["type", 7]',
            '["size", "x", 1]',
            '["size", -5, 1e9]',
            "[" * 30_000,
            '"\\ud800"',
        ):
            client.send(TextMessage(text))
        client.send(BytesMessage(b"\xff\x00"))
        client.say("type", "still here\n")
        await client.wait_for("<still here>")


async def test_a_message_without_end_is_cut_off(known: Known) -> None:
    async with served(ECHO, known) as port, page(port) as client:
        await client.wait_for("begun")
        client.say("type", "x" * 2 * LARGEST_MESSAGE)
        assert await client.closed() == 1009


async def test_a_wrong_token_opens_nothing(known: Known) -> None:
    async with served(ECHO, known) as port, page(port, token="wrong") as client:
        refused = await opening(client)
        assert isinstance(refused, RejectConnection)
        assert refused.status_code == 401


async def test_there_are_so_many_boards_and_no_more_and_closing_a_page_makes_room(
    known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MOST_BOARDS", 1)
    async with served(ECHO, known) as port:
        async with page(port) as client:
            await client.wait_for("begun")
            async with page(port) as another:
                assert await another.closed() == TOO_MANY
        async with asyncio.timeout(20):
            while True:
                async with page(port) as later:
                    if isinstance(await opening(later), AcceptConnection):
                        async for event in later.events():
                            if "begun" in later.shown:
                                return
                            if isinstance(event, CloseConnection):
                                break
