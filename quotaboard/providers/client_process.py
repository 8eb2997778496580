"""A conversation with a program that answers in JSON lines; whatever it does, it ends and leaves nothing.

Its pipes are ours rather than the event loop's, so that a grandchild which keeps one open cannot hold us up.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import anyio

from quotaboard.domain.loopback import stays_here
from quotaboard.domain.secret import Secret

MAX_OUTPUT = 4 << 20
"""Bytes of output that are read. The longest real conversation is 10 kB."""
MAX_LINES = 1000
"""Lines that are kept. The longest real conversation has a dozen."""
FAREWELL = 1.0
"""Seconds in which it may leave by itself once it has answered: the client still writes its state file."""
GRACE = 2.0
"""Seconds between asking it to stop and killing it: the client may just be saving a renewed login."""
_REST = 0.5
"""Seconds in which what it wrote before it left is read."""
_CHUNK = 1 << 16

NEEDED = ("PATH", "LANG", "LC_ALL", "USER", "LOGNAME")
"""`USER` names the account in the Keychain of macOS."""
WAY_OUT = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")
"""How this machine reaches the internet."""

Line = Mapping[str, object]


class Ending(StrEnum):
    """How a conversation ended."""

    ANSWERED = "answered"
    LEFT = "left"
    """It stopped before the answer was complete."""
    LATE = "late"
    TOO_LARGE = "too_large"
    ABSENT = "absent"
    """It could not be started."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, as far as it was JSON, and how it ended."""

    lines: Sequence[Line]
    ending: Ending


@dataclass(frozen=True, slots=True)
class Command:
    """What is started, and with what. Nothing is inherited."""

    argv: Sequence[str]
    environment: Mapping[str, str]
    cwd: Path
    says: bytes | None = None
    """Written to its input, which then stays open; None for no input. Small enough for a pipe's buffer."""
    descriptors: Sequence[int] = ()
    """Those that it may use."""


def inherited(environment: Mapping[str, str], base_url: str | None) -> dict[str, str]:
    """What a client needs of our environment, and nothing that holds a key or moves it to another bill."""
    passed = NEEDED if stays_here(base_url) else (*NEEDED, *WAY_OUT)
    return {name: environment[name] for name in passed if environment.get(name)}


def is_safe(base_url: str | None) -> bool:
    """The client sends a login there: only over https, or to this machine."""
    return base_url is None or base_url.startswith("https://") or stays_here(base_url)


@contextmanager
def handed_over(secret: Secret) -> Iterator[int]:
    """A descriptor that gives the secret once; a variable could be read for as long as the child runs."""
    reading, writing = os.pipe()
    try:
        try:
            # A token fits into the pipe's buffer. Anything longer is none, and must not block.
            os.set_blocking(writing, False)
            os.write(writing, secret.reveal().encode())
        finally:
            os.close(writing)
        yield reading
    finally:
        os.close(reading)


@contextmanager
def private_folder() -> Iterator[Path]:
    """An empty folder for one conversation, for this user only."""
    with tempfile.TemporaryDirectory(prefix="quotaboard-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def converse(
    command: Command, enough: Callable[[Line], bool], patience: timedelta, secret: Secret | None = None
) -> Heard:
    """Listen until `enough` holds for a line, it leaves, or patience ends. Cancelling stops it as well.

    The secret is blotted out of everything heard.
    """
    lines: list[Line] = []
    with ExitStack() as ours:
        try:
            process, output = await _start(command, ours)
        except OSError:
            return Heard(lines, Ending.ABSENT)
        ending = Ending.LATE
        listening = asyncio.ensure_future(_listen(output, lines, enough, secret))
        leaving = asyncio.ensure_future(process.wait())
        try:
            ending = await _first(listening, leaving, patience)
        finally:
            listening.cancel()
            leaving.cancel()
            ours.close()
            with anyio.CancelScope(shield=True):
                await _end(process, FAREWELL if ending is Ending.ANSWERED else 0)
    return Heard(lines, ending)


async def _start(
    command: Command, ours: ExitStack
) -> tuple[asyncio.subprocess.Process, asyncio.StreamReader]:
    """The running program and its output. Our ends of its pipes are closed with `ours`, its own ends here."""
    with ExitStack() as theirs:
        reading, writing = os.pipe()
        output = ours.enter_context(os.fdopen(reading, "rb", buffering=0))
        theirs.callback(os.close, writing)
        listens = asyncio.subprocess.DEVNULL
        if command.says is not None:
            listens, voice = os.pipe()
            theirs.callback(os.close, listens)
            ours.callback(os.close, voice)
            os.write(voice, command.says)
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), output
        )
        ours.callback(transport.close)
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            env=dict(command.environment),
            cwd=command.cwd,
            stdin=listens,
            stdout=writing,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=tuple(command.descriptors),
            start_new_session=True,
        )
    return process, reader


async def _first(
    listening: asyncio.Future[Ending], leaving: asyncio.Future[int], patience: timedelta
) -> Ending:
    await asyncio.wait(
        (listening, leaving), timeout=patience.total_seconds(), return_when=asyncio.FIRST_COMPLETED
    )
    if not listening.done() and leaving.done():
        await asyncio.wait((listening,), timeout=_REST)
        if not listening.done():
            return Ending.LEFT
    return listening.result() if listening.done() else Ending.LATE


async def _listen(
    output: asyncio.StreamReader, lines: list[Line], enough: Callable[[Line], bool], secret: Secret | None
) -> Ending:
    heard, rest = 0, b""
    while chunk := await output.read(_CHUNK):
        heard += len(chunk)
        if heard > MAX_OUTPUT:
            return Ending.TOO_LARGE
        *whole, rest = (rest + chunk).split(b"\n")
        for raw in whole:
            line = _line(raw, secret)
            if line is not None:
                lines.append(line)
                if enough(line):
                    return Ending.ANSWERED
                if len(lines) >= MAX_LINES:
                    return Ending.TOO_LARGE
    last = _line(rest, secret)
    if last is not None:
        lines.append(last)
    return Ending.ANSWERED if last is not None and enough(last) else Ending.LEFT


def _line(raw: bytes, secret: Secret | None) -> Line | None:
    text = raw.decode("utf-8", "replace")
    try:
        value = json.loads(secret.hide_in(text) if secret else text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


async def _end(process: asyncio.subprocess.Process, farewell: float) -> None:
    """Wait, ask it to stop, kill it: it and whatever it started."""
    try:
        if farewell and await _has_left(process, farewell):
            return
        _signal(process, signal.SIGTERM)
        await _has_left(process, GRACE)
    finally:
        # Even when it has left: what it started may still be there, and keeps the group's number taken.
        _signal(process, signal.SIGKILL)
    await process.wait()


async def _has_left(process: asyncio.subprocess.Process, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), seconds)
    return process.returncode is not None


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    # It leads a group of its own. PermissionError is how macOS speaks of a group whose members are all dead.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
