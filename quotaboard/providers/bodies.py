"""Error bodies in whatever wrapping they come: JSON, SSE, a Python repr in a log line, HTML, broken JSON."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from quotaboard.domain.answer import ErrorFacts, Fault

MAX_BODY = 1_000_000
"""Characters of a body that are looked at."""
MAX_MESSAGE = 500
_DEPTH = 6
_OBJECTS = 20_000
_VAIN_STARTS = 60
_OBJECT_LENGTH = 40_000
_TEXTS = 400
_NOT_THE_ERROR = frozenset(
    {"request", "messages", "system", "tools", "prompt", "input", "content", "headers", "message_history"}
)
"""Keys under which lies what somebody wrote to a model, whatever it talks about."""
_SECRET = re.compile(
    r"\bsk-[\w-]{8,}|\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?<=\bBearer )[\w.~+/=-]{12,}"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|[\w.+-]+@[\w-]+\.[\w.-]+\w",
    re.IGNORECASE,
)
"""Servers repeat keys, organisation ids and addresses in their sentences."""
_MARKS = re.compile(r"""\\.|[{}"']""", re.DOTALL)
_PYTHON = re.compile(r"\{\s*(?:['\"\d]|b['\"])")
_WRAP = re.compile(r"[ \t]{0,200}\r?\n[ \t│┃|]*")
_HTML = re.compile(r"^\s*(?:<!doctype html|<html|<head|<body|<\?xml)", re.IGNORECASE)
_FIELD = re.compile(
    r"""["'](type|message|code|error_code)["']\s*:\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|'((?:[^'\\]|\\.)*)(?:'|$))"""
)
_FIELD_PATH = re.compile(
    r"""
    \s* (?:[\w.]*Error:\s*)? `?
    (?: (?:messages|system|tools|tool_choice|metadata|thinking|max_tokens|temperature|top_p|top_k
          |stop_sequences|stream|betas|container|context_management|mcp_servers|service_tier|output_config|output_format
          |cache_control|input_schema|requests|betas|system_prompt|inference_geo|speed)\b
      | [a-z_]+(?:\.\w+)*(?:\.\d+|\[\d+\])
    ) (?:[.\[][\w.\[\]`-]*)? `?\s*:\s
    """,
    re.VERBOSE,
)
_APOSTROPHES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u201b": "'", "\u02bc": "'", "\u2032": "'", "\u00b4": "'"}
)


def opened(raw: object) -> object:
    """A body as data: JSON parsed, an SSE stream as its error event, anything else as it is."""
    if isinstance(raw, bytes | bytearray):
        raw = bytes(raw).decode("utf-8", "replace")
    if not isinstance(raw, str):
        return raw
    text = raw[:MAX_BODY].lstrip("\ufeff").strip()
    if not text:
        return None
    if text[0] in '{["':
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            pass
    if text.startswith(("event:", "data:", ":")):
        return _from_stream(text)
    return text


def error_in(body: object) -> ErrorFacts | None:
    """What an error body says; None when it does not look like an error."""
    if isinstance(body, str):
        return _from_text(body)
    return _from_data(body, _DEPTH)


def names_a_field(message: str) -> bool:
    """`messages.0.content: …`: a complaint about the request, which may quote what a person wrote in it."""
    return _FIELD_PATH.match(message) is not None


def fault_in(body: object) -> Fault | None:
    """NOT_JSON for a page that a person was meant to read."""
    return Fault.NOT_JSON if isinstance(body, str) and _HTML.match(body) else None


def objects_in(text: str) -> Iterator[tuple[int, int, Any]]:
    """Every outermost JSON or Python object within a text: start, end, value."""
    position, vain = 0, 0
    for _ in range(_OBJECTS):
        start = text.find("{", position)
        if start < 0 or vain > _VAIN_STARTS:
            return
        end = _closing(text, start)
        value = _literal(text[start:end]) if end else None
        if isinstance(value, dict):
            yield start, end, value
            position = end
        else:
            vain += 1
            position = start + 1


def is_envelope(value: object) -> bool:
    """Whether an object is an error in a provider's own form, with something said in it."""
    if not isinstance(value, Mapping):
        return False
    error = value.get("error")
    if not isinstance(error, Mapping):
        error = value if value.get("type") == "error" or _is_error_type(value.get("type")) else {}
    if isinstance(error.get("error"), Mapping):
        error = error["error"]
    return isinstance(error.get("message"), str) and bool(error["message"].strip())


def texts_in(value: object) -> Iterator[object]:
    """The texts and objects directly within a value, except what was written to a model."""
    if isinstance(value, list):
        yield from value[:_TEXTS]
    elif isinstance(value, Mapping):
        own = bool(value.get("isApiErrorMessage"))
        for key, inner in list(value.items())[:_TEXTS]:
            if own and key == "message" and isinstance(inner, Mapping):
                # Claude Code keeps an error as if the assistant had said it.
                said = inner.get("content")
                yield from (
                    part.get("text")
                    for part in (said if isinstance(said, list) else ())
                    if isinstance(part, Mapping)
                )
            elif key not in _NOT_THE_ERROR:
                yield inner


def folded(message: object) -> str:
    """One line of text: blanks folded, apostrophes straightened, secrets hidden, cut to a length."""
    text = message if isinstance(message, str) else "" if message is None else str(message)
    printable = "".join(
        char if char.isprintable() or char.isspace() else " "
        for char in text[: MAX_MESSAGE * 4].translate(_APOSTROPHES)
    )
    return _SECRET.sub("…", " ".join(printable.split()))[:MAX_MESSAGE]


def _from_data(body: object, depth: int) -> ErrorFacts | None:
    if depth == 0:
        return None
    if isinstance(body, list):
        return next((facts for item in body[:20] if (facts := _from_data(item, depth - 1))), None)
    if not isinstance(body, Mapping):
        return None
    error = body.get("error")
    if isinstance(error, Mapping):
        return _from_error(error, depth)
    if isinstance(error, str) and error:
        inner = _inner(error, depth)
        described = body.get("error_description") or body.get("message") or ""
        return inner or ErrorFacts(
            type=error if " " not in error else None, message=folded(described or error)
        )
    if isinstance(error, list):
        return _from_data(error, depth - 1)
    if body.get("type") == "error" or _is_error_type(body.get("type")):
        return _from_error(body, depth)
    detail = body.get("detail")
    if isinstance(detail, Mapping):
        return _from_error(detail, depth)
    if isinstance(detail, str) and detail:
        return _inner(detail, depth) or ErrorFacts(message=folded(detail))
    if isinstance(body.get("message"), str) and ("code" in body or "status" in body or len(body) == 1):
        return _from_error(body, depth)
    return None


def _from_error(error: Mapping[Any, Any], depth: int) -> ErrorFacts:
    if isinstance(error.get("error"), Mapping):
        return _from_error(error["error"], depth - 1) if depth else ErrorFacts()
    raw = error.get("message")
    if isinstance(raw, str) and "{" in raw and not names_a_field(raw) and (inner := _inner(raw, depth)):
        return inner
    details = error.get("details")
    facts = {str(key): value for key, value in details.items()} if isinstance(details, Mapping) else {}
    code = facts.get("error_code") or error.get("code") or error.get("error_code")
    kind = error.get("type")
    return ErrorFacts(
        type=kind if isinstance(kind, str) and kind != "error" else None,
        code=str(code) if isinstance(code, str | int) and not isinstance(code, bool) else None,
        message=folded(raw if raw is not None else error.get("title")),
        details=facts,
    )


def _inner(text: str, depth: int) -> ErrorFacts | None:
    """The error of somebody further up, quoted inside a message."""
    for _start, _end, value in objects_in(text[:MAX_BODY]):
        if facts := _from_data(value, depth - 1):
            return facts
    return None


def _from_text(text: str) -> ErrorFacts | None:
    if _HTML.match(text):
        return None
    if facts := _inner(text, _DEPTH):
        return facts
    fields: dict[str, str] = {}
    for name, double, single in _FIELD.findall(text[:MAX_BODY]):
        # The innermost object comes last; an outer type is only the word "error".
        value = double or single
        if value != "error":
            fields[name] = value
    if "message" in fields:
        return ErrorFacts(
            fields.get("type"), fields.get("error_code") or fields.get("code"), folded(fields["message"])
        )
    return ErrorFacts(message=folded(text)) if text.strip() else None


def _from_stream(text: str) -> object:
    """The error event of a stream, else its first event: an error may still follow a 200."""
    first: object = None
    for line in text.splitlines():
        if not line.startswith("data:"):
            continue
        try:
            event = json.loads(line[5:])
        except ValueError:
            continue
        if isinstance(event, dict):
            if event.get("type") == "error" or "error" in event:
                return event
            first = first or event
    return first if first is not None else text


def _is_error_type(value: object) -> bool:
    return isinstance(value, str) and value.endswith("_error")


def _closing(text: str, start: int) -> int:
    """The index after the brace that closes the one at `start`, or 0; knows JSON and Python quoting."""
    depth, quote = 0, ""
    for mark in _MARKS.finditer(text, start, min(len(text), start + _OBJECT_LENGTH)):
        char = mark[0]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return mark.end()
    return 0


def _literal(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    if text.startswith('{\\"'):
        return _literal(text.replace('\\"', '"').replace("\\\\", "\\"))
    if "\n" in text:
        # A console breaks lines inside words as well as between them.
        for joint in ("", " "):
            value = _literal(_WRAP.sub(joint, text))
            if value is not None:
                return value
    if not _PYTHON.match(text):
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
