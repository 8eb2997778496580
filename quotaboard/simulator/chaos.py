"""A server that misbehaves now and then, as its seed says; it writes the bytes itself."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from urllib.parse import parse_qsl, urlsplit

from quotaboard.simulator.answers import Answer
from quotaboard.simulator.facts import RequestFacts
from quotaboard.simulator.mischief import Mischief, misbehave, written

Answering = Callable[[RequestFacts], Answer]


@dataclass(slots=True)
class Chaos:
    """How much goes wrong, and what has."""

    seed: int
    share: float = 0.4
    """Of all requests."""
    kinds: tuple[Mischief, ...] = tuple(Mischief)
    done: list[Mischief | None] = field(default_factory=list)
    """For each request what was done to its answer; None for nothing."""
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    async def converse(self, reader: StreamReader, writer: StreamWriter, answering: Answering) -> None:
        """One connection, for as long as it is of use."""
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                while await self._answer_one(reader, writer, answering):
                    pass
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        finally:
            writer.close()

    async def _answer_one(self, reader: StreamReader, writer: StreamWriter, answering: Answering) -> bool:
        """Whether the connection is of use for another."""
        answer = answering(await _read(reader))
        mischief = self._next()
        self.done.append(mischief)
        if mischief is not None:
            await misbehave(mischief, answer, writer, self._random)
            return False
        writer.write(written(answer))
        await writer.drain()
        return True

    def _next(self) -> Mischief | None:
        return self._random.choice(self.kinds) if self._random.random() < self.share else None


async def _read(reader: StreamReader) -> RequestFacts:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return RequestFacts(method, parts.path, dict(parse_qsl(parts.query)), headers, body)
