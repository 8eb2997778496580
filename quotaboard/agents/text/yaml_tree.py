"""YAML as a tree of nodes that know where they stand, and its values as YAML 1.1 readers see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from quotaboard.agents.text.problem import Problem


@dataclass(slots=True)
class Scalar:
    """One value."""

    start: int
    """Where it begins, its anchor and tag included."""
    end: int
    line: int
    value: str
    plain: bool
    """Not quoted, so that it may be a number, a truth value or nothing."""
    style: str | None = None
    anchor: str | None = None
    tag: str | None = None

    @property
    def empty(self) -> bool:
        """Nothing is written there."""
        return self.start == self.end


@dataclass(slots=True)
class Alias:
    """`*name`."""

    start: int
    end: int
    line: int
    anchor: str
    target: Node


@dataclass(slots=True)
class Mapping:
    """Keys and values in their order."""

    start: int
    end: int
    line: int
    flow: bool
    anchor: str | None = None
    tag: str | None = None
    pairs: list[tuple[Node, Node]] = field(default_factory=list)

    def find(self, name: str) -> list[tuple[Node, Node]]:
        """Every pair whose key is written so."""
        return [(key, value) for key, value in self.pairs if isinstance(key, Scalar) and key.value == name]


@dataclass(slots=True)
class Sequence:
    """Values in their order."""

    start: int
    end: int
    line: int
    flow: bool
    anchor: str | None = None
    tag: str | None = None
    items: list[Node] = field(default_factory=list)


Node = Scalar | Alias | Mapping | Sequence


def parse(text: str) -> Node | Problem | None:
    """The document's root; None when it is empty."""
    if not text:
        return None
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # 40 ms, and only who writes YAML needs it

    read = text
    for _ in range(_MOST_TABS):
        try:
            root = _build(_events(read), text)
            return root if root is None or isinstance(root, Problem) or _is_finite(root) else _ENDLESS
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            without = _without_tab(read, mark.index) if mark else None
            if without is None:
                what = (error.problem or error.context or "it cannot be read").strip()
                return Problem(f"not YAML: {what}. Correct it.", mark.line + 1 if mark else None)
            read = without
        except (YAMLError, ValueError) as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else "it cannot be read"
            return Problem(f"not YAML: {first}. Correct it.")
    return Problem("not YAML as most readers know it: replace the tabs in it by blanks.")


_MOST_TABS = 50


def _events(text: str) -> Iterator[Any]:
    """What the parser finds, one after the other."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)  # what the agents' readers speak
    try:
        yield from yaml.parse(text)
    finally:
        # Its parts hold each other, so that they would stay until all of the memory is searched for such
        # rings: on a board that is left open, for a day.
        yaml.parser.state = None
        vars(yaml).clear()


def _without_tab(text: str, at: int) -> str | None:
    """The text with a blank for the tab there: libyaml, which agents use, takes one behind a colon."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return f"{text[:at]} {text[at + 1 :]}" if text[at : at + 1] == "\t" and before.strip(" -") else None


_ENDLESS = Problem("not a config: it is nested too deeply, or refers to itself. Correct it.")
_MOST_NODES, _DEEPEST = 100_000, 100


def _is_finite(root: Node) -> bool:
    """Whether it can be read out in reasonable time: aliases can make a short text endless."""
    waiting = [(root, 0)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if seen > _MOST_NODES or depth > _DEEPEST:
            return False
        if isinstance(node, Alias):
            waiting.append((node.target, depth + 1))
        elif isinstance(node, Mapping):
            waiting += [(child, depth + 1) for pair in node.pairs for child in pair]
        elif isinstance(node, Sequence):
            waiting += [(item, depth + 1) for item in node.items]
    return True


def _build(events: Iterator[Any], text: str) -> Node | Problem | None:
    """One pass over the parser's events."""
    from ruamel.yaml import events as kinds

    anchors: dict[str, Node] = {}
    open_nodes: list[Mapping | Sequence] = []
    keys: list[Node | None] = []
    root: Node | None = None
    documents = 0
    for event in events:
        node: Node
        match event:
            case kinds.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    return Problem("more than one document in the file. Keep one.", event.start_mark.line + 1)
                continue
            case kinds.MappingEndEvent() | kinds.SequenceEndEvent():
                open_nodes.pop().end = event.end_mark.index
                keys.pop()
                continue
            case (
                kinds.ScalarEvent()
                | kinds.AliasEvent()
                | kinds.MappingStartEvent()
                | kinds.SequenceStartEvent()
            ):
                made = _node(event, anchors)
                if isinstance(made, Problem):
                    return made
                node = made
            case _:
                continue
        if not open_nodes:
            root = node
        elif isinstance(parent := open_nodes[-1], Sequence):
            parent.items.append(node)
        elif (key := keys[-1]) is None:
            keys[-1] = node
        else:
            parent.pairs.append((key, node))
            keys[-1] = None
        if isinstance(node, Mapping | Sequence):
            open_nodes.append(node)
            keys.append(None)
    return None if isinstance(root, Scalar) and root.empty and not text.strip() else root


def _node(event: Any, anchors: dict[str, Node]) -> Node | Problem:
    from ruamel.yaml import events as kinds

    start, end, line = event.start_mark.index, event.end_mark.index, event.start_mark.line + 1
    if isinstance(event, kinds.AliasEvent):
        target = anchors.get(event.anchor)
        if target is None:
            return Problem(f"not YAML: there is no anchor &{event.anchor}. Correct it.", line)
        return Alias(start, end, line, event.anchor, target)
    tag = str(event.tag) if event.tag else None
    node: Node
    if isinstance(event, kinds.ScalarEvent):
        plain = event.style is None and tag is None
        node = Scalar(start, end, line, event.value, plain, event.style, event.anchor, tag)
    elif isinstance(event, kinds.MappingStartEvent):
        node = Mapping(start, end, line, bool(event.flow_style), event.anchor, tag)
    else:
        node = Sequence(start, end, line, bool(event.flow_style), event.anchor, tag)
    if event.anchor:
        anchors[event.anchor] = node
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text; aliases are not followed."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Mapping):
            waiting += [child for pair in reversed(one.pairs) for child in reversed(pair)]
        elif isinstance(one, Sequence):
            waiting += reversed(one.items)


_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {form for word in ("yes", "true", "on") for form in (word, word.title(), word.upper())}
_FALSE = {form for word in ("no", "false", "off") for form in (word, word.title(), word.upper())}
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?")


def plain_value(node: Node | None) -> Any:
    """The node as Python values, aliases and merges resolved, as the agents' YAML 1.1 reader makes them."""
    match node:
        case None:
            return None
        case Scalar():
            return _scalar(node)
        case Alias():
            return plain_value(node.target)
        case Sequence():
            return [plain_value(item) for item in node.items]
        case Mapping():
            values: dict[Any, Any] = {}
            for key, value in node.pairs:
                if isinstance(key, Scalar) and key.plain and key.value == "<<":
                    for name, merged in _merged(value).items():
                        values.setdefault(name, merged)
            own = [pair for pair in node.pairs if not (isinstance(pair[0], Scalar) and pair[0].value == "<<")]
            for key, value in own:
                name = plain_value(key)
                values[name if isinstance(name, str | int | float | bool | None) else str(name)] = (
                    plain_value(value)
                )
            return values


def _merged(node: Node) -> dict[Any, Any]:
    value = plain_value(node)
    if isinstance(value, list):
        # An earlier one in the list wins.
        return {name: each[name] for each in reversed(value) if isinstance(each, dict) for name in each}
    return value if isinstance(value, dict) else {}


def _scalar(node: Scalar) -> Any:
    text = node.value
    if not node.plain:
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        return int(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    return text
