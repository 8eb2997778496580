"""Servers on loopback, in the test's own loop, that answer as they are told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
SMALL, LARGE = "claude-haiku-4-5", "claude-sonnet-4-6"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as a server received it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ") or self.headers.get(
            "x-api-key", ""
        )

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @property
    def has_tools(self) -> bool:
        return bool(self.body.get("tools"))


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} Told", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


Answering = Callable[[Asked], Reply]
Wire = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Loopback:
    """A server in the test's own loop."""

    def __init__(self, server: asyncio.Server) -> None:
        self.asked: list[Asked] = []
        self.port: int = server.sockets[0].getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def raw_server(wire: Wire) -> AsyncIterator[Loopback]:
    """A server that does with each connection what it is told."""

    under_way: set[asyncio.Task[None] | None] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(task := asyncio.current_task())
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await wire(reader, writer)
        finally:
            writer.close()
            under_way.discard(task)

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield Loopback(server)
    finally:
        server.close()
        tasks = [task for task in under_way if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)
        await asyncio.sleep(0)  # transports that were closed are let go in the next turn


@asynccontextmanager
async def answering_server(answer: Answering) -> AsyncIterator[Loopback]:
    """A server that answers each request by a function, and remembers it."""

    async def wire(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            asked = await read_request(reader)
            loopback.asked.append(asked)
            writer.write(answer(asked).encoded())
            await writer.drain()

    async with raw_server(wire) as loopback:
        yield loopback


async def read_request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, path, headers, json.loads(body) if body else None)


def served(model: str = SMALL, **windows: float) -> Reply:
    """An allowed answer, with these windows a good while from their reset."""
    return Reply(
        body={
            "id": "msg_1",
            "type": "message",
            "model": model,
            "content": [{"type": "text", "text": "."}],
            "usage": {"input_tokens": 9, "output_tokens": 1},
        },
        headers=limits("allowed", **windows),  # type: ignore[arg-type]  # the span has a default
    )


def refused(status: int, kind: str, message: str, **headers: str) -> Reply:
    body = {"type": "error", "error": {"type": kind, "message": message}}
    return Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def limits(status: str, resets_in: timedelta = timedelta(hours=2), **windows: float) -> dict[str, str]:
    prefix = "anthropic-ratelimit-unified-"
    told = {f"{prefix}status": status} if windows else {}
    for name, used in windows.items():
        window = name.removeprefix("w")
        told[f"{prefix}{window}-utilization"] = str(used)
        told[f"{prefix}{window}-status"] = "rejected" if used >= 1 else "allowed"
        told[f"{prefix}{window}-reset"] = str(int((START + resets_in).timestamp()))
    return told


GATE = refused(
    400, "invalid_request_error", "You're out of extra usage. Add more at claude.ai and keep going."
)
BARE_429 = refused(429, "rate_limit_error", "Error", x_should_retry="true")


async def until(condition: Callable[[], bool], seconds: float = 40.0) -> None:
    """Wait for something that another task brings about."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)
