"""Answers that a person captured, in any of the forms that `explain` takes, as facts to be judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from quotaboard.domain.answer import Answer, Asked, Endpoint, ErrorFacts
from quotaboard.domain.lane import PLAIN, TOOLS, Client
from quotaboard.providers import registry
from quotaboard.providers.base import Received
from quotaboard.providers.bodies import MAX_BODY
from quotaboard.providers.moments import moment
from quotaboard.providers.quoted import errors_in

DEFAULT_PROVIDER = "anthropic"

_STATUS_LINE = re.compile(r"^(?:[<*] ?)?HTTP/\d(?:\.\d)? (\d{3})\b[^\n]*$", re.MULTILINE)
_HEADER = re.compile(r"^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$")
_INTERIM_BELOW = 200


class Unreadable(ValueError):
    """The input has a form that cannot be an answer; its text is one sentence for the person."""


def answers_in(text: str, now: datetime) -> list[Answer]:
    """The answers of one input, in order. A text in which no error can be found yields one answer without facts."""
    stripped = text.lstrip("\ufeff").strip()
    if _STATUS_LINE.match(stripped):
        return list(_raw(stripped, now))
    data = _json(stripped)
    if data is not None:
        return [answer for item in data for answer in _from_item(item, now)]
    told = list(_told(stripped, now))
    return told or [Answer(provider=DEFAULT_PROVIDER, at=now, error=ErrorFacts())]


def _json(text: str) -> list[object] | None:
    """The items of a JSON document or of JSON lines; None for any other text."""
    if not text or text[0] not in "{[":
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return None
    return data if isinstance(data, list) else [data]


def _from_item(item: object, now: datetime) -> Iterator[Answer]:
    if isinstance(item, str):
        yield from _told(item, now)
        return
    if not isinstance(item, Mapping):
        raise Unreadable(
            f"Each answer in the list must be an object with a status, got {type(item).__name__}."
        )
    if "status" not in item and "body" not in item and "headers" not in item:
        yield from _bare_body(item, now)
        return
    status = _status(item.get("status"))
    at = moment(item.get("at")) or now
    asked = _asked(item)
    body = item.get("body")
    if status is None and isinstance(body, str):
        yield from (replace(answer, asked=_merged(asked, answer.asked)) for answer in _told(body, at))
        return
    provider = registry.reader(str(item.get("provider") or DEFAULT_PROVIDER))
    if status is None:
        status = 200 if asked.endpoint is Endpoint.USAGE else None
    headers = _headers(item.get("headers"))
    at = moment(item.get("at")) or _date_in(headers) or now
    if status is None:
        yield from _bare_body(body if isinstance(body, Mapping) else {}, at, asked)
        return
    yield provider.read(Received(status, headers, body, at), asked)


def _bare_body(body: Mapping[Any, Any], now: datetime, asked: Asked | None = None) -> Iterator[Answer]:
    """A body without the answer around it: an error envelope, or an agent's dump of a failed request."""
    told = list(_told(json.dumps(body), now))
    if told:
        yield from (
            replace(answer, asked=_merged(asked, answer.asked)) if asked else answer for answer in told
        )
    else:
        yield Answer(provider=DEFAULT_PROVIDER, at=now, asked=asked or Asked(), error=ErrorFacts())


def _told(text: str, now: datetime) -> Iterator[Answer]:
    for quoted in errors_in(text):
        yield Answer(
            provider=DEFAULT_PROVIDER,
            at=now,
            asked=Asked(model=quoted.model),
            status=quoted.status,
            error=quoted.error,
        )


def _raw(text: str, now: datetime) -> Iterator[Answer]:
    """`curl -i` output: the last answer of each exchange, past interim ones, proxies and redirects."""
    starts = list(_STATUS_LINE.finditer(text))
    ends = [*(start.start() for start in starts[1:]), len(text)]
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        status = int(start[1])
        is_last = index == len(starts) - 1
        headers, body = _head_and_body(text[start.end() : end])
        between = not is_last and (status < _INTERIM_BELOW or 300 <= status < 400 or not (headers or body))
        if between:
            continue
        at = _date_in(headers) or now
        yield registry.reader(DEFAULT_PROVIDER).read(Received(status, headers, body, at), Asked())


def _head_and_body(text: str) -> tuple[dict[str, str], str]:
    headers: dict[str, str] = {}
    lines = text[: MAX_BODY * 2].splitlines()
    position = 0
    for position, line in enumerate(lines[1:] if lines and not lines[0].strip() else lines, 1):  # noqa: B007
        plain = line.removeprefix("< ").removeprefix("<").rstrip("\r")
        found = _HEADER.match(plain)
        if found is None:
            break
        headers[found[1].lower()] = found[2].strip()
    else:
        return headers, ""
    offset = 1 if lines and not lines[0].strip() else 0
    rest = lines[position - 1 + offset :]
    body = [line for line in rest if not line.startswith(("* ", "{ [", "} ["))]
    return headers, "\n".join(body).strip()


def _status(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not str(value).strip().isdigit() or not 100 <= int(str(value)) <= 599:
        raise Unreadable(f"status must be an HTTP status from 100 to 599 or null, got {value!r}.")
    return int(str(value))


def _headers(value: object) -> dict[str, str]:
    if value is None:
        return {}
    pairs: object = value.items() if isinstance(value, Mapping) else value
    headers: dict[str, str] = {}
    try:
        for name, told in pairs:  # type: ignore[attr-defined]  # refused below when it is no list of pairs
            last = told[-1] if isinstance(told, list) and told else told
            headers[str(name).strip().lower()] = str(last)
    except (TypeError, ValueError):
        raise Unreadable("headers must be an object, or a list of pairs of name and value.") from None
    return headers


def _date_in(headers: Mapping[str, str]) -> datetime | None:
    return moment(headers.get("date"))


def _asked(item: Mapping[Any, Any]) -> Asked:
    request = item.get("request")
    request = request if isinstance(request, Mapping) else {}
    tools = request.get("tools")
    count = (
        len(tools)
        if isinstance(tools, list)
        else tools
        if isinstance(tools, int) and not isinstance(tools, bool)
        else None
    )
    if isinstance(tools, bool):
        count = int(tools)
    model, auth, client = request.get("model"), request.get("auth"), request.get("client")
    return Asked(
        model=model if isinstance(model, str) and model else None,
        shape=None if count is None else TOOLS if count else PLAIN,
        tools=count,
        auth=auth if isinstance(auth, str) else None,
        client=Client.OFFICIAL if client == Client.OFFICIAL else Client.DIRECT,
        endpoint=Endpoint.USAGE if item.get("endpoint") == Endpoint.USAGE else Endpoint.INFERENCE,
    )


def _merged(given: Asked, told: Asked) -> Asked:
    return replace(given, model=given.model or told.model)
