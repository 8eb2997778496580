"""From a received answer to facts, for every provider that speaks the OpenAI dialect or JSON of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from quotaboard.domain.answer import Answer, Asked, Endpoint, ErrorFacts
from quotaboard.providers.base import Received
from quotaboard.providers.bodies import fault_in, opened
from quotaboard.providers.headers import kept_headers
from quotaboard.providers.meters import Meters, mapping, objects
from quotaboard.providers.moments import after
from quotaboard.providers.openai.errors import error_facts
from quotaboard.providers.openai.limits import buckets
from quotaboard.providers.openai.told import LISTED

_KEPT = re.compile(
    r"^(x-ratelimit-.+|x-codex-.+|x-quota-snapshot-.+|x-litellm-(?:key-.+|version|model-group)|anthropic-ratelimit-.+"
    r"|retry-after|rate_limit_type|reset_at|cf-ray|server|content-type)$"
)
_WRITTEN = ("choices", "content", "output", "candidates", "completion", "stop_reason", "embedding", "role")
"""What an answer of a model has, in any of the dialects."""
_REFUSED_FROM = 400
_REQUEST_IDS = ("x-request-id", "request-id", "x-litellm-call-id", "x-generation-id")

BodyReader = Callable[[Mapping[str, Any], Received], Meters | None]
HeaderReader = Callable[[Mapping[str, str], datetime], Meters]


def _nothing_shown(_body: Mapping[str, Any], _received: Received) -> Meters | None:
    return None


def _no_meters(_headers: Mapping[str, str], _at: datetime) -> Meters:
    return Meters()


@dataclass(frozen=True, slots=True)
class Reading:
    """How one provider's answers are read: what its bodies and headers show beyond the dialect."""

    provider: str
    body: BodyReader = _nothing_shown
    """Of a usage, quota, key or balance endpoint; None for a body of another form."""
    headers: HeaderReader = _no_meters
    bucket_seconds: Mapping[str, int] = field(default_factory=dict)
    """The documented length of the `requests` and `tokens` buckets."""


def read_answer(how: Reading, received: Received, asked: Asked) -> Answer:
    """The facts of one answer."""
    at = received.at
    headers = kept_headers(received.headers, _KEPT)
    body = opened(received.body)
    refused = received.status >= _REFUSED_FROM
    asked = _really_asked(asked, refused=refused, body=body)
    shown = None if refused else _shown(how, body, received)
    error = (shown.error if shown else None) or _error(body, at, refused=refused, shown=shown is not None)
    fault = fault_in(body)
    if shown is not None and asked.endpoint is not Endpoint.USAGE:
        asked = replace(asked, endpoint=Endpoint.USAGE)
    told = shown if shown is not None and error is None else how.headers(headers, at)
    tokens = _tokens(body)
    notes = (LISTED,) if shown is None and not refused and _lists_models(body) else told.notes
    return Answer(
        provider=how.provider,
        at=at,
        asked=asked,
        status=received.status,
        headers=headers,
        error=None if fault else error,
        fault=fault,
        windows=(*told.windows, *buckets(headers, at, how.bucket_seconds)),
        overage=told.overage,
        balance=told.balance,
        plan=told.plan or _plan(error),
        account=told.account,
        notes=notes,
        request_id=_request_id(received.headers),
        latency_ms=received.latency_ms,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        retry_at=after(headers.get("retry-after"), at),
    )


def read_told(how: Reading, body: object, asked: Asked, at: datetime, status: int | None) -> Answer | None:
    """The answer that a text or an object tells of, without HTTP around it."""
    data = opened(body)
    shown = _shown(how, data, Received(200, {}, data, at))
    if shown is not None and shown.error is None:
        asked = replace(asked, endpoint=Endpoint.USAGE)
        return Answer(
            provider=how.provider,
            at=at,
            asked=asked,
            status=200,
            windows=shown.windows,
            overage=shown.overage,
            balance=shown.balance,
            plan=shown.plan,
            notes=shown.notes,
        )
    error = (shown.error if shown else None) or error_facts(data, at)
    if error is None:
        return None
    return Answer(provider=how.provider, at=at, asked=asked, status=status, error=error, plan=_plan(error))


def _shown(how: Reading, body: object, received: Received) -> Meters | None:
    return how.body(body, received) if isinstance(body, Mapping) else None


def _really_asked(asked: Asked, *, refused: bool, body: object) -> Asked:
    """A body that no model wrote is no proof that a request is served."""
    if asked.endpoint is Endpoint.USAGE or refused or body is None:
        return asked
    if isinstance(body, Mapping) and (any(key in body for key in _WRITTEN) or "error" in body):
        return asked
    return replace(asked, endpoint=Endpoint.USAGE)


def _error(body: object, at: datetime, *, refused: bool, shown: bool) -> ErrorFacts | None:
    if refused:
        return error_facts(body, at) or ErrorFacts()
    if shown or not isinstance(body, Mapping):
        return None
    for choice in objects(body.get("choices")):
        if choice.get("finish_reason") == "error" or isinstance(choice.get("error"), Mapping):
            return error_facts(choice, at) or ErrorFacts(message="The answer broke off with an error.")
    if any(key in body for key in _WRITTEN) and not body.get("error"):
        return None
    return error_facts(body, at)


def _lists_models(body: object) -> bool:
    listed = mapping(body).get("data", mapping(body).get("models"))
    return isinstance(listed, list) and all(
        isinstance(one, Mapping) and ("id" in one or "name" in one) for one in listed
    )


def _plan(error: ErrorFacts | None) -> str | None:
    plan = error.details.get("plan_type") if error else None
    return plan if isinstance(plan, str) else None


def _request_id(headers: Mapping[str, str]) -> str | None:
    plain = {name.strip().lower(): value.strip() for name, value in headers.items()}
    return next((plain[name] for name in _REQUEST_IDS if plain.get(name)), None)


def _tokens(body: object) -> tuple[int | None, int | None]:
    usage = mapping(mapping(body).get("usage"))
    return (
        _count(usage.get("prompt_tokens", usage.get("input_tokens"))),
        _count(usage.get("completion_tokens", usage.get("output_tokens"))),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
