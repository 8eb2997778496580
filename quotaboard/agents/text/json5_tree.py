"""JSON5, of which JSON and JSONC are parts, as a tree of nodes that know where in the text they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from quotaboard.agents.text.problem import Problem


@dataclass(slots=True)
class Node:
    """One value."""

    start: int
    end: int
    plain: Any = None
    """As Python has it; of objects and arrays, what is in them. The last of two equal keys counts."""
    entries: list[Entry] | None = None
    """Of an object or an array, in order; None for anything else."""
    is_object: bool = False

    def find(self, key: str) -> list[Entry]:
        """Every member of that name: it may stand there twice."""
        return [entry for entry in self.entries or () if self.is_object and entry.key == key]


@dataclass(slots=True)
class Entry:
    """A member of an object or an item of an array."""

    start: int
    """Where the key begins; of an item, the value."""
    value: Node
    key: str | None = None
    comma: int | None = field(default=None)
    """Where the comma behind it stands, if there is one."""


_SPACE = "[ \\t\\v\\f\\r\\n\u00a0\ufeff\u2028\u2029\u1680\u2000-\u200a\u202f\u205f\u3000]"
_BLANK = re.compile(f"(?:{_SPACE}+|//[^\\r\\n\u2028\u2029]*|/\\*(?s:.*?)\\*/)*")
_IDENTIFIER = re.compile(r"(?:[^\W\d]|[$_]|\\u[0-9a-fA-F]{4})(?:\w|[$\u200c\u200d]|\\u[0-9a-fA-F]{4})*")
_NUMBER = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F]+|Infinity|NaN|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(?![\w$.])"
)
_STRING = {
    quote: re.compile(quote + r"((?:[^\\\r\n" + quote + r"]|\\(?:\r\n|(?s:.)))*)" + quote) for quote in "\"'"
}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|(?s:.))")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_CONTINUED = {"\n", "\r", "\r\n", "\u2028", "\u2029"}
_WORDS = {"true": True, "false": False, "null": None}
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def parse_json5_tree(text: str) -> Node | Problem:
    """The document's only value."""
    reader = _Reader(text)
    try:
        node = reader.document()
    except _Wrong as wrong:
        line = text.count("\n", 0, wrong.at) + 1
        return Problem(f"not JSON5: {wrong.what}. Correct it.", line)
    except RecursionError:
        return Problem("not a config: it is nested too deeply. Correct it.")
    return node


def skip_blank(text: str, at: int) -> int:
    """Behind blanks and comments."""
    found = _BLANK.match(text, at)
    return found.end() if found else at


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, what: str, at: int) -> None:
        self.what, self.at = what, at


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text

    def blank(self, at: int) -> int:
        return skip_blank(self.text, at)

    def document(self) -> Node:
        node = self.value(self.blank(0))
        end = self.blank(node.end)
        if end != len(self.text):
            raise _Wrong("something follows the end", end)
        return node

    def value(self, at: int) -> Node:
        first = self.text[at : at + 1]
        if first in ("{", "["):
            return self.collection(at, "}" if first == "{" else "]")
        if first in ('"', "'"):
            plain, end = self.string(at)
            return Node(at, end, plain)
        if number := _NUMBER.match(self.text, at):
            return Node(at, number.end(), _number(number[0]))
        word = _IDENTIFIER.match(self.text, at)
        if word is None or word[0] not in _WORDS:
            raise _Wrong("a value is missing", at)
        return Node(at, word.end(), _WORDS[word[0]])

    def string(self, at: int) -> tuple[str, int]:
        found = _STRING[self.text[at]].match(self.text, at)
        if found is None:
            raise _Wrong("a text has no end", at)
        for escape in _ESCAPE.finditer(found[1]):
            # What JSON5 refuses; the readers of agents do too.
            follows = found[1][escape.end() : escape.end() + 1]
            if escape[1] in set("123456789ux") or (escape[1] == "0" and follows.isdecimal()):
                raise _Wrong("a text holds an escape that means nothing", at)
        return _unescaped(found[1]), found.end()

    def collection(self, start: int, close: str) -> Node:
        entries: list[Entry] = []
        is_object = close == "}"
        at = self.blank(start + 1)
        while self.text[at : at + 1] != close:
            entry = self.member(at) if is_object else Entry(at, self.value(at))
            entries.append(entry)
            at = self.blank(entry.value.end)
            if self.text[at : at + 1] == ",":
                entry.comma = at
                at = self.blank(at + 1)
            elif self.text[at : at + 1] != close:
                raise _Wrong("a comma is missing", at)
        plain: Any = [entry.value.plain for entry in entries]
        if is_object:
            plain = {entry.key: entry.value.plain for entry in entries}
        return Node(start, at + 1, plain, entries, is_object)

    def member(self, start: int) -> Entry:
        if self.text[start : start + 1] in ('"', "'"):
            key, end = self.string(start)
        elif word := _IDENTIFIER.match(self.text, start):
            key, end = _unescaped(word[0]), word.end()
        else:
            raise _Wrong("a key is missing", start)
        colon = self.blank(end)
        if self.text[colon : colon + 1] != ":":
            raise _Wrong("a colon is missing", colon)
        return Entry(start, self.value(self.blank(colon + 1)), key)


def _unescaped(written: str) -> str:
    if "\\" not in written:
        return written
    text = _ESCAPE.sub(lambda found: _meant(found[1]), written)
    # Two escapes may make one letter.
    return _PAIR.sub(lambda found: found[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


def _meant(escape: str) -> str:
    if escape[0] in "ux" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    return "" if escape in _CONTINUED else _ESCAPED.get(escape, escape)


def _number(written: str) -> int | float:
    sign = -1 if written.startswith("-") else 1
    bare = written.lstrip("+-")
    if bare == "Infinity":
        return sign * float("inf")
    if bare == "NaN":
        return float("nan")
    if bare[:2] in ("0x", "0X"):
        return sign * int(bare, 16)
    return sign * (int(bare) if bare.isdecimal() else float(bare))
