"""JSON as a tree of nodes that know where in the text they stand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined] # the standard library's own reader of strings
from typing import Any

from quotaboard.agents.text.problem import Problem


@dataclass(slots=True)
class Member:
    """One key of an object, and its value."""

    key: str
    start: int
    """Where the key's quotes begin."""
    value: JsonNode


@dataclass(slots=True)
class JsonNode:
    """One value."""

    start: int
    end: int
    plain: Any = None
    """The value as Python has it; of objects and arrays, what is in them."""
    members: list[Member] | None = None
    """Of an object, in its order; None for anything else."""
    items: list[JsonNode] = field(default_factory=list)

    def find(self, key: str) -> list[Member]:
        """Every member of that name: JSON allows it to stand there twice."""
        return [member for member in self.members or () if member.key == key]


_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}


def parse_json_tree(text: str) -> JsonNode | Problem:
    """The document's only value."""
    try:
        reader = _Reader(text)
        node = reader.value(1 if text.startswith("\ufeff") else 0)
    except json.JSONDecodeError as error:
        return _problem(error.msg, error.lineno)
    except RecursionError:
        return Problem("not a config: it is nested too deeply. Correct it.")
    end = reader.blank(node.end)
    return node if end == len(text) else _problem("something follows the end", text.count("\n", 0, end) + 1)


def _problem(what: str, line: int) -> Problem:
    return Problem(f"not JSON: {what[:1].lower()}{what[1:]}. Correct it.", line)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def fail(self, what: str, at: int) -> json.JSONDecodeError:
        return json.JSONDecodeError(what, self.text, at)

    def value(self, at: int) -> JsonNode:
        at = self.blank(at)
        first = self.text[at : at + 1]
        if first == "{":
            return self.object(at)
        if first == "[":
            return self.array(at)
        if first == '"':
            value, end = scanstring(self.text, at + 1, True)
            return JsonNode(at, end, value)
        for word, plain in _WORDS.items():
            if self.text.startswith(word, at):
                return JsonNode(at, at + len(word), plain)
        number = _NUMBER.match(self.text, at)
        if number is None:
            raise self.fail("a value is missing", at)
        return JsonNode(at, number.end(), json.loads(number[0]))

    def object(self, start: int) -> JsonNode:
        members: list[Member] = []
        at = self.blank(start + 1)
        while self.text[at : at + 1] != "}":
            if self.text[at : at + 1] != '"':
                raise self.fail("a key in double quotes is missing", at)
            key, end = scanstring(self.text, at + 1, True)
            colon = self.blank(end)
            if self.text[colon : colon + 1] != ":":
                raise self.fail("a colon is missing", colon)
            value = self.value(colon + 1)
            members.append(Member(key, at, value))
            at = self.next(value.end, "}")
        return JsonNode(start, at + 1, {member.key: member.value.plain for member in members}, members)

    def array(self, start: int) -> JsonNode:
        items: list[JsonNode] = []
        at = self.blank(start + 1)
        while self.text[at : at + 1] != "]":
            items.append(self.value(at))
            at = self.next(items[-1].end, "]")
        return JsonNode(start, at + 1, [item.plain for item in items], items=items)

    def next(self, at: int, close: str) -> int:
        """Behind the comma and its blanks, or at the closing bracket."""
        at = self.blank(at)
        if self.text[at : at + 1] == close:
            return at
        if self.text[at : at + 1] != ",":
            raise self.fail("a comma is missing", at)
        at = self.blank(at + 1)
        if self.text[at : at + 1] == close:
            raise self.fail("a comma stands before the end", at)
        return at
