"""The simulated provider on a real socket, in a thread of its own, on this machine only."""

import asyncio
import os
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config
from starlette.applications import Starlette

from quotaboard.simulator.app import ReceivedRequest, answering, build_app
from quotaboard.simulator.chaos import Answering, Chaos
from quotaboard.simulator.clock import SimulatedClock
from quotaboard.simulator.loading import load_scenario
from quotaboard.simulator.scenario import Scenario
from quotaboard.simulator.service import Service

LOOPBACK = "127.0.0.1"
PATIENCE = 10.0
"""Seconds that a start or a stop may take before it counts as a bug."""


class SimulatedProvider:
    """A running scenario; a context manager, sync or async, that stops it on the way out."""

    def __init__(
        self, scenario: Scenario, clock: SimulatedClock, port: int, chaos: Chaos | None = None
    ) -> None:
        self.scenario = scenario
        self.clock = clock
        self._received: list[ReceivedRequest] = []
        self._service = Service(scenario, clock.started_at)
        self._chaos = chaos
        self._wanted_port = port
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        if self._socket is None:
            raise RuntimeError("The simulated provider is not running.")
        return int(self._socket.getsockname()[1])

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def requests(self) -> tuple[ReceivedRequest, ...]:
        """Everything that it was asked so far, oldest first."""
        return tuple(self._received)

    def forget_requests(self) -> None:
        """Start the record anew, for a test that looks at one step of several."""
        self._received.clear()

    def start(self) -> None:
        """Listen, and return once requests are answered; OSError if the port is taken."""
        if self._thread is not None:
            raise RuntimeError("The simulated provider is already running.")
        self._socket = _listen(self._wanted_port)
        told = (self._service, self.clock, self._received)
        if self._chaos is None:
            self._server = _Server(_orderly(build_app(*told)), self._socket)
        else:
            self._server = _Server(_chaotic(self._chaos, answering(*told)), self._socket)
        self._thread = threading.Thread(target=self._server.run, name="simulated-provider", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(PATIENCE):
            raise RuntimeError("The simulated provider did not start.")

    def stop(self) -> None:
        """Close every connection and the socket; harmless when it is not running."""
        if self._thread is None or self._server is None or self._socket is None:
            return
        self._server.ask_to_stop()
        self._thread.join(PATIENCE)
        self._socket.close()
        self._thread = self._server = self._socket = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)


def serve(
    scenario: Scenario | str | Path,
    *,
    clock: SimulatedClock | None = None,
    port: int = 0,
    chaos: Chaos | None = None,
) -> SimulatedProvider:
    """A scenario, ready to be entered with `with` or `async with`; it then has a `base_url`."""
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    return SimulatedProvider(scenario, clock or SimulatedClock(), port, chaos)


Serving = Callable[[socket.socket, asyncio.Event], Awaitable[None]]
"""Serves on a socket until it is told to stop."""


class _Server:
    """One event loop that serves until it is told to stop."""

    def __init__(self, serving: Serving, listening: socket.socket) -> None:
        self.ready = threading.Event()
        self._serving = serving
        self._listening = listening
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def run(self) -> None:
        asyncio.run(self._serve())

    def ask_to_stop(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.set)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.call_soon(self.ready.set)
        await self._serving(self._listening, self._told)


def _orderly(app: Starlette) -> Serving:
    async def serving(listening: socket.socket, told: asyncio.Event) -> None:
        config = Config()
        # The server closes what it is given; the port stays ours until the thread has ended.
        config.bind = [f"fd://{os.dup(listening.fileno())}"]
        config.accesslog = config.errorlog = None
        config.include_date_header = config.include_server_header = False
        config.graceful_timeout = 1.0
        await serve_asgi(app, config, shutdown_trigger=told.wait)  # type: ignore[arg-type]  # Starlette is ASGI

    return serving


def _chaotic(chaos: Chaos, answer: Answering) -> Serving:
    async def serving(listening: socket.socket, told: asyncio.Event) -> None:
        under_way: set[asyncio.Task[None]] = set()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(chaos.converse(reader, writer, answer))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

        async with await asyncio.start_server(begin, sock=listening.dup()):
            await told.wait()
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            await asyncio.sleep(0)  # transports that were closed are let go in the next turn

    return serving


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening
