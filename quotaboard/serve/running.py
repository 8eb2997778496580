"""Listening on this machine alone until it is time to stop."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
LARGEST_HEAD = 16 * 1024
LARGEST_MESSAGE = 64 * 1024
GRACE = 1.0
"""Seconds that what is under way may take once the end was asked for."""


def listen(port: int) -> socket.socket:
    """A socket on loopback; there is no way to ask for another address. OSError when it is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(64)
    except OSError:
        listening.close()
        raise
    return listening


def address_of(listening: socket.socket) -> str:
    """As a browser takes it."""
    return f"http://{LOOPBACK}:{listening.getsockname()[1]}"


async def run_server(app: ASGIApp, listening: socket.socket, until: Callable[[], Awaitable[object]]) -> None:
    """Serve until that ends."""
    config = Config()
    # The server closes what it is given.
    config.bind = [f"fd://{os.dup(listening.fileno())}"]
    config.accesslog = config.errorlog = None
    config.include_date_header = config.include_server_header = False
    config.graceful_timeout = GRACE
    config.keep_alive_timeout = 75.0
    config.read_timeout = 75
    config.h11_max_incomplete_size = LARGEST_HEAD
    config.websocket_max_message_size = LARGEST_MESSAGE
    config.websocket_ping_interval = 20.0

    async def ended() -> None:
        await until()

    await serve_asgi(app, config, shutdown_trigger=ended)  # type: ignore[arg-type]  # the guard is ASGI


async def first_of(*tasks: asyncio.Task[None]) -> None:
    """Run these until one has ended, then end the others; what one raised is raised."""
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
