"""The service behind HTTP: bytes in, bytes out, and a record of what came."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from quotaboard.simulator.answers import Answer
from quotaboard.simulator.clock import SimulatedClock
from quotaboard.simulator.facts import MessageFacts, RequestFacts, read_message
from quotaboard.simulator.service import Handled, Service

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
SECRET_HEADERS = frozenset({"authorization", "x-api-key", "api-key", "cookie"})
REDACTED = "<redacted>"


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """What the server was asked, without the credential."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case; credentials read `<redacted>`."""
    account: str | None
    """The account that the credential belongs to, or None for an unknown one or none."""
    model: str | None
    max_tokens: int | None
    tools: int
    """How many tools the request carried."""
    stream: bool
    status: int
    """What it was answered."""
    request_id: str
    received_at: datetime
    """Simulated time."""

    @property
    def user_agent(self) -> str:
        return self.headers.get("user-agent", "")


def build_app(service: Service, clock: SimulatedClock, received: list[ReceivedRequest]) -> Starlette:
    """An ASGI app that answers every path and appends what it was asked to `received`."""
    answer_facts = answering(service, clock, received)

    async def answer(request: Request) -> Response:
        facts = RequestFacts(
            method=request.method,
            path=request.url.path,
            query=dict(request.query_params),
            headers={name: value for name, value in request.headers.items()},  # noqa: C416 - last value wins
            body=await request.body(),
        )
        return _response(answer_facts(facts))

    return Starlette(routes=[Route("/{path:path}", answer, methods=METHODS)])


def answering(
    service: Service, clock: SimulatedClock, received: list[ReceivedRequest]
) -> Callable[[RequestFacts], Answer]:
    """How each request is answered now; what was asked is appended to `received`."""

    def answer(facts: RequestFacts) -> Answer:
        now = clock.now()
        handled = service.handle(facts, now)
        received.append(_record(facts, handled, now))
        return handled.answer

    return answer


def _record(facts: RequestFacts, handled: Handled, now: datetime) -> ReceivedRequest:
    read = read_message(facts.body, counting=True) if facts.path.startswith("/v1/messages") else ""
    message = read if isinstance(read, MessageFacts) else None
    headers = {name: REDACTED if name in SECRET_HEADERS else value for name, value in facts.headers.items()}
    return ReceivedRequest(
        method=facts.method,
        path=facts.path,
        query=MappingProxyType(dict(facts.query)),
        headers=MappingProxyType(headers),
        account=handled.account,
        model=message.model if message else None,
        max_tokens=message.max_tokens if message else None,
        tools=message.tools if message else 0,
        stream=message is not None and message.stream,
        status=handled.answer.status,
        request_id=handled.answer.headers["request-id"],
        received_at=now,
    )


def _response(answer: Answer) -> Response:
    headers = dict(answer.headers)
    if len(answer.chunks) == 1:
        return Response(answer.body, answer.status, headers)

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in answer.chunks:
            yield chunk

    return StreamingResponse(chunks(), answer.status, headers)
