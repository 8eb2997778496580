"""From a received answer to facts: what the Messages API said, without judging it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from quotaboard.domain.answer import Answer, Asked, Endpoint, ErrorFacts, Fault
from quotaboard.domain.hiding import hide_secrets
from quotaboard.domain.reading import Overage
from quotaboard.providers.anthropic.limits import overage_in, windows_in
from quotaboard.providers.anthropic.usage import usage_facts
from quotaboard.providers.base import Received
from quotaboard.providers.bodies import error_in, fault_in, folded, opened
from quotaboard.providers.headers import kept_headers
from quotaboard.providers.moments import after

NAME = "anthropic"

_KEPT = re.compile(
    r"^(anthropic-(ratelimit|priority|fast)-.+|retry-after|x-should-retry|cf-ray|server|content-type|x-litellm-.+|x-ratelimit-.+)$"
)
_STREAMED = ("message", "message_start", "message_delta", "message_stop", "ping", "completion", "error")
_WRITTEN = ("content", "role", "choices", "output", "usage", "completion", "stop_reason", "message")
"""What an answer of a model has, in the dialects that gateways speak."""
_STATUS_WORDS = re.compile(r"^HTTP \d{3}: ")
_REFUSED_FROM = 400


def read_answer(received: Received, asked: Asked) -> Answer:
    """The facts of one answer of the Messages API or of its usage endpoint."""
    headers = kept_headers(received.headers, _KEPT)
    body = opened(received.body)
    asked = _really_asked(asked, received.status, headers, body)
    fault, error = _trouble(received.status, body, asked)
    at = received.at
    windows, overage = windows_in(headers), overage_in(headers)
    if asked.endpoint is Endpoint.USAGE and error is None and fault is None:
        windows, overage = usage_facts(body)
    overage = overage or _pool_in(error)
    tokens = _tokens(body)
    return Answer(
        provider=NAME,
        at=at,
        asked=asked,
        status=received.status,
        headers=headers,
        error=error,
        fault=fault,
        windows=windows,
        overage=overage,
        request_id=_request_id(received.headers, body),
        latency_ms=received.latency_ms,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        retry_at=after(headers.get("retry-after"), at),
    )


def told_answer(error: ErrorFacts, asked: Asked, at: datetime, status: int | None = None) -> Answer:
    """An answer that was only told of: an error quoted in a log line or on a console."""
    return Answer(provider=NAME, at=at, asked=asked, status=status, error=error)


def _really_asked(asked: Asked, status: int, headers: Mapping[str, str], body: object) -> Asked:
    """A body that no model wrote, such as usage or a list of models, is no proof that a request is served."""
    if (
        asked.endpoint is Endpoint.USAGE
        or status >= _REFUSED_FROM
        or not isinstance(body, Mapping)
        or not body
    ):
        return asked
    if any("ratelimit" in name for name in headers) or "error" in body:
        return asked
    kind = body.get("type")
    written = isinstance(kind, str) and (kind in _STREAMED or kind.startswith("content_block"))
    if written or any(key in body for key in _WRITTEN):
        return asked
    return replace(asked, endpoint=Endpoint.USAGE)


def _trouble(status: int, body: object, asked: Asked) -> tuple[Fault | None, ErrorFacts | None]:
    refused = status >= _REFUSED_FROM
    page = fault_in(body)
    if page is not None:
        return page, None
    if isinstance(body, str) and not refused:
        return Fault.NOT_JSON, None
    if refused:
        return None, error_in(body) or ErrorFacts()
    told = _error_within(body) if isinstance(body, Mapping) else None
    if told is None and asked.endpoint is Endpoint.USAGE and not isinstance(body, Mapping):
        return Fault.NOT_JSON, None
    return None, told


def _error_within(body: Mapping[Any, Any]) -> ErrorFacts | None:
    """An error that came with a good status: in a stream, or as the words of an agent's own server."""
    choices = body.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, Mapping) and choice.get("finish_reason") == "error":
            message = choice.get("message")
            said = message.get("content") if isinstance(message, Mapping) else None
            return ErrorFacts(message=_STATUS_WORDS.sub("", folded(said if isinstance(said, str) else "")))
    return None if body.get("error") in (None, "") and body.get("type") != "error" else error_in(body)


def _pool_in(error: ErrorFacts | None) -> Overage | None:
    """Some refusals say in their details why the paid pool does not stand in."""
    reason = error.details.get("disabled_reason") if error else None
    return Overage(reason=reason) if isinstance(reason, str) and reason else None


def _request_id(headers: Mapping[str, str], body: object) -> str | None:
    for name, value in headers.items():
        if name.strip().lower() in ("request-id", "x-request-id"):
            return hide_secrets(value.strip()) or None
    told = body.get("request_id") if isinstance(body, Mapping) else None
    return hide_secrets(told) if isinstance(told, str) else None


def _tokens(body: object) -> tuple[int | None, int | None]:
    usage: Any = body.get("usage") if isinstance(body, Mapping) else None
    if not isinstance(usage, Mapping):
        return None, None
    return _count(usage.get("input_tokens")), _count(usage.get("output_tokens"))


def _count(told: object) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else None
