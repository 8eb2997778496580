"""Keys of one mapping of a YAML text set to other values, with every other byte left alone.

Each change is a splice of the text at the place where the parser found the value. Afterwards the new text is
parsed again and must differ in exactly what was asked for; where that does not hold, nothing is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Changes
from dataclasses import dataclass

from quotaboard.agents.text.problem import Problem, Splice, spliced
from quotaboard.agents.text.yaml_tree import Alias, Mapping, Node, Scalar, parse, plain_value, walk
from quotaboard.domain.agent import RefusalKind

Value = str | int | None
"""None empties a key that is there, and leaves out one that is not."""


def edit_yaml(
    text: str, block: str, changes: Changes[str, Value], root: Changes[str, Value] | None = None
) -> str | Problem:
    """The text with these keys of the top-level mapping `block` changed, and those of `root` beside it."""
    tree = parse(text)
    if isinstance(tree, Problem):
        return tree
    if tree is not None and (not isinstance(tree, Mapping) or tree.anchor):
        return Problem("a mapping of keys belongs at the top. Correct it.", tree.line)
    editor = _Editor(text, tree)
    trouble = editor.change_block(block, changes) or editor.change_root(root or {})
    if trouble:
        return trouble
    new = spliced(text, editor.splices)
    return new if _is_as_asked(tree, new, block, changes, root or {}) else _unsafe(None)


@dataclass(slots=True)
class _Place:
    """Where new keys go, and how they are set apart."""

    at: int
    before: str
    between: str
    after: str
    flow: bool


class _Editor:
    """Collects splices."""

    def __init__(self, text: str, tree: Mapping | None) -> None:
        self.text = text
        self.tree = tree
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.splices: list[Splice] = []

    def change_block(self, name: str, changes: Changes[str, Value]) -> Problem | None:
        found = self.tree.find(name) if self.tree else []
        if len(found) > 1:
            return _twice(name, found[-1][0].line)
        if not found:
            return self._append_block(name, changes)
        key, value = found[0]
        if isinstance(value, Mapping):
            return self._change_mapping(value, changes)
        if isinstance(value, Scalar) and not value.anchor:
            return self._replace_scalar_by_mapping(key, value, changes)
        return _unsafe(value.line)

    def change_root(self, changes: Changes[str, Value]) -> Problem | None:
        """Root keys are only ever changed where they stand."""
        present = {name: value for name, value in changes.items() if self.tree and self.tree.find(name)}
        return self._change_mapping(self.tree, present) if self.tree and present else None

    def _change_mapping(self, mapping: Mapping, changes: Changes[str, Value]) -> Problem | None:
        if mapping.anchor and self._is_used(mapping.anchor, mapping):
            return _unsafe(mapping.line)
        held = plain_value(mapping)
        missing: dict[str, Value] = {}
        for name, value in changes.items():
            found = mapping.find(name)
            if len(found) > 1:
                return _twice(name, found[-1][0].line)
            if not found:
                # What a merge brings in can only be covered by a key of one's own.
                if value is not None or held.get(name) is not None:
                    missing[name] = value
                continue
            trouble = self._set(*found[0], value, flow=mapping.flow)
            if trouble:
                return trouble
        return self._insert(mapping, missing) if missing else None

    def _set(self, key: Node, node: Node, value: Value, *, flow: bool) -> Problem | None:
        if plain_value(node) == value and type(plain_value(node)) is type(value):
            return None
        style = node.style if isinstance(node, Scalar) else None
        written = written_scalar(value, style, flow=flow)
        if isinstance(node, Scalar) and node.empty:
            colon = re.compile(r"[ \t]*:").match(self.text, key.end)
            if colon is None or not isinstance(key, Scalar):
                return _unsafe(key.line)
            self.splices.append(Splice(colon.end(), colon.end(), f" {written}"))
            return None
        if isinstance(node, Scalar | Alias):
            return self._replace(node, written)
        if node.flow and not any(one.anchor for one in walk(node) if not isinstance(one, Alias)):
            self.splices.append(Splice(node.start, node.end, written))
            return None
        return _unsafe(node.line)

    def _replace(self, node: Scalar | Alias, written: str) -> Problem | None:
        old = self.text[node.start : node.end]
        # The mark of a block scalar stands behind the blank lines that follow it.
        end = node.start + len(old.rstrip())
        if isinstance(node, Scalar) and node.anchor:
            heir = self._first_use(node.anchor, node)
            if heir and (node.style in ("|", ">") or "\n" in old):
                return _unsafe(node.line)
            if heir:
                # Whoever refers to the old value keeps it: the first of them takes over the anchor.
                self.splices.append(Splice(heir.start, heir.end, old.rstrip()))
        self.splices.append(Splice(node.start, end, written))
        return None

    def _insert(self, mapping: Mapping, missing: Changes[str, Value]) -> Problem | None:
        place = self._place_in(mapping)
        if place is None:
            return _unsafe(mapping.line)
        written = [
            f"{name}: {written_scalar(value, None, flow=place.flow)}" for name, value in missing.items()
        ]
        text = place.before + place.between.join(written) + place.after
        self.splices.append(Splice(place.at, place.at, text))
        return None

    def _place_in(self, mapping: Mapping) -> _Place | None:
        if mapping.flow:
            start = self.text.index("{", mapping.start) + 1
            return _Place(start, "", ", ", ", " if mapping.pairs else "", flow=True)
        first = mapping.pairs[0][0]
        line_start = self._line_start(first.start)
        indent = self.text[line_start : first.start]
        if indent.strip(" \ufeff"):
            return None
        indent = indent.replace("\ufeff", "")
        separator = self.newline + indent
        for _, value in mapping.pairs:
            simple = isinstance(value, Scalar | Alias) and "\n" not in self.text[value.start : value.end]
            if simple and value.start != value.end:
                at = self._line_end(value.end)
                return _Place(at, separator, separator, "", flow=False)
        return _Place(first.start, "", separator, separator, flow=False)

    def _replace_scalar_by_mapping(
        self, key: Node, node: Scalar, changes: Changes[str, Value]
    ) -> Problem | None:
        """A flow mapping on the same line, so that a comment behind it stays where it is."""
        given = {name: value for name, value in changes.items() if value is not None}
        written = ", ".join(
            f"{name}: {written_scalar(value, None, flow=True)}" for name, value in given.items()
        )
        if not node.empty:
            return self._replace(node, f"{{{written}}}")
        colon = re.compile(r"[ \t]*:").match(self.text, key.end)
        if colon is None:
            return _unsafe(key.line)
        self.splices.append(Splice(colon.end(), colon.end(), f" {{{written}}}"))
        return None

    def _append_block(self, name: str, changes: Changes[str, Value]) -> Problem | None:
        if self.tree and (
            self.tree.flow or self.text[self._line_start(self.tree.start) : self.tree.start].strip("\ufeff")
        ):
            return _unsafe(self.tree.line)
        given = {key: value for key, value in changes.items() if value is not None}
        lines = [
            f"{name}:",
            *(f"  {key}: {written_scalar(value, None, flow=False)}" for key, value in given.items()),
        ]
        begin = "" if not self.text or self.text.endswith("\n") else self.newline
        self.splices.append(
            Splice(len(self.text), len(self.text), begin + self.newline.join(lines) + self.newline)
        )
        return None

    def _uses(self, anchor: str, node: Node) -> list[Alias]:
        everything = walk(self.tree) if self.tree else iter(())
        return [
            one
            for one in everything
            if isinstance(one, Alias) and one.anchor == anchor and one.target is node
        ]

    def _is_used(self, anchor: str, node: Node) -> bool:
        return bool(self._uses(anchor, node))

    def _first_use(self, anchor: str, node: Node) -> Alias | None:
        return next(iter(self._uses(anchor, node)), None)

    def _line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def _line_end(self, at: int) -> int:
        ends = [end for end in (self.text.find("\r", at), self.text.find("\n", at)) if end >= 0]
        return min(ends, default=len(self.text))


_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_./@+:-]*")
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def written_scalar(value: Value, style: str | None, *, flow: bool) -> str:
    """The value as YAML, in the quotes of its predecessor; plain only where no reader can mistake it."""
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    unmistakable = _SAFE.fullmatch(value) and value.lower() not in _WORDS and not value.endswith(":")
    if style in (None, "|", ">") and unmistakable and not (flow and ":" in value):
        return value
    return json.dumps(value, ensure_ascii=not value.isprintable())


def _is_as_asked(
    tree: Mapping | None, new: str, block: str, changes: Changes[str, Value], root: Changes[str, Value]
) -> bool:
    """Whether the new text says what was asked for, and otherwise what the old one said."""
    made = parse(new)
    if not isinstance(made, Mapping):
        return False
    before, after = plain_value(tree) or {}, plain_value(made)
    inside = before.get(block)
    wanted = dict(inside) if isinstance(inside, dict) else {}
    for name, value in changes.items():
        if value is not None or name in wanted:
            wanted[name] = value
    expected = {**before, block: wanted}
    expected.update({name: value for name, value in root.items() if name in before})
    return _same(expected, after)


def _same(one: object, other: object) -> bool:
    """Equal, and of the same types: 1 is not True."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


def _twice(name: str, line: int) -> Problem:
    return Problem(f'the key "{name}" stands there twice. Remove one of them.', line, RefusalKind.UNSUPPORTED)


def _unsafe(line: int | None) -> Problem:
    sentence = (
        "it is written in a way in which one key cannot be changed alone. "
        "Write the block with one plain key and value to a line."
    )
    return Problem(sentence, line, RefusalKind.UNSUPPORTED)
