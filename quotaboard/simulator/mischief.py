"""What can go wrong between a server and its client, each as a way to put an answer on the wire."""

import asyncio
import gzip
import json
import socket
import struct
from asyncio import StreamWriter
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import cache
from random import Random

from quotaboard.simulator.answers import Answer

ELSEWHERE = "http://192.0.2.1/v1/messages"
"""Where a redirect points: an address of those kept for documents, where nobody is."""

BURST_SIZE = 20_000_000
LINE_LENGTH = 1_000_000
DRIPS_EVERY = 0.02
TLS_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
"""What a server says that speaks TLS only, to one who does not."""

HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mOPEN\x1b[0m",
    "\u202etuo era uoy \u2066open\u2069",
    "[bold red]open[/] [@click=app.quit]press[/] <script>alert(1)</script>",
    "\x00\x01\x7f\x9b31m\u200b\u200d\ufeff all is well",
    "open\r\nanthropic-ratelimit-unified-status: allowed",
)
"""Words that try to do something to whoever shows them, or to be taken for something else."""


class Mischief(StrEnum):
    """One way to misbehave."""

    RESET = "reset"
    NOTHING = "nothing"
    """It closes without a word."""
    STALL = "stall"
    HALF_HEADERS = "half_headers"
    TOO_SHORT = "too_short"
    """It closes before the length that it promised."""
    TOO_LONG = "too_long"
    """More comes than it promised."""
    ENDLESS = "endless"
    BOMB = "bomb"
    REDIRECT = "redirect"
    GARBAGE = "garbage"
    NOT_JSON = "not_json"
    HOSTILE = "hostile"
    LONG_LINE = "long_line"
    TLS = "tls"
    DRIP = "drip"
    BAD_CHUNKS = "bad_chunks"
    OLD = "old"
    """HTTP/1.0, whose answer ends with the connection: unusual, and no fault."""


async def misbehave(mischief: Mischief, answer: Answer, writer: StreamWriter, random: Random) -> None:
    """Answer in that way. The connection is of no more use afterwards."""
    await _WAYS[mischief](answer, writer, random)


def written(answer: Answer, *, version: str = "1.1", length: int | None = None) -> bytes:
    """The answer as HTTP; `length` is what it promises, if that is not the truth."""
    headers = {"content-type": "application/json", **answer.headers}
    if version != "1.0":
        headers["content-length"] = str(len(answer.body) if length is None else length)
    head = [f"HTTP/{version} {answer.status} Told", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(head).encode("latin-1", "replace") + b"\r\n\r\n" + answer.body


async def _reset(_answer: Answer, writer: StreamWriter, _random: Random) -> None:
    lingering = struct.pack("ii", 1, 0)  # closes with a reset instead of a farewell
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)


async def _say_nothing(_answer: Answer, _writer: StreamWriter, _random: Random) -> None:
    """It hangs up."""


async def _stall(answer: Answer, writer: StreamWriter, random: Random) -> None:
    whole = written(answer)
    await _say(writer, whole[: random.randrange(len(whole))])
    await _until_gone(writer)


async def _half_headers(answer: Answer, writer: StreamWriter, random: Random) -> None:
    head = written(answer).partition(b"\r\n\r\n")[0]
    await _say(writer, head[: random.randrange(1, len(head))])


async def _too_short(answer: Answer, writer: StreamWriter, _random: Random) -> None:
    await _say(writer, written(answer, length=len(answer.body) + 100))


async def _too_long(answer: Answer, writer: StreamWriter, random: Random) -> None:
    await _say(writer, written(answer, length=random.randrange(len(answer.body))))


async def _endless(answer: Answer, writer: StreamWriter, _random: Random) -> None:
    await _say(writer, f"HTTP/1.1 {answer.status} Told\r\ntransfer-encoding: chunked\r\n\r\n".encode())
    while not writer.is_closing():
        await _say(writer, b"10000\r\n" + b"a" * 0x10000 + b"\r\n")


async def _bomb(answer: Answer, writer: StreamWriter, _random: Random) -> None:
    head = f"HTTP/1.1 {answer.status} Told\r\ncontent-encoding: gzip\r\n\r\n"
    await _say(writer, head.encode() + _packed())


@cache
def _packed() -> bytes:
    return gzip.compress(bytes(BURST_SIZE), 1)


async def _redirect(_answer: Answer, writer: StreamWriter, random: Random) -> None:
    status = random.choice((301, 302, 303, 307, 308))
    await _say(writer, written(Answer(status, {"location": ELSEWHERE}, (b"",))))


async def _garbage(_answer: Answer, writer: StreamWriter, random: Random) -> None:
    await _say(writer, random.randbytes(random.randrange(1, 2000)) + b"\r\n\r\n")


async def _not_json(answer: Answer, writer: StreamWriter, random: Random) -> None:
    bodies = (
        b"",
        b"<html><title>Login</title></html>",
        b"null",
        b"[]",
        b"0",
        random.randbytes(500),
        b'{"a":',
    )
    await _say(
        writer, written(Answer(random.choice((200, answer.status, 502)), {}, (random.choice(bodies),)))
    )


async def _hostile(_answer: Answer, writer: StreamWriter, random: Random) -> None:
    error = {"type": random.choice(HOSTILE), "message": " ".join(random.choices(HOSTILE, k=3))}
    body = json.dumps({"type": "error", "error": error}).encode()
    headers = {"request-id": "req_\x1b[31m\x9bred"}
    await _say(writer, written(Answer(random.choice((400, 409, 418, 500, 599)), headers, (body,))))


async def _long_line(_answer: Answer, writer: StreamWriter, _random: Random) -> None:
    error = {"type": "invalid_request_error", "message": "la" * (LINE_LENGTH // 2)}
    await _say(writer, written(Answer(500, {}, (json.dumps({"error": error}).encode(),))))


async def _tls(_answer: Answer, writer: StreamWriter, _random: Random) -> None:
    await _say(writer, TLS_ALERT)


async def _drip(answer: Answer, writer: StreamWriter, _random: Random) -> None:
    for byte in written(answer):
        if writer.is_closing():
            return
        await _say(writer, bytes([byte]))
        await asyncio.sleep(DRIPS_EVERY)


async def _bad_chunks(answer: Answer, writer: StreamWriter, _random: Random) -> None:
    head = f"HTTP/1.1 {answer.status} Told\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
    await _say(writer, head.encode() + answer.body)


async def _old(answer: Answer, writer: StreamWriter, _random: Random) -> None:
    await _say(writer, written(answer, version="1.0"))


async def _say(writer: StreamWriter, said: bytes) -> None:
    writer.write(said)
    await writer.drain()


async def _until_gone(writer: StreamWriter) -> None:
    """Say no more, until the other side has had enough."""
    while not writer.is_closing():  # noqa: ASYNC110 - that the other side has gone is no event
        await asyncio.sleep(DRIPS_EVERY)


_WAYS: dict[Mischief, Callable[[Answer, StreamWriter, Random], Awaitable[None]]] = {
    Mischief.RESET: _reset,
    Mischief.NOTHING: _say_nothing,
    Mischief.STALL: _stall,
    Mischief.HALF_HEADERS: _half_headers,
    Mischief.TOO_SHORT: _too_short,
    Mischief.TOO_LONG: _too_long,
    Mischief.ENDLESS: _endless,
    Mischief.BOMB: _bomb,
    Mischief.REDIRECT: _redirect,
    Mischief.GARBAGE: _garbage,
    Mischief.NOT_JSON: _not_json,
    Mischief.HOSTILE: _hostile,
    Mischief.LONG_LINE: _long_line,
    Mischief.TLS: _tls,
    Mischief.DRIP: _drip,
    Mischief.BAD_CHUNKS: _bad_chunks,
    Mischief.OLD: _old,
}
