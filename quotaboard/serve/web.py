"""The board in a browser: a page with a terminal, and one board for each page that shows the token."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from quotaboard.serve.guard import PROTOCOL
from quotaboard.serve.running import first_of
from quotaboard.serve.terminal import BoardTerminal, board_terminal

MOST_BOARDS = 8
TOO_MANY = 1013
LEFT = 1000

GONE = (WebSocketDisconnect, RuntimeError)
"""How Starlette says that the page was closed meanwhile."""

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The terminal writes its own style elements; nothing comes from another host."""

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page/board.css": ("board.css", "text/css; charset=utf-8"),
    "/page/board.mjs": ("board.mjs", "text/javascript; charset=utf-8"),
    "/page/xterm.css": ("xterm/xterm.css", "text/css; charset=utf-8"),
    "/page/xterm.mjs": ("xterm/xterm.mjs", "text/javascript; charset=utf-8"),
    "/page/addon-fit.mjs": ("xterm/addon-fit.mjs", "text/javascript; charset=utf-8"),
}
"""All that the page consists of; no other file can be asked for."""


@dataclass(slots=True)
class Web:
    """Boards for browsers."""

    command: Sequence[str]
    """What runs on each terminal."""
    environment: Mapping[str, str] = field(repr=False)
    open_boards: int = 0

    def routes(self) -> list[BaseRoute]:
        pages: list[BaseRoute] = [Route(path, self._page) for path in FILES]
        return [*pages, WebSocketRoute("/board", self._board)]

    def open_paths(self) -> set[str]:
        """The page tells nothing; what it shows comes through the WebSocket, which needs the token."""
        return set(FILES)

    async def _page(self, request: Request) -> Response:
        name, kind = FILES[request.url.path]
        content = (files("quotaboard.serve") / "page" / name).read_bytes()
        return Response(content, headers={"content-type": kind, "content-security-policy": PAGE_POLICY})

    async def _board(self, socket: WebSocket) -> None:
        await socket.accept(subprotocol=PROTOCOL)
        if self.open_boards >= MOST_BOARDS:
            await socket.close(TOO_MANY, "There are too many boards in browsers; close one.")
            return
        self.open_boards += 1
        try:
            columns, rows = _number(socket, "columns", 80), _number(socket, "rows", 24)
            async with board_terminal(self.command, self.environment, columns, rows) as terminal:
                await _bridge(socket, terminal)
        finally:
            self.open_boards -= 1


async def _bridge(socket: WebSocket, terminal: BoardTerminal) -> None:
    """Carry both ways until the page is closed or the board is left."""
    painting = asyncio.create_task(_paint(socket, terminal))
    typing = asyncio.create_task(_type(socket, terminal))
    await first_of(painting, typing)
    if typing.cancelled():
        with suppress(*GONE):
            await socket.close(LEFT)


async def _paint(socket: WebSocket, terminal: BoardTerminal) -> None:
    with suppress(*GONE):
        async for part in terminal.painted():
            await socket.send_bytes(part)


async def _type(socket: WebSocket, terminal: BoardTerminal) -> None:
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        match _words(message.get("text")):
            case ["type", str(text)]:
                await terminal.type(text)
            case ["size", int(columns), int(rows)]:
                terminal.resize(columns, rows)


def _words(text: str | None) -> object:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError):
        return None


def _number(socket: WebSocket, name: str, otherwise: int) -> int:
    text = socket.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise
