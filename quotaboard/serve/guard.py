"""Who may come in: the Host must be ours, an Origin too, and the token must be shown.

A page of a stranger in a browser on this machine reaches loopback too, so a local address alone protects
nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from quotaboard.domain.secret import Secret

OUR_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
PROTOCOL = "quotaboard"
"""What a WebSocket speaks. A browser cannot send a header with it, so the token stands beside this word."""

TOKEN_BEFORE = "quotaboard.token."  # noqa: S105 - what stands before one

HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""Of every answer, unless it has its own."""


class Guard:
    """Stands before the application."""

    def __init__(self, app: ASGIApp, token: Secret, open_paths: Collection[str]) -> None:
        self._app = app
        self._token = token
        self._open_paths = frozenset(open_paths)
        """What anybody on this machine may fetch: it tells nothing of an account."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"].endswith("response.start"):
                own = {name for name, _ in message["headers"]}
                missing = [pair for pair in HEADERS if pair[0] not in own]
                message = {**message, "headers": [*message["headers"], *missing]}
            await send(message)

        refused = self._refusal(scope)
        if refused is None:
            await self._app(scope, receive, dressed)
        else:
            await refused(scope, receive, dressed)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        if len(hosts) != 1 or not _is_ours(hosts[0]):
            return _answer(403, "This server answers to 127.0.0.1 and localhost alone.")
        if origins not in ([], [f"http://{hosts[0]}"]):
            return _answer(403, "Another page may not ask this server.")
        if scope["type"] == "http" and scope["path"] in self._open_paths:
            return None
        if not self._knows(_shown(scope)):
            return _answer(401, "Show the token: `Authorization: Bearer …`.", {"www-authenticate": "Bearer"})
        return None

    def _knows(self, shown: list[str]) -> bool:
        wanted = self._token.reveal().encode()
        return len(shown) == 1 and hmac.compare_digest(shown[0].encode(), wanted)


def _shown(scope: Scope) -> list[str]:
    """The tokens that came with a request; more than one is as good as none."""
    if scope["type"] == "websocket":
        offered = scope.get("subprotocols", [])
        return [one.removeprefix(TOKEN_BEFORE) for one in offered if one.startswith(TOKEN_BEFORE)]
    kinds = [value.partition(" ") for value in _values(scope, b"authorization")]
    return [rest.strip() for kind, _, rest in kinds if kind.casefold() == "bearer"]


def _is_ours(host: str) -> bool:
    """Whatever the port: a tunnel may have brought the request from another one."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, "80"
    return name.casefold() in OUR_NAMES and port.isascii() and port.isdigit()


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _answer(status: int, sentence: str, headers: dict[str, str] | None = None) -> PlainTextResponse:
    return PlainTextResponse(sentence + "\n", status, headers)
