"""Error bodies of the OpenAI dialect and its many wrappers, as one set of facts.

An error may lie in `error`, `error.error`, `detail`, `base_resp`, `metadata.raw`, `details[]`, in a list,
or as JSON or Python text inside a message. The innermost layer knows best what happened; the outer ones tell
whose trouble it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quotaboard.domain.answer import ErrorFacts
from quotaboard.providers.bodies import MAX_BODY, error_in, folded, objects_in
from quotaboard.providers.meters import mapping, number, objects, word
from quotaboard.providers.openai.resets import resets_told

_DEPTH = 6
_ITEMS = 50
_NAMES = re.compile(
    r"\b(?:org|proj|user|acct|ak|key)-[\w-]{6,}|\b(?:org|user|proj)_\w{6,}|\b[0-9a-f]{32,}\b|\bsk-[\w.*-]{3,}"
    r"|(?<=\byou \()[^)]{1,80}(?=\))|(?<=Token\) =)\S+",
    re.IGNORECASE,
)
"""Servers put account names, organisation ids and pieces of keys into their sentences."""
_AFFORDABLE = re.compile(r"can only afford (\d[\d,]*)", re.IGNORECASE)
_EVENTS = ("error", "turn.failed", "response.failed")
_HEADERS_IN_BODY = ("x-ratelimit-reset", "retry-after")


@dataclass(slots=True)
class _Layer:
    """One wrapping of an error, the outermost first."""

    type: str | None = None
    code: str | None = None
    message: str = ""
    told: dict[str, object] = field(default_factory=dict)


def error_facts(body: object, at: datetime) -> ErrorFacts | None:
    """What the body says went wrong; None when it tells of nothing wrong."""
    layers = list(_layers(body, _DEPTH))
    if not any(layer.type or layer.code or layer.message for layer in layers):
        return None
    inward = list(reversed(layers))
    message = next((layer.message for layer in inward if layer.message), "")
    told: dict[str, object] = {}
    for layer in inward:
        told = {**layer.told, **told}
    around = " | ".join(
        dict.fromkeys(layer.message for layer in layers if layer.message not in ("", message))
    )
    if around:
        told["around"] = masked(around)
    told.update(resets_told(told, " ".join(layer.message for layer in layers), at))
    if found := _AFFORDABLE.search(message):
        told["affordable_tokens"] = int(found[1].replace(",", ""))
    return ErrorFacts(
        type=next((layer.type for layer in inward if layer.type), None),
        code=next((layer.code for layer in inward if layer.code), None),
        message=masked(message),
        details={name: value for name, value in told.items() if value not in (None, "", [])},
    )


def masked(text: object) -> str:
    """One line without names, ids and pieces of keys."""
    return folded(_NAMES.sub("…", text if isinstance(text, str) else ""))


def _layers(body: object, depth: int) -> Iterator[_Layer]:
    if depth == 0:
        return
    if isinstance(body, str):
        yield from _in_text(body, depth)
    elif isinstance(body, list):
        for item in objects(body[:_ITEMS]):
            if "type" not in item or item["type"] in _EVENTS or "error" in item:
                found = list(_layers(item, depth - 1))
                yield from found
                if found:
                    return
    elif isinstance(body, Mapping):
        yield from _in_object(body, depth)


def _in_object(body: Mapping[str, Any], depth: int) -> Iterator[_Layer]:
    for place in ("error", "detail", "base_resp"):
        inner = body.get(place)
        if place == "base_resp":
            if number(mapping(inner).get("status_code")):
                status = mapping(inner)
                yield _Layer(code=_code(status.get("status_code")), message=_text(status.get("status_msg")))
                return
        elif isinstance(inner, Mapping):
            if place == "error":
                outer = _Layer(told=_told(body))
                if outer.told:
                    yield outer
            yield from _error(inner, depth)
            return
        elif isinstance(inner, list):
            yield from _layers(inner, depth - 1)
            return
        elif isinstance(inner, str) and inner.strip():
            described = word(body.get("error_description")) or word(body.get("message"))
            if described:
                yield _Layer(type=inner.strip(), message=described, told=_told(body))
            else:
                yield _Layer(told=_told(body))
                yield from _layers(inner, depth - 1)
            return
    if _looks_like_an_error(body):
        yield from _error(body, depth)


def _error(error: Mapping[str, Any], depth: int) -> Iterator[_Layer]:
    kind = word(error.get("type"))
    message = error.get("message", error.get("msg", error.get("title")))
    layer = _Layer(
        type=kind if kind not in ("error", "None", *_EVENTS) else None,
        code=_code(error.get("code", error.get("error_code"))),
        told=_told(error),
    )
    inner = list(_in_text(message, depth - 1)) if isinstance(message, str) and "{" in message else []
    layer.message = _before_the_object(message) if inner and isinstance(message, str) else _text(message)
    yield layer
    yield from inner
    if isinstance(error.get("error"), Mapping):
        yield from _error(error["error"], depth - 1)
    elif isinstance(message, Mapping):
        yield from _error(message, depth - 1)
    raw = mapping(error.get("metadata")).get("raw")
    if raw is not None:
        layer.told["upstream"] = True
        yield from _layers(raw, depth - 1)


def _in_text(text: str, depth: int) -> Iterator[_Layer]:
    """The error that a text quotes, else the text itself."""
    if depth <= 0:
        return
    clean = text[:MAX_BODY]
    if clean.strip()[:1] == '"':
        try:
            parsed = json.loads(clean)
        except ValueError:
            parsed = None
        if isinstance(parsed, str):
            yield from _in_text(parsed, depth - 1)
            return
    for _start, _end, value in objects_in(clean):
        found = list(_layers(value, depth - 1))
        if found:
            if before := _before_the_object(clean):
                yield _Layer(message=before)
            yield from found
            return
    facts = error_in(clean)
    if facts is not None:
        yield _Layer(facts.type, facts.code, facts.message)


def _before_the_object(text: str) -> str:
    return folded(text[: text.find("{")].strip(" -:"))


def _looks_like_an_error(body: Mapping[str, Any]) -> bool:
    kind = body.get("type")
    if isinstance(kind, str) and (kind in _EVENTS or kind.endswith(("_error", "Error"))):
        return True
    said = body.get("message", body.get("msg"))
    code = body.get("code")
    # `{"code": true, "message": "ok"}` and `{"code": 200, "msg": "Operation successful"}` are successes.
    fine = code is True or body.get("success") is True or code in (0, 200, "0", "200")
    if isinstance(said, str) and said and not fine:
        return code is not None or "status" in body or len(body) == 1
    if body.get("success") is False or (isinstance(code, str) and said is None and len(body) <= 2):
        return True
    return body.get("status") is False and code is not None


def _code(value: object) -> str | None:
    if isinstance(value, bool) or value is None or value == "":
        return None
    return str(value) if isinstance(value, int | str) and str(value) != "None" else None


def _told(error: Mapping[str, Any]) -> dict[str, object]:
    """What stands beside the message and helps to decide."""
    metadata = mapping(error.get("metadata"))
    told: dict[str, object] = {
        "limit_source": word(metadata.get("limit_source")) or word(error.get("limit_source")),
        "error_type": word(metadata.get("error_type")) or word(error.get("error_type")),
        "grpc_status": word(error.get("status")),
        "param": word(error.get("param")),
        "plan_type": word(error.get("plan_type")),
        "signin": "signin_url" in error or None,
        "scode": word(error.get("scode")),
    }
    for name in ("resets_at", "reset_at", "resets_in_seconds"):
        if error.get(name):
            told[name] = error[name]
    for name, value in mapping(metadata.get("headers")).items():
        if str(name).lower() in _HEADERS_IN_BODY:
            told[str(name).lower()] = value
    told.update(_details(error.get("details")))
    return {name: value for name, value in told.items() if value not in (None, "None")}


def _details(details: object) -> dict[str, object]:
    """Google's typed details: the reason, the quotas that were hit, and when to come back."""
    told: dict[str, object] = {}
    for item in objects(details):
        metadata = mapping(item.get("metadata"))
        if reason := word(item.get("reason")):
            told["reason"] = reason
        if reset := word(metadata.get("quotaResetTimeStamp")):
            told["resets_at"] = reset
        if delay := word(item.get("retryDelay")) or word(metadata.get("quotaResetDelay")):
            told["retry_delay"] = delay
        quotas = [word(one.get("quotaId")) for one in objects(item.get("violations"))]
        if quotas:
            told["quotas"] = " ".join(quota for quota in quotas if quota)
    return told


def _text(value: object) -> str:
    return folded(value) if isinstance(value, str) else ""
