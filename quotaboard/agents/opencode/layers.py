"""The config files of opencode, from the weakest to the strongest, and what they say together (1.18.33)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.reading import Content, mapping, read_content
from quotaboard.agents.text.json5_tree import parse_json5_tree
from quotaboard.agents.text.problem import Problem
from quotaboard.domain.agent import Refusal

FILES: Final = ("config.json", "opencode.json", "opencode.jsonc")
"""In the user's folder; the last that sets a key wins."""
CONTENT: Final = "OPENCODE_CONFIG_CONTENT"
_REFERENCE = re.compile(r"\{(env|file):([^}]+)\}")


class Owner(Enum):
    """Whose a layer is."""

    USER = "user"
    PROJECT = "project"
    VARIABLE = "variable"
    MANAGED = "managed"


@dataclass(frozen=True, slots=True)
class Layer:
    """One config that is there."""

    path: Path
    owner: Owner
    content: Content
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Layers:
    """All of them, and the merge."""

    stack: tuple[Layer, ...]
    document: Mapping[str, Any] = field(repr=False)
    around: Surroundings

    def at(self, *path: str) -> Any:
        """The value there, or None."""
        value: Any = self.document
        for key in path:
            value = mapping(value).get(key)
        return value

    def setter(self, *path: str) -> Layer | None:
        """The layer that decides the value there."""
        found = None
        for layer in self.stack:
            value: Any = layer.document
            for key in path:
                value = mapping(value).get(key)
            found = layer if value is not None else found
        return found

    def text(self, value: object) -> str:
        """The text with its variables and files filled in, as opencode does before it reads the JSON."""
        return _REFERENCE.sub(self._filled, value).strip() if isinstance(value, str) else ""

    def _filled(self, found: re.Match[str]) -> str:
        if found[1] == "env":
            return self.around.environment.get(found[2].strip(), "")
        content = read_content(self.around.expand(found[2].strip()))
        return "" if isinstance(content, Refusal) else content.text.strip()


def user_folder(around: Surroundings) -> Path:
    return around.folder("XDG_CONFIG_HOME", ".config") / "opencode"


def read_layers(around: Surroundings) -> Layers | Refusal:
    """Every layer. One that cannot be read stops opencode, and so it stops us."""
    stack = []
    for path, owner in _paths(around):
        content = read_content(path)
        if isinstance(content, Refusal):
            return content
        if content.raw is None:
            continue
        document = _parsed(content.text, str(path))
        if isinstance(document, Refusal):
            return document
        stack.append(Layer(path, owner, content, document))
    if written := around.variable(CONTENT):
        document = _parsed(written, CONTENT)
        if isinstance(document, Refusal):
            return document
        managed = [layer for layer in stack if layer.owner is Owner.MANAGED]
        rest = [layer for layer in stack if layer.owner is not Owner.MANAGED]
        stack = [*rest, Layer(Path(CONTENT), Owner.VARIABLE, Content(None), document), *managed]
    merged: dict[str, Any] = {}
    for layer in stack:
        merged = _merge(merged, layer.document)
    return Layers(tuple(stack), merged, around)


def _paths(around: Surroundings) -> Iterator[tuple[Path, Owner]]:
    for name in FILES:
        yield user_folder(around) / name, Owner.USER
    if named := around.variable("OPENCODE_CONFIG"):
        yield around.expand(named), Owner.USER
    project = [] if around.variable("OPENCODE_DISABLE_PROJECT_CONFIG") else _project(around)
    # The nearest comes last, and wins.
    for folder in reversed(project):
        for name in FILES[1:]:
            yield folder / name, Owner.PROJECT
    for folder in reversed(project):
        for name in FILES[1:]:
            yield folder / ".opencode" / name, Owner.PROJECT
    for name in FILES[1:]:
        yield around.home / ".opencode" / name, Owner.USER
    if named := around.variable("OPENCODE_CONFIG_DIR"):
        for name in FILES[1:]:
            yield around.expand(named) / name, Owner.USER
    for name in FILES[1:]:
        yield around.system("/etc/opencode") / name, Owner.MANAGED


def _project(around: Surroundings) -> list[Path]:
    """The current folder and those above it, up to the root of its repository; alone where there is none."""
    if around.cwd is None or around.cwd == around.home:
        return []
    folders = [around.cwd, *around.cwd.parents]
    for index, folder in enumerate(folders):
        if (folder / ".git").exists():
            return folders[: index + 1]
        if folder == around.home:
            break
    return folders[:1]


def _parsed(text: str, name: str) -> dict[str, Any] | Refusal:
    if not text.strip("\ufeff \t\r\n"):
        return {}
    tree = parse_json5_tree(text)
    if isinstance(tree, Problem):
        return Problem(tree.sentence.replace("JSON5", "JSON"), tree.line).as_refusal(name)
    if not tree.is_object:
        return Problem("an object belongs here. Correct it.", 1).as_refusal(name)
    return mapping(tree.plain)


def _merge(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(one)
    for key, value in other.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
