"""Connections to servers: each serves one request at a time, and is kept a while for the next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

import httpx

KEPT = 5.0
"""Seconds that an idle connection is kept."""

SOON = 0.01
"""Seconds at least between two looks for one that is to be closed."""

ALONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEPT)
"""A transport of one connection: what `connect` gives."""

Origin = tuple[bytes, bytes, int | None]
"""Scheme, host and port."""


class _Idle(NamedTuple):
    origin: Origin
    connection: httpx.AsyncBaseTransport
    since: float


class Connections(httpx.AsyncBaseTransport):
    """Lends each request a connection of its own.

    In one pool, requests that begin together are all given the first idle connection: one gets it, and the
    rest look through all of them again. With thirty under way that took three quarters of a request's time.
    """

    def __init__(
        self,
        connect: Callable[[], httpx.AsyncBaseTransport],
        most_idle: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._most_idle = most_idle
        self._clock = clock
        self._idle: list[_Idle] = []
        """The one that was used last at the end."""
        self._closing: asyncio.Task[None] | None = None
        """Closes what nobody needed in its time, while something is idle."""
        self._over = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        origin = (request.url.raw_scheme, request.url.raw_host, request.url.port)
        await self._close_until(self._clock() - KEPT)
        connection = self._take(origin) or self._connect()
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise

        async def give_back() -> None:
            self._idle.append(_Idle(origin, connection, self._clock()))
            while len(self._idle) > self._most_idle:
                await self._idle.pop(0).connection.aclose()
            if self._closing is None:
                self._closing = asyncio.create_task(self._close_in_time(), name="idle connections")

        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - an asynchronous transport's
        response.stream = _Lent(response.stream, give_back)
        return response

    async def aclose(self) -> None:
        self._over.set()
        try:
            if self._closing is not None:
                await self._closing
        finally:  # waiting for it is over at once where the session was cancelled
            await self._close_until(float("inf"))

    async def _close_in_time(self) -> None:
        """Minutes may pass until the next request, and each connection takes memory here and there."""
        try:
            while self._idle and not self._over.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(self._idle[0].since + KEPT - self._clock(), SOON)):
                        await self._over.wait()
                await self._close_until(self._clock() - KEPT)
        finally:
            self._closing = None

    def _take(self, origin: Origin) -> httpx.AsyncBaseTransport | None:
        for place in range(len(self._idle) - 1, -1, -1):
            if self._idle[place].origin == origin:
                return self._idle.pop(place).connection
        return None

    async def _close_until(self, moment: float) -> None:
        """Cancelled meanwhile, it closes the rest all the same: nobody else knows of them."""
        cancelled: asyncio.CancelledError | None = None
        while self._idle and self._idle[0].since < moment:
            try:
                await self._idle.pop(0).connection.aclose()
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled


class _Lent(httpx.AsyncByteStream):
    """An answer's body, whose connection is free once it is closed."""

    def __init__(self, body: httpx.AsyncByteStream, give_back: Callable[[], Awaitable[None]]) -> None:
        self._body = body
        self._give_back = give_back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._body:
            yield part

    async def aclose(self) -> None:
        try:
            await self._body.aclose()
        finally:
            await self._give_back()
