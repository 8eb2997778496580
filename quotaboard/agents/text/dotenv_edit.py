"""`.env` files as python-dotenv reads them, with the place of each value; and one value changed alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from quotaboard.agents.text.problem import Splice, spliced

_LINE = re.compile(
    r"""
    (?:^|(?<=[\r\n])) [^\S\r\n]*
    (?:export[^\S\r\n]+)?
    (?P<key>'[^']+'|[^=\#\s]+) [^\S\r\n]*
    (?:= [^\S\r\n]*
      (?P<value>
          '(?:\\'|[^'])*'
        | "(?:\\"|[^"])*"
        | (?!['"])(?:(?!\s\#)[^\r\n])*
      )
    )?
    [^\S\r\n]* (?:\#[^\r\n]*)? (?=\r|\n|$)
    """,
    re.VERBOSE,
)
_SINGLE = re.compile(r"\\([\\'])")
_DOUBLE = re.compile(r"\\(?:[\\'\"abfnrtv])")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_REFERENCE = re.compile(r"\$\{(?P<name>[^}:]*)(?::-(?P<default>[^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One `KEY=value` as it stands there."""

    key: str
    value: str
    start: int
    """Of the written value, its quotes included."""
    end: int
    line: int


def assignments(text: str) -> list[Assignment]:
    """Every assignment, in order; lines that are none are passed over, as the agents do."""
    found = []
    at = 0
    while at < len(text):
        match = _LINE.match(text, at)
        if match is None or match.end() == at:
            at = _next_line(text, at)
            continue
        if match["value"] is not None:
            key = match["key"].strip("'")
            start, written = match.start("value"), match["value"].rstrip()
            line = text.count("\n", 0, start) + 1
            found.append(
                Assignment(key.removeprefix("\ufeff"), _value(written), start, start + len(written), line)
            )
        at = _next_line(text, match.end())
    return found


def values(text: str, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the file sets: the last of a name counts, and `${NAME}` is filled in from what stands above it."""
    result: dict[str, str] = {}
    for one in assignments(text):
        result[one.key] = _REFERENCE.sub(
            lambda found: _looked_up(found, result, environment or {}), one.value
        )
    return result


def edit_dotenv(text: str, changes: Mapping[str, str]) -> str:
    """The text with these values. The assignment that counts is changed; a new one is added at the end."""
    splices = []
    present = {one.key: one for one in assignments(text)}
    newline = "\r\n" if "\r\n" in text else "\n"
    added = ""
    for key, value in changes.items():
        if one := present.get(key):
            if one.value != value:
                splices.append(Splice(one.start, one.end, _written(value, text[one.start : one.end])))
        else:
            added += f"{key}={_written(value, '')}{newline}"
    if added and text and not text.endswith(("\n", "\r")):
        added = newline + added
    return spliced(text, [*splices, Splice(len(text), len(text), added)])


def _next_line(text: str, at: int) -> int:
    ends = [end for end in (text.find("\r", at), text.find("\n", at)) if end >= 0]
    return min(ends, default=len(text)) + 1


def _value(written: str) -> str:
    if len(written) > 1 and written[0] == written[-1] == "'":
        return _SINGLE.sub(r"\1", written[1:-1])
    if len(written) > 1 and written[0] == written[-1] == '"':
        return _DOUBLE.sub(lambda found: _ESCAPED.get(found[0][1], found[0][1]), written[1:-1])
    return written


def _looked_up(found: re.Match[str], above: Mapping[str, str], environment: Mapping[str, str]) -> str:
    name = found["name"]
    return above.get(name, environment.get(name, found["default"] or ""))


def _written(value: str, old: str) -> str:
    plain = re.fullmatch(r"[A-Za-z0-9_./:@%+,=-]*", value) is not None
    if old.startswith("'") or not plain:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f'"{value}"' if old.startswith('"') else value
