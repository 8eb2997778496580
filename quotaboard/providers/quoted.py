"""Errors quoted in text: a log line of an agent or an SDK, or what somebody copied off a console."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quotaboard.domain.answer import ErrorFacts
from quotaboard.providers.bodies import MAX_BODY, error_in, folded, objects_in

_BEFORE = 160
"""Characters before an object in which its status is looked for."""
_STATUS_BEFORE = re.compile(
    r"(?:error code|status(?:[_ ]?code)?|api error|http(?:/[\d.]+)?|code)['\"]?\s*[:=]?\s*\(?['\"]?(\d{3})\b(?!.*\b[45]\d\d\b)|\b([45]\d\d)\s*[-:]?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_TOLD = re.compile(
    r"(?:\bAPI Error:?\s*\(?|\bHTTP(?:/[\d.]+)?\s+|\bError code:\s*|\bstatus(?:[_ ]?code)?\s*[:=]\s*)['\"]?([1-5]\d\d)\b['\"]?"
    r"\s*(?:[:·|–-]\s*|\s(?=[A-Z]))(.*\w.*)",
    re.IGNORECASE,
)
"""A status and what was said with it. A status alone, as in `(status=400), rotating`, repeats what is told elsewhere."""
_STATUS_ALONE = re.compile(
    r"(?:\bAPI Error:?\s*\(?|\bHTTP(?:/[\d.]+)?\s+|\bError code:\s*|\bstatus(?:[_ ]?code)?\s*[:=]\s*)['\"]?([45]\d\d)\b",
    re.IGNORECASE,
)
_CONSOLE = re.compile(
    r"(?:API Error:?\s*(?!\d)|Failed to authenticate[.:]\s*(?!API Error)|You've hit your |(?:\w[\w-]* ){0,3}limit reached|Not logged in|Invalid API key|Credit balance is too low|"
    r"There's an issue with the selected model|Request timed out|Unable to connect|Connection error|Usage credits (?:are )?required|"
    r"Third-party apps now draw|You're out of (?:extra )?usage|This credential is only authorized|Request too large|your 5-hour limit).*",
    re.IGNORECASE,
)
_MODEL = re.compile(r"\bmodel['\"]?\s*[=:]\s*['\"]?([A-Za-z0-9][\w./:-]{2,80})")
_DECORATION = re.compile(r"^[\s│┃|>*•⎿❌⚠️💀📝📋🔐\-─═╭╰╮╯]+|[\s│┃|─]+$")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")


@dataclass(frozen=True, slots=True)
class Quoted:
    """One error that a text tells of."""

    error: ErrorFacts
    status: int | None = None
    model: str | None = None


def errors_in(text: str) -> list[Quoted]:
    """Every different error that the text tells of, in order. A console that repeats itself tells it once."""
    clean = _ANSI.sub("", text[:MAX_BODY])
    found: list[Quoted] = []
    for quoted in (*_objects(clean), *_lines(clean)):
        twin = next((index for index, known in enumerate(found) if _same(known, quoted)), None)
        if twin is None:
            found.append(quoted)
        elif quoted.status is not None and found[twin].status is None:
            found[twin] = Quoted(found[twin].error, quoted.status, found[twin].model or quoted.model)
    if not found and (alone := _STATUS_ALONE.search(clean)):
        found.append(Quoted(ErrorFacts(), int(alone[1])))
    return found


def _objects(text: str) -> Iterator[Quoted]:
    for start, _end, value in objects_in(text):
        error = error_in(value)
        if error is None:
            continue
        before = text[max(0, start - _BEFORE) : start]
        line = text[text.rfind("\n", 0, start) + 1 : start]
        yield Quoted(error, _status_of(value) or _status_before(before), _model_in(line))


def _lines(text: str) -> Iterator[Quoted]:
    """Errors told in words, line by line; a line that quotes an object has been read already."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if "{" in line and any(error_in(value) for _start, _end, value in objects_in(line)):
            continue
        if told := _TOLD.search(line):
            # A console wraps a sentence onto the next line.
            following = lines[number + 1] if number + 1 < len(lines) else ""
            message = _plain(told[2])
            if _continues(line, following):
                message = f"{message} {_plain(following)}"
            if 400 <= int(told[1]) <= 599:
                yield Quoted(ErrorFacts(message=folded(message)), int(told[1]), _model_in(line))
        elif console := _CONSOLE.search(line):
            yield Quoted(ErrorFacts(message=folded(_plain(console[0]))), None, _model_in(line))


def _same(one: Quoted, other: Quoted) -> bool:
    if one.status is not None and other.status is not None and one.status != other.status:
        return False
    if one.model and other.model and one.model != other.model:
        return False
    first, second = one.error.message.casefold(), other.error.message.casefold()
    if not first or not second:
        return first == second
    return first in second or second in first


def _status_of(value: object) -> int | None:
    told = (
        value.get("status") or value.get("status_code") or value.get("http_code")
        if isinstance(value, dict)
        else None
    )
    number = int(told) if isinstance(told, int | str) and str(told).isdigit() else 0
    return number if 100 <= number <= 599 else None


def _status_before(before: str) -> int | None:
    found = None
    for found in _STATUS_BEFORE.finditer(before):  # noqa: B007 - the last one, nearest to the object
        pass
    return int(found[1] or found[2]) if found else None


def _model_in(line: str) -> str | None:
    found = _MODEL.search(line)
    return found[1] if found else None


def _plain(text: str) -> str:
    return _DECORATION.sub("", text)


def _continues(line: str, following: str) -> bool:
    """Whether a boxed sentence goes on: same indent, no sign at its start."""
    if not following.strip() or line.strip().endswith((".", "!", "}")):
        return False
    return (
        len(following) - len(following.lstrip()) == len(line) - len(line.lstrip()) > 0
        and following.strip()[0].islower()
    )
