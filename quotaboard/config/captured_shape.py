"""A captured request of an agent as a shape: what a provider may judge, and nothing of what was said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quotaboard.config.rules import header_trouble
from quotaboard.domain.lane import Shape

BETA = "anthropic-beta"
OF_A_CLIENT = "claude-code-"
"""How the betas begin that say who sends, and that only their own client may send."""

MOST_TOOLS = 200
_SYSTEM_ROLES = ("system", "developer")


def shape_of(document: object, name: str) -> Shape | str:
    """The shape of the request in it, or a sentence on what is missing."""
    request = _request(document)
    if request is None:
        return "There is no request in it: save it as JSON, with its messages."
    headers, body = request
    tools = body.get("tools", body.get("functions"))
    count, size = _tools(tools)
    return Shape(
        name,
        tools=min(count, MOST_TOOLS),
        headers=_betas(headers, body),
        system_length=_system_length(body),
        tool_bytes=size,
    )


def _request(document: object) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Headers and body: as they are, in a `request`, or with the body as text."""
    if isinstance(document, str):
        try:
            return _request(json.loads(document))
        except (ValueError, RecursionError):
            return None
    if not isinstance(document, Mapping):
        return None
    if "messages" in document or "input" in document:
        return {}, document
    for key in ("request", "body", "json", "data"):
        inner = _request(document.get(key))
        if inner is not None:
            headers, body = inner
            own = document.get("headers")
            return (headers or (own if isinstance(own, Mapping) else {})), body
    return None


def _system_length(body: Mapping[str, Any]) -> int:
    messages = body.get("messages", body.get("input"))
    system = [
        message.get("content")
        for message in (messages if isinstance(messages, list) else ())
        if isinstance(message, Mapping) and message.get("role") in _SYSTEM_ROLES
    ]
    return sum(_length(part) for part in (body.get("system"), body.get("instructions"), *system))


def _length(text: object) -> int:
    """Of a text, or of the blocks of one; a dump may tell a block's length alone."""
    match text:
        case str():
            return len(text)
        case list():
            return sum(_length(part) for part in text)
        case {"chars": int(told)}:
            return told
        case {"text": str(said)}:
            return len(said)
        case _:
            return 0


def _tools(tools: object) -> tuple[int, int]:
    """How many, and how large together; a dump may tell just that."""
    match tools:
        case list():
            return len(tools), len(json.dumps(tools, ensure_ascii=False).encode()) if tools else 0
        case {"count": int(count), "json_bytes": int(size)}:
            return count, size
        case {"count": int(count)}:
            return count, 0
        case _:
            return 0, 0


def _betas(headers: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, str]:
    """Those that change what is asked; not those that say that somebody else asks."""
    told = next((value for name, value in headers.items() if name.lower() == BETA), body.get("betas"))
    betas = [beta for beta in _words(told) if not beta.startswith(OF_A_CLIENT)]
    joined = ",".join(dict.fromkeys(betas))
    return {BETA: joined} if joined and header_trouble(BETA, joined) is None else {}


def _words(told: object) -> Iterator[str]:
    parts = told.split(",") if isinstance(told, str) else told if isinstance(told, list) else ()
    for part in parts:
        if isinstance(part, str) and part.strip():
            yield part.strip()
