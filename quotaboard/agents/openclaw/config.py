"""`openclaw.json` as OpenClaw reads it: JSON5, with included files and variables filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.openclaw.places import Place
from quotaboard.agents.reading import Content, mapping, read_content
from quotaboard.agents.text.dotenv_edit import values
from quotaboard.agents.text.json5_tree import parse_json5_tree
from quotaboard.agents.text.problem import Problem
from quotaboard.domain.agent import Refusal, RefusalKind

INCLUDE = "$include"
_DEEPEST = 10
_VARIABLE = re.compile(r"(\$?)\$\{([A-Z_][A-Z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Config:
    """What OpenClaw makes of its file."""

    path: Path
    document: Mapping[str, Any] = field(repr=False)
    """Included files merged in; variables still as they are written."""
    environment: Mapping[str, str] = field(repr=False)
    """What `${NAME}` stands for, as far as can be seen from here: its service may have other variables."""

    def at(self, *path: str) -> Any:
        """The value there, or None."""
        value: Any = self.document
        for key in path:
            value = mapping(value).get(key)
        return value

    def table(self, *path: str) -> dict[str, Any]:
        """The object there, or an empty one."""
        return mapping(self.at(*path))

    def text(self, value: object) -> str:
        """The text with its variables filled in; empty when it is none, or one of them is not known."""
        if not isinstance(value, str):
            return ""
        filled = _VARIABLE.sub(self._filled, value).strip()
        return "" if "\0" in filled else filled

    def _filled(self, found: re.Match[str]) -> str:
        if found[1]:
            return found[0][1:]
        return self.environment.get(found[2]) or "\0"


def read_config(place: Place, around: Surroundings) -> Config | Refusal:
    """The config of the place; an empty one when there is no file."""
    content = read_content(place.config)
    if isinstance(content, Refusal):
        return content
    document = _resolved(place.config, content, ())
    if isinstance(document, Refusal):
        return document
    dotenv = read_content(place.state / ".env")
    environment = dict(values(dotenv.plain_text)) if isinstance(dotenv, Content) else {}
    table = mapping(document.get("env"))
    for name, value in {**table, **mapping(table.get("vars"))}.items():
        if isinstance(value, str) and value:
            environment.setdefault(name, value)
    environment.update({name: value for name, value in around.environment.items() if value})
    return Config(place.config, document, environment)


def owner_of(config: Config, path: Sequence[str]) -> tuple[Path, list[str]] | Refusal:
    """The file in which the object at this path is written, and its path there. OpenClaw's own rule."""
    file, rest = config.path, list(path)
    content = read_content(file)
    node = {} if isinstance(content, Refusal) else _plain(content.text)
    walked: list[str] = []
    while True:
        if INCLUDE in node:
            included = node[INCLUDE]
            if not walked or not isinstance(included, str) or len(node) > 1 or file != config.path:
                return _scattered(file, walked)
            file = _target(file, included)
            content = read_content(file)
            if isinstance(content, Refusal):
                return content
            node, path = _plain(content.text), list(rest)
            if INCLUDE in node or not file.is_relative_to(config.path.parent.resolve()):
                return _scattered(file, walked)
            continue
        if not rest or not isinstance(node.get(rest[0]), dict):
            return file, list(path)
        walked.append(rest[0])
        node = node[rest.pop(0)]


def _resolved(file: Path, content: Content, above: tuple[Path, ...]) -> dict[str, Any] | Refusal:
    if not content.text.strip("\ufeff \t\r\n"):
        return {}
    tree = parse_json5_tree(content.text)
    if isinstance(tree, Problem):
        return tree.as_refusal(str(file))
    if not tree.is_object:
        return Problem("an object belongs here. Correct it.", 1).as_refusal(str(file))
    outcome = _included(tree.plain, file, (*above, file.resolve()))
    return outcome if isinstance(outcome, Refusal) else mapping(outcome)


def _included(value: Any, file: Path, above: tuple[Path, ...]) -> Any:
    if isinstance(value, list):
        made = [_included(each, file, above) for each in value]
        return next((each for each in made if isinstance(each, Refusal)), made)
    if not isinstance(value, dict):
        return value
    merged: Any = {}
    names = value.get(INCLUDE, [])
    for name in [names] if isinstance(names, str) else names if isinstance(names, list) else []:
        part = _read_part(_target(file, str(name)), file, above)
        if isinstance(part, Refusal):
            return part
        merged = _merge(merged, part)
    for key, each in value.items():
        if key == INCLUDE:
            continue
        inner = _included(each, file, above)
        if isinstance(inner, Refusal):
            return inner
        merged = _merge(merged, {key: inner})
    return merged


def _read_part(part: Path, file: Path, above: tuple[Path, ...]) -> dict[str, Any] | Refusal:
    if part in above or len(above) > _DEEPEST:
        sentence = f"{file} includes {part} in a circle: remove one of the $include keys."
        return Refusal(RefusalKind.BROKEN, sentence, str(file))
    content = read_content(part)
    if isinstance(content, Refusal):
        return content
    if content.raw is None:
        sentence = f"{file} includes {part}, which is not there: restore it or remove the $include key."
        return Refusal(RefusalKind.BROKEN, sentence, str(file))
    return _resolved(part, content, above)


def _merge(one: Any, other: Any) -> Any:
    """Objects key by key, lists one behind the other, anything else replaced: as OpenClaw merges."""
    if isinstance(one, dict) and isinstance(other, dict):
        merged = dict(one)
        for key, value in other.items():
            merged[key] = _merge(merged[key], value) if key in merged else value
        return merged
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return other


def _target(file: Path, included: str) -> Path:
    return (file.parent / included).resolve()


def _plain(text: str) -> dict[str, Any]:
    tree = parse_json5_tree(text)
    return {} if isinstance(tree, Problem) else mapping(tree.plain)


def _scattered(file: Path, walked: Sequence[str]) -> Refusal:
    where = ".".join(walked) or "the whole config"
    sentence = (
        f"{file} puts {where} together from several files ($include), so that one key cannot be changed "
        "alone: write agents.defaults.model in one place, then switch."
    )
    return Refusal(RefusalKind.UNSUPPORTED, sentence, str(file))
