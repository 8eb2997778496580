"""Keys of one object of a JSON text set to other values, with every other byte left alone."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from quotaboard.agents.text.json_tree import JsonNode, parse_json_tree
from quotaboard.agents.text.problem import Problem, Splice, spliced
from quotaboard.domain.agent import RefusalKind


def edit_json(text: str, path: Sequence[str], changes: Mapping[str, Any]) -> str | Problem:
    """The text with these keys set in the object at the path, which is made where it is not there yet."""
    if not changes:
        return text
    if not text.strip("\ufeff \t\r\n"):
        text = "{}\n"
    tree = parse_json_tree(text)
    if isinstance(tree, Problem):
        return tree
    node, missing = tree, list(path)
    while missing and node.members is not None and (found := node.find(missing[0])):
        if len(found) > 1:
            return _twice(missing[0], _line(text, found[-1].start))
        node = found[0].value
        missing.pop(0)
    if node.members is None:
        return Problem(
            f"{'.'.join(path) or 'the document'} is not an object. Correct it.", _line(text, node.start)
        )
    if missing:
        nested: Any = dict(changes)
        for key in reversed(missing[1:]):
            nested = {key: nested}
        changes = {missing[0]: nested}
    outcome = _change(text, node, changes)
    if isinstance(outcome, Problem):
        return outcome
    new = spliced(text, outcome)
    return new if _is_as_asked(tree, new, path, missing, changes) else _unsafe()


def _change(text: str, node: JsonNode, changes: Mapping[str, Any]) -> list[Splice] | Problem:
    splices: list[Splice] = []
    new: dict[str, Any] = {}
    for key, value in changes.items():
        found = node.find(key)
        if len(found) > 1:
            return _twice(key, _line(text, found[-1].start))
        if not found:
            new[key] = value
        elif found[0].value.plain != value or type(found[0].value.plain) is not type(value):
            old = found[0].value
            splices.append(
                Splice(old.start, old.end, _written(value, _indent_at(text, found[0].start), text))
            )
    return [*splices, *_insertion(text, node, new)]


def _insertion(text: str, node: JsonNode, new: Mapping[str, Any]) -> list[Splice]:
    """New keys go behind the last one, on lines of their own where the others have such."""
    if not new:
        return []
    members = node.members or []
    newline = "\r\n" if "\r\n" in text else "\n"
    outer = _indent_at(text, node.start)
    if members:
        own_lines = "\n" in text[node.start : members[-1].start]
        inner = _indent_at(text, members[-1].start)
    else:
        own_lines, inner = True, outer + _unit(text)
    between = newline + inner if own_lines else " "
    written = [
        f"{json.dumps(key, ensure_ascii=False)}: {_written(value, inner, text)}" for key, value in new.items()
    ]
    if members:
        at = members[-1].value.end
        return [Splice(at, at, "".join(f",{between}{each}" for each in written))]
    body = between + f",{between}".join(written) + newline + outer
    return [Splice(node.start + 1, node.end - 1, body)]


def _written(value: Any, indent: str, text: str) -> str:
    """The value as JSON; an object over several lines, as the rest of the text is."""
    if not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    newline = "\r\n" if "\r\n" in text else "\n"
    inner = indent + _unit(text)
    lines = [
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {_written(each, inner, text)}"
        for key, each in value.items()
    ]
    return "{" + newline + f",{newline}".join(lines) + newline + indent + "}"


def _unit(text: str) -> str:
    """One step of indentation: that of the first indented line, else two blanks."""
    found = re.search(r"\n([ \t]+)\S", text)
    return found[1] if found else "  "


def _indent_at(text: str, at: int) -> str:
    """The blanks at the beginning of the line."""
    start = text.rfind("\n", 0, at) + 1
    found = re.match(r"[ \t]*", text[start:at])
    return found[0] if found else ""


def _is_as_asked(
    tree: JsonNode, new: str, path: Sequence[str], missing: Sequence[str], changes: Mapping[str, Any]
) -> bool:
    try:
        made = json.loads(new.removeprefix("\ufeff"))
    except ValueError:
        return False
    expected = copy.deepcopy(tree.plain)
    inside = expected
    for key in path[: len(path) - len(missing)]:
        inside = inside[key]
    inside.update(changes)
    return bool(json.dumps(made) == json.dumps(expected))


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _twice(key: str, line: int) -> Problem:
    return Problem(f'the key "{key}" stands there twice. Remove one of them.', line, RefusalKind.UNSUPPORTED)


def _unsafe() -> Problem:
    return Problem("it cannot be changed without changing more than that.", None, RefusalKind.UNSUPPORTED)
