"""Answers that a person captured, in any of the forms that `explain` takes, as facts to be judged."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from quotaboard.domain.answer import Answer, Asked, Endpoint, ErrorFacts
from quotaboard.domain.lane import PLAIN, TOOLS, Client
from quotaboard.providers import registry
from quotaboard.providers.base import Received
from quotaboard.providers.bodies import MAX_BODY
from quotaboard.providers.dating import Captured, settled
from quotaboard.providers.moments import moment
from quotaboard.providers.quoted import errors_in, errors_told, headers_in
from quotaboard.providers.recognising import provider_of

DEFAULT_PROVIDER = "anthropic"

_STATUS_LINE = re.compile(r"^(?:< ?)?HTTP/\d(?:\.\d)? (\d{3})\b[^\n]*$", re.MULTILINE)
_HEAD = re.compile(
    r"\A(?:< ?)?HTTP/\d[\d.]* \d{3}\b|^(?:< ?)?HTTP/\d[\d.]* \d{3}\b[^\n]*\n(?:< ?)?[\w-]+[ \t]*:[ \t]*\S",
    re.MULTILINE,
)
"""A status line that begins the text, or that a header follows; a prompt or `curl -v` may stand before it."""
_HEADER = re.compile(r"^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*(.*)$")
_AFTER_BODY = re.compile(r"\* (?:Connection #\d+|Closing connection)[^\n]*$", re.MULTILINE)
_FINAL_FROM = 200
_TOLD_BESIDE = ("error", "message", "detail")
_LOG_WORDS = ("message", "msg")
"""Keys that an SDK's error object has where a captured answer has `body`."""


def answers_in(text: str, now: datetime) -> list[Answer]:
    """The answers of one input, in order.

    A text in which no error is found yields one answer without facts.
    """
    return answers_of([text], now)


def answers_of(texts: Iterable[str], now: datetime) -> list[Answer]:
    """The answers of several inputs on one account, in order."""
    return settled([captured for text in texts for captured in _captured(text, now)], now)


def _captured(text: str, now: datetime) -> Iterator[Captured]:
    plain = text.replace("\x00", "").lstrip("\ufeff").strip("\n\r ")
    if plain[:1] not in ("{", "[") and _HEAD.search(dedented := textwrap.dedent(plain)):
        yield from _raw(dedented, now)
        return
    items = _json(plain)
    if items is None:
        yield from list(_told(plain, now)) or [_nothing(now)]
        return
    stream = registry.reader(DEFAULT_PROVIDER).read_client(items, now) or _of_one_client(items, now)
    if stream is not None:
        yield Captured(stream, dated=False)
    elif all(isinstance(item, Mapping) and not _is_answer(item) for item in items) and len(items) > 1:
        # The log of a program, line by line: one error that it repeats is one error.
        yield from list(_told_in(items, now)) or [_nothing(now)]
    else:
        for item in items:
            yield from _from_item(item, now)


def _nothing(now: datetime, asked: Asked | None = None, *, dated: bool = False) -> Captured:
    """An input that tells of no answer."""
    return Captured(
        Answer(provider=DEFAULT_PROVIDER, at=now, asked=asked or Asked(), error=ErrorFacts()), dated
    )


def _json(text: str) -> list[object] | None:
    """The items of a JSON document or of JSON lines; None for any other text."""
    if not text or text[0] not in "{[":
        return None
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return None
    return data if isinstance(data, list) and data else [data]


def _is_answer(item: Mapping[Any, Any]) -> bool:
    """Whether an object is an answer as it came, and not one that tells of an answer."""
    if "headers" in item or "body" in item or "response" in item:
        return True
    return _status(item.get("status")) is not None


def _from_item(item: object, now: datetime) -> Iterator[Captured]:
    if isinstance(item, str):
        yield from _captured(item, now) if item.strip()[:1] not in ("{", "[") else _told_or_nothing(item, now)
        return
    if not isinstance(item, Mapping):
        yield _nothing(now)
        return
    if isinstance(item.get("response"), Mapping):
        item = {**item["response"], **{key: item[key] for key in item if key != "response"}}
    at = moment(item.get("at"))
    asked = _asked(item)
    if not _is_answer(item) and asked.endpoint is not Endpoint.USAGE:
        told = (
            list(_told_by(item, item, asked, at, now))
            or list(_told_in_words(item, asked, at, now))
            or list(_told_in([item], at or now, asked, dated=at is not None))
        )
        yield from told or [_nothing(at or now, asked, dated=at is not None)]
        return
    yield from _from_answer(item, asked, at, now)


def _from_answer(
    item: Mapping[Any, Any], asked: Asked, at: datetime | None, now: datetime
) -> Iterator[Captured]:
    headers = _headers(item.get("headers"))
    at = at or moment(headers.get("date"))
    status = _status(item.get("status"))
    body = item.get("body")
    if "body" not in item and any(key in item for key in _TOLD_BESIDE):
        body = {
            key: value for key, value in item.items() if key not in ("status", "headers", "at", "request")
        }
    if status is None and asked.endpoint is Endpoint.USAGE:
        status = 200
    if status is not None:
        url = _url(item)
        provider = registry.reader(provider_of(item.get("provider"), headers, body, url))
        received = Received(status, headers, body, at or now, url=url)
        yield Captured(provider.read(received, asked), at is not None)
    elif told := list(_told_by(item, body, asked, at, now)):
        yield from told
    elif isinstance(body, str) and body.strip()[:1] not in ("{", "["):
        told = list(_told(body, at or now, asked, dated=at is not None))
        yield from told or [_nothing(at or now, asked, dated=at is not None)]
    else:
        told = list(_told_in([body], at or now, asked, dated=at is not None))
        yield from told or [_nothing(at or now, asked, dated=at is not None)]


def _told_by(
    item: Mapping[Any, Any], body: object, asked: Asked, at: datetime | None, now: datetime
) -> Iterator[Captured]:
    """What a provider other than the usual one tells without HTTP: a file's line, an event, a log's text."""
    name = provider_of(item.get("provider"), {}, body, _url(item))
    if name != DEFAULT_PROVIDER and body is not None:
        answer = registry.reader(name).read_told(body, asked, at or now, None)
        if answer is not None:
            yield Captured(answer, at is not None or answer.at != now)


def _told_in_words(
    item: Mapping[Any, Any], asked: Asked, at: datetime | None, now: datetime
) -> Iterator[Captured]:
    """What a line of a log in JSON says in words, if those are another provider's than the usual one's."""
    for words in (item.get(name) for name in _LOG_WORDS):
        if isinstance(words, str) and provider_of(None, {}, words) != DEFAULT_PROVIDER:
            yield from _told(words, at or now, asked, dated=at is not None)
            return


def _of_one_client(items: list[object], now: datetime) -> Answer | None:
    """The last of a file's lines that shows an account, for providers whose client keeps such files."""
    for item in reversed(items):
        if isinstance(item, Mapping) and not _is_answer(item) and ("payload" in item or "result" in item):
            name = provider_of(None, {}, item)
            shown = None if name == DEFAULT_PROVIDER else registry.reader(name).read_client([item], now)
            if shown is not None:
                return shown
    return None


def _url(item: Mapping[Any, Any]) -> str | None:
    """What was asked, as `url`, or as `request` in the form `GET https://…`."""
    request = item.get("request")
    told = item.get("url") or (request.get("url") if isinstance(request, Mapping) else request)
    found = re.search(r"https?://\S+", told) if isinstance(told, str) else None
    return found[0] if found else None


def _told_or_nothing(text: str, now: datetime) -> list[Captured]:
    return list(_told(text, now)) or [_nothing(now)]


def _told(text: str, now: datetime, asked: Asked | None = None, *, dated: bool = False) -> Iterator[Captured]:
    """The errors that a text tells of; headers printed beside a single error are its own."""
    found = errors_in(text)
    name = provider_of(None, {}, text)
    if name != DEFAULT_PROVIDER and len(found) <= 1:
        status = found[0].status if found else None
        model = found[0].model if found else None
        answer = registry.reader(name).read_told(text, _merged(asked, model), now, status)
        if answer is not None:
            yield Captured(answer, dated)
            return
    headers = headers_in(text) if len(found) == 1 else {}
    for quoted in found:
        merged = _merged(asked, quoted.model)
        if headers and quoted.status is not None:
            body = {"error": {"type": quoted.error.type, "message": quoted.error.message}}
            reader = registry.reader(DEFAULT_PROVIDER)
            yield Captured(reader.read(Received(quoted.status, headers, body, now), merged), dated)
        else:
            yield Captured(Answer(DEFAULT_PROVIDER, now, merged, quoted.status, error=quoted.error), dated)


def _told_in(
    items: Iterable[object], now: datetime, asked: Asked | None = None, *, dated: bool = False
) -> Iterator[Captured]:
    """The errors that objects tell of, such as the lines of a log or an agent's dump of a failed request."""
    for quoted in errors_told(items):
        merged = _merged(asked, quoted.model)
        yield Captured(Answer(DEFAULT_PROVIDER, now, merged, quoted.status, error=quoted.error), dated)


def _raw(text: str, now: datetime) -> Iterator[Captured]:
    """`curl -i` output: the last answer of each exchange, past interim ones, proxies and redirects."""
    starts = list(_STATUS_LINE.finditer(text))
    ends = [*(start.start() for start in starts[1:]), len(text)]
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        status = int(start[1])
        is_last = index == len(starts) - 1
        headers, body = _head_and_body(text[start.end() : end])
        between = not is_last and (status < _FINAL_FROM or 300 <= status < 400 or not (headers or body))
        if between or not 100 <= status <= 599:
            continue
        at = moment(headers.get("date"))
        reader = registry.reader(provider_of(None, headers, body))
        read = reader.read(Received(status, headers, body, at or now), Asked())
        yield Captured(read, at is not None)


def _head_and_body(text: str) -> tuple[dict[str, str], str]:
    headers: dict[str, str] = {}
    lines = text[: MAX_BODY * 2].splitlines()[1:]
    for position, line in enumerate(lines):
        found = _HEADER.match(line.removeprefix("<").strip() if line.startswith("<") else line.rstrip())
        if found is None or line.lstrip().startswith(("{", "<!", "<h")):
            rest = lines[position:]
            break
        headers[found[1].lower()] = found[2].strip()
    else:
        return headers, ""
    body = "\n".join(line for line in rest if not line.startswith(("* ", "{ [", "} [", "< "))).strip()
    return headers, _AFTER_BODY.sub("", body).strip()


def _status(value: object) -> int | None:
    """An HTTP status, however it was written; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return int(number) if 100 <= number <= 599 and number == int(number) else None


def _headers(value: object) -> dict[str, str]:
    """Names in lower case; of a repeated one the last counts. A form that is none of headers has none."""
    if isinstance(value, str):
        return {
            found[1].lower(): found[2].strip()
            for line in value.splitlines()
            if (found := _HEADER.match(line))
        }
    headers: dict[str, str] = {}
    for name, told in _pairs(value):
        last = told[-1] if isinstance(told, list) and told else told
        if last is not None:
            headers[str(name).strip().lower()] = str(last)
    return headers


def _pairs(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    for pair in value if isinstance(value, list) else ():
        if isinstance(pair, list) and len(pair) == 2:
            yield pair[0], pair[1]
        elif isinstance(pair, Mapping) and "name" in pair:
            yield pair["name"], pair.get("value")
        elif isinstance(pair, str) and (found := _HEADER.match(pair)):
            yield found[1], found[2]


def _asked(item: Mapping[Any, Any]) -> Asked:
    request = item.get("request")
    request = request if isinstance(request, Mapping) else {}
    if isinstance(request.get("body"), Mapping) and "model" not in request:
        request = request["body"]  # an agent's dump of the whole request
    count = _tools(request.get("tools"))
    model, auth, client = request.get("model"), request.get("auth"), request.get("client")
    return Asked(
        model=model if isinstance(model, str) and model else None,
        shape=None if count is None else TOOLS if count else PLAIN,
        tools=count,
        auth=auth if isinstance(auth, str) else None,
        client=Client.OFFICIAL if client == Client.OFFICIAL else Client.DIRECT,
        endpoint=Endpoint.USAGE if item.get("endpoint") == Endpoint.USAGE else Endpoint.INFERENCE,
    )


def _tools(told: object) -> int | None:
    """How many tools the request carried, from a number, a yes or no, or the tools themselves."""
    if isinstance(told, list):
        return len(told)
    if isinstance(told, Mapping):
        told = told.get("count")
    return max(0, int(told)) if isinstance(told, int) else None


def _merged(given: Asked | None, model: str | None) -> Asked:
    return Asked(model=model) if given is None else replace(given, model=given.model or model)
