"""Top-level keys of a TOML text set to other texts, with every other byte left alone.

Each change is a splice. Afterwards the new text is read by the standard library and must differ in exactly
what was asked for; where that does not hold, nothing is changed.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quotaboard.agents.text.json5_edit import same
from quotaboard.agents.text.problem import Problem, Splice, spliced
from quotaboard.domain.agent import RefusalKind

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\r\n])*"|'[^'\r\n]*')"""
_HEAD = re.compile(rf"(?P<key>{_KEY})(?P<dotted>[ \t]*\.)?")
_ASSIGN = re.compile(rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*[ \t]*=[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
_PIECE = re.compile(
    r'"""(?:\\(?s:.)|(?!""")[^\\])*"{3,5}'
    r"|'''(?:(?!''')(?s:.))*'{3,5}"
    r'|"(?:\\.|[^"\\\r\n])*"'
    r"|'[^'\r\n]*'"
    r"|#[^\r\n]*"
    r"|[\[\]{}]"
    r"|\r?\n"
    r"""|[^"'#\[\]{}\r\n]+"""
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A top-level `key = value`."""

    key: str
    line_start: int
    start: int
    """Of the value."""
    end: int


def read_toml(text: str) -> dict[str, Any] | Problem:
    """What the text says."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Its message ends in the place: "(at line 3, column 7)".
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        what = str(error)[: place.start()] if place else str(error)
        return Problem(f"not TOML: {what[:1].lower()}{what[1:]}. Correct it.", _line(place, text))
    except RecursionError:
        return Problem("not a config: it is nested too deeply. Correct it.")


def edit_toml(text: str, changes: Mapping[str, str | None]) -> str | Problem:
    """The text with these top-level keys set, new ones behind the last that is there; None removes one."""
    before = read_toml(text)
    if isinstance(before, Problem):
        return before
    pairs = _pairs(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    splices: list[Splice] = []
    added = ""
    for key, value in changes.items():
        found = next((pair for pair in pairs if pair.key == key), None)
        if value is None:
            splices += [_removal(text, found)] if found else []
        elif found is None:
            added += f"{key} = {_written(value, '')}{newline}"
        elif before.get(key) != value:
            written = _written(value, text[found.start : found.end])
            splices.append(Splice(found.start, found.end, written))
    if added:
        splices.append(_insertion(text, pairs, added, newline))
    new = spliced(text, splices)
    merged = {**copy.deepcopy(before), **changes}
    expected = {key: value for key, value in merged.items() if value is not None}
    return new if same(read_toml(new), expected) else _unsafe()


def _pairs(text: str) -> list[_Pair]:
    """The pairs above the first table, in order. The text is known to be TOML."""
    pairs = []
    at = _gap(text, 0)
    while at < len(text) and text[at] != "[":
        head, assign = _HEAD.match(text, at), _ASSIGN.match(text, at)
        if head is None or assign is None:
            break
        end = _value_end(text, assign.end())
        if head["dotted"] is None:
            written = head["key"]
            key = json.loads(written) if written[0] == '"' and "\\" not in written else written.strip("'\"")
            pairs.append(_Pair(key, at, assign.end(), end))
        else:
            pairs.append(_Pair("", at, assign.end(), end))
        at = _gap(text, end)
    return pairs


def _gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _value_end(text: str, at: int) -> int:
    """Where the value ends: at the end of its line, or of its brackets."""
    depth, end = 0, at
    while found := _PIECE.match(text, at):
        piece = found[0]
        if depth == 0 and (piece[0] == "#" or piece in ("\n", "\r\n")):
            break
        depth += (piece in "[{") - (piece in "]}")
        at = found.end()
        if piece.strip() and piece[0] != "#":
            end = found.start() + len(piece.rstrip())
        if depth == 0 and piece in "]}":
            break
    return end


def _removal(text: str, pair: _Pair) -> Splice:
    """The whole line; where a comment stands behind, all but that."""
    rest = re.compile(r"[ \t]*(\r?\n)?").match(text, pair.end)
    end = rest.end() if rest else pair.end
    start = pair.line_start
    if rest and (rest[1] or end == len(text)):
        start = text.rfind("\n", 0, start) + 1
    return Splice(start, end, "")


def _insertion(text: str, pairs: list[_Pair], added: str, newline: str) -> Splice:
    if not pairs:
        # At the very top, or it would belong to a table.
        return Splice(0, 0, added)
    last = pairs[-1]
    at = text.find("\n", last.end) + 1
    if at:
        return Splice(at, at, added)
    return Splice(len(text), len(text), newline + added)


def _written(value: str, old: str) -> str:
    if old.startswith("'") and not old.startswith("'''") and "'" not in value and value.isprintable():
        return f"'{value}'"
    # TOML's basic texts take JSON's escapes; a letter beyond U+FFFF must stand there as itself.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _line(place: re.Match[str] | None, text: str) -> int | None:
    if place is None:
        return None
    return int(place[1]) if place[1] else text.count("\n") + 1


def _unsafe() -> Problem:
    sentence = 'it is written in a way in which one key cannot be changed alone. Write it as `key = "value"`.'
    return Problem(sentence, None, RefusalKind.UNSUPPORTED)
