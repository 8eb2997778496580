"""The application: metrics, the status document, health, and the board's page when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from quotaboard.serve.known import Ask

if TYPE_CHECKING:
    from quotaboard.serve.web import Web

HEALTH = "/healthz"


def build_app(ask: Ask, token: Secret, web: Web | None = None) -> ASGIApp:
    """The whole application, guarded."""

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(Families(ask())), headers={"content-type": content_type})

    async def document(_request: Request) -> Response:
        return JSONResponse(status(ask().board))

    async def health(_request: Request) -> Response:
        """Whether it serves and can read its store; it says nothing more, so it asks for no token."""
        return PlainTextResponse("ok\n") if ask().readable else PlainTextResponse("no store\n", 503)

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
