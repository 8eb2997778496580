"""Errors quoted in text: a log line of an agent or an SDK, or what somebody copied off a console."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from quotaboard.domain.answer import ErrorFacts
from quotaboard.providers.bodies import MAX_BODY, error_in, folded, is_envelope, objects_in, texts_in

_BEFORE = 160
"""Characters before an object in which its status is looked for."""
_DEPTH = 4
_READ = "\x00"
"""Stands where an object was read."""
_ITEMS = 2000
_MOST_ERRORS = 100
_LINE = 20_000
_REASON_PHRASES = frozenset(
    {
        *("bad request", "unauthorized", "payment required", "forbidden", "not found", "request timeout"),
        *("conflict", "payload too large", "unprocessable entity", "too many requests", "site overloaded"),
        *("internal server error", "bad gateway", "service unavailable", "gateway timeout"),
    }
)
"""What HTTP itself says for a status: no words of the provider."""
_STATUS_BEFORE = re.compile(
    r"""
    (?:error\ code|status(?:[_ ]?code)?|api\ error|http(?:/[\d.]+)?|code)
        ['"]?\s*[:=]?\s*\(?['"]?(\d{3})\b(?!.*\b[45]\d\d\b)
    | \b([45]\d\d)(?:\s+(?:[A-Z][a-z]+\s?){1,3})?['"]?\s*[-:,]?\s*$
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_STATUS_WORDS = (
    r"(?:\bAPI Error:?\s*\(?|\bHTTP(?:/[\d.]+)?\s+|\bError code:\s*|\bstatus(?:[_ ]?code)?\s*[:=]\s*)"
)
_TOLD = re.compile(
    _STATUS_WORDS + r"['\"]?([1-5]\d\d)\b['\"]?\)?\s*(?:[:·|–-]\s*|\s(?=[A-Z]|\w+_error\b))(.*\w.*)",
    re.IGNORECASE,
)
"""A status and what was said with it; one alone, as in `(status=400)`, repeats what is told elsewhere."""
_STATUS_ALONE = re.compile(_STATUS_WORDS + r"['\"]?([45]\d\d)\b", re.IGNORECASE)
_TYPE_BEFORE = re.compile(r"^(\w+_error)\b[\s:-]*")
_CONSOLE = re.compile(
    r"""
    (?: API\ Error:?(?!\s*\d)\s*
      | Failed\ to\ authenticate[.:]\s*(?!API\ Error)
      | (?:Claude\ (?:AI\ )?)?(?:\b[\w-]{1,30}\ ){0,3}(?<!rate\ )limit\ reached\b
      | You(?:'|’)?(?:ve|\ have)\ (?:hit|reached)\ your\b
      | You(?:'|’)?(?:re|\ are)\ out\ of\ (?:extra\ )?usage
      | Your\ account\ is\ out\ of\ (?:extra\ )?usage
      | your\ 5-hour\ limit
      | Not\ logged\ in
      | Invalid\ API\ key
      | Credit\ balance\ is\ too\ low
      | There(?:'|’)?s\ an\ issue\ with\ the\ selected\ model
      | Request\ timed\ out
      | Unable\ to\ connect
      | Connection\ error
      | curl:\ \(\d+\)
      | Usage\ credits\ (?:are\ )?required
      | Extra\ usage\ is\ required
      | Third-party\ apps\ now\ draw
      | This\ credential\ is\ only\ authorized
      | This\ (?:request\ would\ exceed\ your|organi[sz]ation\ has\ been\ disabled)
      | Request\ too\ large
      | OAuth\ (?:access\ )?token\ (?:has|is|was|revoked|expired)
      | Your\ (?:account|organi[sz]ation)\ does\ not\ have\ access
    ).*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MODEL = re.compile(r"\bmodel['\"]?\s*[=:]\s*['\"]?([A-Za-z0-9][\w./:-]{2,80})")
_BEFORE_TEXT = " \t│┃|>*•⎿❌⚠️💀📝📋🔐-─═╭╰╮╯"
_AFTER_TEXT = " \t\r│┃|─"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_HEADER = re.compile(
    r"""['"]?\b((?:llm_provider-)?(?:anthropic-(?:ratelimit|priority|fast)-[\w-]+|retry-after|x-should-retry))['"]?
    \s*[:=,]\s*['"]?([^'"\s,;}\])]+)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """One error that a text tells of."""

    error: ErrorFacts
    status: int | None = None
    model: str | None = None


def errors_in(text: str) -> list[Quoted]:
    """Every different error that the text tells of, in order. A console that repeats itself tells it once."""
    return _different(_all_in(text, _DEPTH))


def errors_told(values: Iterable[object]) -> list[Quoted]:
    """Every different error that objects tell of: lines of a log, or an agent's dump of a failed request."""
    return _different([quoted for value in list(values)[-_ITEMS:] for quoted in _in_value(value, _DEPTH)])


def headers_in(text: str) -> dict[str, str]:
    """Rate-limit headers that a text prints beside an error, as JavaScript and Python clients do."""
    return {found[1].lower(): found[2] for found in _HEADER.finditer(text[:MAX_BODY])}


def _all_in(text: str, depth: int) -> list[Quoted]:
    clean = _ANSI.sub("", text[-MAX_BODY:]).replace(_READ, "")
    objects, rest = _objects(clean, depth)
    found = [*objects, *_lines(rest)]
    if not found and (alone := _STATUS_ALONE.search(clean)):
        found.append(Quoted(ErrorFacts(), int(alone[1])))
    return found


def _different(quoted: Iterable[Quoted]) -> list[Quoted]:
    """Each error once, in order; of very many the last, which a log wrote latest."""
    exact = {(one.status, one.model, one.error.type, one.error.message): one for one in quoted}
    found: list[Quoted] = []
    for one in list(exact.values())[-_MOST_ERRORS:]:
        twin = next((index for index, known in enumerate(found) if _same(known, one)), None)
        if twin is None:
            found.append(one)
            continue
        known = found[twin]
        said = (
            known.error
            if known.error.type or len(known.error.message) >= len(one.error.message)
            else one.error
        )
        if _is_phrase(known.error.message):
            said = one.error
        found[twin] = Quoted(said, known.status or one.status, known.model or one.model)
    return found


def _objects(text: str, depth: int) -> tuple[list[Quoted], str]:
    """The errors that objects in a text tell of, and the text with a mark in their place."""
    found: list[Quoted] = []
    rest: list[str] = []
    read = 0
    for start, end, value in objects_in(text):
        told = _in_value(value, depth)
        if not told:
            continue
        before = text[max(0, start - _BEFORE) : start]
        line = text[text.rfind("\n", 0, start) + 1 : start]
        status, model = _status_before(before), _model_in(line)
        found += [replace(one, status=one.status or status, model=one.model or model) for one in told]
        rest += [text[read:start], _READ]
        read = end
    return found, "".join([*rest, text[read:]])


def _in_value(value: object, depth: int) -> list[Quoted]:
    """What one object tells of: its own error, else those in the texts that it carries."""
    if depth == 0 or not isinstance(value, Mapping | list):
        return _all_in(value, depth - 1) if depth and isinstance(value, str) else []
    if is_envelope(value) and (error := error_in(value)) is not None:
        return [Quoted(error, _status_of(value))]
    status = _status_of(value)
    told = _different(
        replace(quoted, status=quoted.status or status)
        for text in texts_in(value)
        for quoted in (_all_in(text, depth - 1) if isinstance(text, str) else _in_value(text, depth - 1))
    )
    if told:
        return told
    error = error_in(value)
    return [Quoted(error, status)] if error is not None and isinstance(value, Mapping) else []


def _lines(text: str) -> Iterator[Quoted]:
    """Errors told in words, line by line; a line that quotes an object has been read already."""
    lines = [line[:_LINE] for line in text.splitlines()]
    for number, line in enumerate(lines):
        if _READ in line:
            continue
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if told := _TOLD.search(line):
            if 400 <= int(told[1]) <= 599:
                yield Quoted(_error(_joined(line, told[2], following)), int(told[1]), _model_in(line))
        elif console := _CONSOLE.search(line):
            yield Quoted(_error(_joined(line, console[0], following)), None, _model_in(line))


def _error(words: str) -> ErrorFacts:
    """`invalid_request_error: You're out …` as a type and a message; of a cut-off object what is left."""
    if '"message"' in words and (cut := error_in(words)) is not None:
        return cut
    kind = _TYPE_BEFORE.match(words)
    return ErrorFacts(type=kind[1] if kind else None, message=folded(words[kind.end() :] if kind else words))


def _joined(line: str, told: str, following: str) -> str:
    """A console wraps a sentence onto the next line."""
    message = _plain(told)
    return f"{message} {_plain(following)}" if _continues(line, following) else message


def _same(one: Quoted, other: Quoted) -> bool:
    if one.status is not None and other.status is not None and one.status != other.status:
        return False
    if one.model and other.model and one.model != other.model:
        return False
    first, second = one.error.message.casefold().rstrip(". "), other.error.message.casefold().rstrip(". ")
    if _is_phrase(first) or _is_phrase(second):
        return one.status == other.status
    if not first or not second:
        return first == second
    return first in second or second in first


def _is_phrase(message: str) -> bool:
    return message.casefold().strip(" .\"'") in _REASON_PHRASES


def _status_of(value: object) -> int | None:
    """The status that an object names beside its error."""
    if not isinstance(value, Mapping):
        return None
    error = value.get("error")
    for place in (value, error if isinstance(error, Mapping) else {}):
        for name in (
            "status",
            "status_code",
            "statusCode",
            "http_code",
            "response_status",
            "api_error_status",
        ):
            told = place.get(name)
            number = int(told) if isinstance(told, int | str) and re.fullmatch(r"[1-5]\d\d", str(told)) else 0
            if number:
                return number
    return None


def _status_before(before: str) -> int | None:
    """The last one, which is nearest to the object."""
    found = list(_STATUS_BEFORE.finditer(before))
    return int(found[-1][1] or found[-1][2]) if found else None


def _model_in(line: str) -> str | None:
    found = _MODEL.search(line)
    return found[1] if found else None


def _plain(text: str) -> str:
    return text.lstrip(_BEFORE_TEXT).rstrip(_AFTER_TEXT)


def _continues(line: str, following: str) -> bool:
    """Whether a boxed sentence goes on: same indent, no sign at its start."""
    if not following.strip() or line.strip().endswith((".", "!", "}")):
        return False
    return (
        len(following) - len(following.lstrip()) == len(line) - len(line.lstrip()) > 0
        and following.strip()[0].islower()
    )
