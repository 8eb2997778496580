"""`.env` files as python-dotenv reads them, with the place of each value; and one value changed alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from quotaboard.agents.text.problem import Problem, Splice, spliced
from quotaboard.domain.agent import RefusalKind

# Piece by piece as python-dotenv 1.2.1 takes them, which the agents bring along. What it has taken before it
# stumbles it does not look at again, so that a quote that is never closed hides the lines up to the next one.
_BLANK = re.compile(r"\s*")
_EXPORT = re.compile(r"(?:export[^\S\r\n]+)?")
_KEY = re.compile(r"'(?P<quoted>[^']+)'|(?P<bare>[^=\#\s']\S*?)(?=[=\#\s]|$)")
_EQUALS = re.compile(r"[^\S\r\n]*(?:=[^\S\r\n]*)?")
_VALUES = {"'": re.compile(r"'(?:\\'|[^'])*'"), '"': re.compile(r'"(?:\\"|[^"])*"')}
_UNQUOTED = re.compile(r"[^\r\n]*")
_COMMENT = re.compile(r"\s+#.*")
_END = re.compile(r"(?:[^\S\r\n]*#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|$)")
_COMMENTED = re.compile(r"(?:[^\S\r\n]*#[^\r\n]*)?")
_REST = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
_UNQUOTABLE = re.compile(r"""^['"\s#]|\s$|\s#|[\r\n]""")
"""What would mean something else without quotes."""
_SINGLE = re.compile(r"\\([\\'])")
_DOUBLE = re.compile(r"\\(?:[\\'\"abfnrtv])")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_REFERENCE = re.compile(r"\$\{(?P<name>[^}:]*)(?::-(?P<default>[^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One `KEY=value` as it stands there."""

    key: str
    """With a byte order mark before it, if the file begins with both: python-dotenv takes it for a part."""
    value: str
    start: int
    """Of the written value, its quotes included."""
    end: int
    line: int


def assignments(text: str) -> list[Assignment]:
    """Every assignment, in order; lines that are none are passed over, as the agents do."""
    found: list[Assignment] = []
    at = 0
    while at < len(text):
        one, at, whole = _statement(text, at)
        if not whole:
            at = _past(_REST, text, at)
        elif one:
            found.append(one)
    return found


def values(text: str, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the file sets: the last of a name counts, and `${NAME}` is filled in from what stands above it.

    A byte order mark hides the name behind it; whoever strips the mark strips it from the text first.
    """
    result: dict[str, str] = {}
    for one in assignments(text):
        result[one.key] = _REFERENCE.sub(
            lambda found: _looked_up(found, result, environment or {}), one.value
        )
    return result


def edit_dotenv(text: str, changes: Mapping[str, str]) -> str | Problem:
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
    new = spliced(text, splices)
    if added and new and not new.endswith(("\n", "\r")):
        new += newline
    new += added
    before = {key: one.value for key, one in present.items()}
    if {one.key: one.value for one in assignments(new)} != {**before, **changes}:
        sentence = "a quote that is never closed takes in what follows: close it. Nothing was written."
        return Problem(sentence, kind=RefusalKind.UNSUPPORTED)
    return new


def _statement(text: str, at: int) -> tuple[Assignment | None, int, bool]:
    """The next statement if it sets a value, how far it goes, and whether it is whole."""
    at = _past(_EXPORT, text, _past(_BLANK, text, at))
    key, one = "", None
    if text[at : at + 1] not in ("", "#"):
        name = _KEY.match(text, at)
        if name is None:
            return None, at, False
        key, at = name["quoted"] or name["bare"], name.end()
    before, at = at, _past(_EQUALS, text, at)
    if "=" in text[before:at]:
        span = _span(text, at)
        if span is None:
            return None, at, False
        line = text.count("\n", 0, at) + 1
        one = Assignment(key, _value(text[at : at + span[0]]), at, at + span[0], line) if key else None
        at += span[1]
    end = _END.match(text, at)
    return (None, _past(_COMMENTED, text, at), False) if end is None else (one, end.end(), True)


def _span(text: str, at: int) -> tuple[int, int] | None:
    """How long the written value is, and how far it was read for that; None for a quote without an end."""
    if quoted := _VALUES.get(text[at : at + 1]):
        match = quoted.match(text, at)
        return (len(match[0]), len(match[0])) if match else None
    part = _UNQUOTED.match(text, at)
    whole = part[0] if part else ""
    return len(_COMMENT.sub("", whole).rstrip()), len(whole)


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


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
    plain = re.fullmatch(r"[A-Za-z0-9_./:@%+,=-]+", value) is not None
    if "\\" in value and _UNQUOTABLE.search(value) is None:
        # Within quotes versions of the parser differ on what a backslash before the last quote means.
        return value
    if old.startswith("'") or not plain:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f'"{value}"' if old.startswith('"') else value
