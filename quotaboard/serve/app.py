"""The application: metrics, the status document, health, and the board's page when it is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from quotaboard.domain.document import status
from quotaboard.domain.secret import Secret
from quotaboard.serve.exposition import Families
from quotaboard.serve.guard import Guard
from quotaboard.serve.known import Ask, Known

if TYPE_CHECKING:
    from quotaboard.serve.web import Web

T = TypeVar("T")

HEALTH = "/healthz"


def build_app(ask: Ask, token: Secret, web: Web | None = None) -> ASGIApp:
    """The whole application, guarded."""
    one_at_a_time = asyncio.Lock()

    async def read(make: Callable[[Known], T]) -> T:
        """Off the loop: a thousand lanes take a third of a second, and boards in browsers must not wait."""
        async with one_at_a_time:
            return await asyncio.to_thread(lambda: make(ask()))

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        text = await read(lambda known: encode(Families(known)))
        return Response(text, headers={"content-type": content_type})

    async def document(_request: Request) -> Response:
        return await read(lambda known: JSONResponse(status(known.board)))

    async def health(_request: Request) -> Response:
        """Whether it serves and can read its store; it says nothing more, so it asks for no token."""
        readable = await read(lambda known: known.readable)
        return PlainTextResponse("ok\n") if readable else PlainTextResponse("no store\n", 503)

    routes: list[BaseRoute] = [
        Route("/metrics", metrics),
        Route("/status.json", document),
        Route(HEALTH, health),
    ]
    open_paths = {HEALTH}
    if web is not None:
        routes += web.routes()
        open_paths |= web.open_paths()
    return Guard(Starlette(routes=routes), token, open_paths)
