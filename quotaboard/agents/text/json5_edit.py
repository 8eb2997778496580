"""Keys of one object of a JSON5 text set to other values, with every other byte left alone.

Each change is a splice at the place where the reader found the value. Afterwards the new text is read again
and must differ in exactly what was asked for; where that does not hold, nothing is changed.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from quotaboard.agents.text.json5_tree import Entry, Node, parse_json5_tree, skip_blank
from quotaboard.agents.text.problem import Problem, Splice, spliced
from quotaboard.domain.agent import RefusalKind


def edit_json5(text: str, path: Sequence[str], changes: Mapping[str, Any]) -> str | Problem:
    """The text with these keys set in the object at the path, which is made where it is not there yet.

    Of a list that stays a list, only the items that change are touched.
    """
    if not changes:
        return text
    if skip_blank(text, 0) == len(text):
        text += "{}" + _newline(text)
    tree = parse_json5_tree(text)
    if isinstance(tree, Problem):
        return tree
    node, missing = tree, list(path)
    while missing and (found := node.find(missing[0])):
        if len(found) > 1:
            return _twice(missing[0], text, found[-1])
        node = found[0].value
        missing.pop(0)
    if not node.is_object:
        sentence = f"{'.'.join(path) or 'the document'} is not an object. Correct it."
        return Problem(sentence, _line(text, node.start))
    for key in changes if not missing else ():
        if len(found := node.find(key)) > 1:
            return _twice(key, text, found[-1])
    if missing:
        nested: Any = dict(changes)
        for key in reversed(missing[1:]):
            nested = {key: nested}
        changes = {missing[0]: nested}
    new = spliced(text, _Writer(text).set_members(node, changes))
    return new if _is_as_asked(tree, new, path[: len(path) - len(missing)], changes) else _unsafe()


class _Writer:
    """Splices in the manner of the text around them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = _newline(text)
        found = re.search(r"\n([ \t]+)[^\s/*]", text)
        self.unit = found[1] if found else "  "

    def set_members(self, node: Node, changes: Mapping[str, Any]) -> list[Splice]:
        splices: list[Splice] = []
        new: list[tuple[str | None, Any]] = []
        for key, value in changes.items():
            found = node.find(key)
            if found:
                splices += self.replace(found[0], value)
            else:
                new.append((key, value))
        return [*splices, *self.insert(node, new)]

    def replace(self, entry: Entry, value: Any) -> list[Splice]:
        old = entry.value
        if same(old.plain, value):
            return []
        if isinstance(value, list) and old.entries is not None and not old.is_object:
            return self.set_items(old, value)
        if isinstance(value, dict) and old.is_object and not set(old.plain) - set(value):
            return self.set_members(old, value)
        quote = self.text[old.start] if self.text[old.start] in "\"'" else self.quote_in(old, entry)
        return [Splice(old.start, old.end, self.written(value, self.indent_at(entry.start), quote))]

    def set_items(self, node: Node, values: list[Any]) -> list[Splice]:
        """Item by item, so that the comments between them stay."""
        entries = node.entries or []
        kept = min(len(entries), len(values))
        splices = [
            splice
            for entry, value in zip(entries, values, strict=False)
            for splice in self.replace(entry, value)
        ]
        gone = entries[kept:]
        splices += [Splice(entry.value.start, entry.value.end, "") for entry in gone]
        # As many commas go as items; one that stood behind the last item stays behind the last.
        trailing = bool(entries) and entries[-1].comma is not None
        losing = gone if trailing or not kept else entries[kept - 1 : -1]
        splices += [Splice(one.comma, one.comma + 1, "") for one in losing if one.comma is not None and gone]
        return [*splices, *self.insert(node, [(None, value) for value in values[kept:]])]

    def insert(self, node: Node, new: list[tuple[str | None, Any]]) -> list[Splice]:
        """Behind the last entry, on lines of their own where the others have such."""
        if not new:
            return []
        entries = node.entries or []
        last = entries[-1] if entries else None
        own_lines = "\n" in self.text[node.start : last.start] if last else node.is_object
        inner = self.indent_at(last.start if last and own_lines else node.start)
        inner += "" if last else self.unit
        between = self.newline + inner if own_lines else " "
        quote = self.quote_in(node, last)
        each = [self.entry(key, value, inner, quote, last) for key, value in new]
        body = f",{between}".join(each)
        if last is None:
            closing = self.newline + self.indent_at(node.start) if own_lines else ""
            tail = closing if "\n" not in self.text[node.start : node.end] else ""
            return [Splice(node.start + 1, node.start + 1, (between if own_lines else "") + body + tail)]
        if last.comma is None:
            comma = last.value.end
            at = self.behind_remarks(comma) if own_lines else comma
            if at == comma:
                return [Splice(comma, comma, f",{between}{body}")]
            return [Splice(comma, comma, ","), Splice(at, at, between + body)]
        at = self.behind_remarks(last.comma + 1) if own_lines else last.comma + 1
        return [Splice(at, at, f"{between}{body},")]

    def behind_remarks(self, at: int) -> int:
        """The end of the line, if nothing but whole comments stands on the rest of it; else here."""
        rest = re.compile(r"(?:[ \t]|/\*(?:(?!\*/)[^\r\n])*\*/)*(?://[^\r\n\u2028\u2029]*)?(?=\r?\n)").match(
            self.text, at
        )
        return rest.end() if rest else at

    def entry(self, key: str | None, value: Any, indent: str, quote: str, model: Entry | None) -> str:
        written = self.written(value, indent, quote)
        if key is None:
            return written
        bare = model is not None and self.text[model.start] not in "\"'"
        plain = re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", key) is not None
        return f"{key if bare and plain else _text(key, quote)}: {written}"

    def written(self, value: Any, indent: str, quote: str) -> str:
        """The value; an object over several lines."""
        inner = indent + self.unit
        if isinstance(value, dict) and value:
            lines = [
                f"{inner}{_text(key, quote)}: {self.written(each, inner, quote)}"
                for key, each in value.items()
            ]
            return "{" + self.newline + f",{self.newline}".join(lines) + self.newline + indent + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.written(each, inner, quote) for each in value) + "]"
        return _text(value, quote) if isinstance(value, str) else json.dumps(value)

    def quote_in(self, node: Node, near: Entry | None) -> str:
        """The quotes that the neighbours wear; double ones where there are none."""
        start = near.start if near else node.start
        found = re.compile("[\"']").search(self.text, start, near.value.end if near else node.end)
        return found[0] if found else '"'

    def indent_at(self, at: int) -> str:
        """The blanks at the beginning of the line."""
        start = self.text.rfind("\n", 0, at) + 1
        found = re.match(r"[ \t]*", self.text[start:at])
        return found[0] if found else ""


def same(one: object, other: object) -> bool:
    """Equal, of the same types, and in the same order of lists: 1 is not True."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    both_nan = isinstance(one, float) and isinstance(other, float) and one != one and other != other  # noqa: PLR0124
    return type(one) is type(other) and (one == other or both_nan)


def _text(value: str, quote: str) -> str:
    written = json.dumps(value, ensure_ascii=not value.isprintable())
    if quote == '"':
        return written
    inner = re.sub(r"\\(.)", lambda found: '"' if found[1] == '"' else found[0], written[1:-1])
    return "'" + inner.replace("'", "\\'") + "'"


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _is_as_asked(tree: Node, new: str, path: Sequence[str], changes: Mapping[str, Any]) -> bool:
    made = parse_json5_tree(new)
    if isinstance(made, Problem):
        return False
    expected = copy.deepcopy(tree.plain)
    inside = expected
    for key in path:
        inside = inside[key]
    inside.update(changes)
    return same(made.plain, expected)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _twice(key: str, text: str, entry: Entry) -> Problem:
    sentence = f'the key "{key}" stands there twice. Remove one of them.'
    return Problem(sentence, _line(text, entry.start), RefusalKind.UNSUPPORTED)


def _unsafe() -> Problem:
    return Problem("it cannot be changed without changing more than that.", None, RefusalKind.UNSUPPORTED)
