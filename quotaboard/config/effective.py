"""What is in force, value by value, and where each comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from quotaboard.config.alerts import mark_text
from quotaboard.config.durations import duration_text
from quotaboard.config.lines import KeyPath, key_lines
from quotaboard.config.values import Config
from quotaboard.domain.alert import QuietHours

Plain = str | int | float | bool | list["Plain"] | dict[str, "Plain"]

_IMPLIED_BY_TABLE = {"shapes": ("name",)}
"""Keys that a table's header already says."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that is in force."""

    key: str
    value: Plain | None
    """None when nothing is set and the program decides."""
    line: int | None
    """The line of the file that says so; None for a default."""

    @property
    def written(self) -> str:
        """As TOML, or as a comment when nothing is set."""
        return f"# {self.key} =" if self.value is None else f"{self.key} = {_toml(self.value)}"

    @property
    def origin(self) -> str:
        return f"line {self.line}" if self.line else "default"


@dataclass(frozen=True, slots=True)
class SettingTable:
    """One table of the config with all its values."""

    header: str
    """As TOML writes it."""
    settings: tuple[Setting, ...]

    @property
    def json(self) -> dict[str, Any]:
        values = [{"key": s.key, "value": s.value, "line": s.line} for s in self.settings]
        return {"table": self.header.strip("[]"), "values": values}


def effective_settings(config: Config, path: Path) -> list[SettingTable]:
    """Every table of the config that was read from the file at that path."""
    lines = key_lines(path.read_text(encoding="utf-8")) if config.digest else {}
    tables = [
        SettingTable(header, tuple(_settings(value, where, lines)))
        for header, where, value in _tables(config)
    ]
    return [*tables, SettingTable("[keys]", tuple(_keys(config, lines)))]


def _keys(config: Config, lines: Mapping[KeyPath, int]) -> Iterator[Setting]:
    from quotaboard.config.keymap import keys_in_force

    for command, keys in keys_in_force(config.keys).items():
        shown = [_written(key) for key in keys]
        value: Plain = shown[0] if len(shown) == 1 else [*shown]
        yield Setting(command, value, lines.get(("keys", command)))


def _written(key: str) -> str:
    """`question_mark` as a person would write it, but arrows by their names."""
    from quotaboard.config.keymap import NAMED, shown_key

    return key if key.rpartition("+")[2] in NAMED else shown_key(key)


def _tables(config: Config) -> Iterator[tuple[str, KeyPath, Any]]:
    yield "[poll]", ("poll",), config.poll
    for number, credential in enumerate(config.credentials):
        yield "[[credentials]]", ("credentials", number), credential
    for number, profile in enumerate(config.profiles):
        yield "[[profiles]]", ("profiles", number), profile
    for name, shape in config.own_shapes.items():
        yield f"[shapes.{_toml_key(name)}]", ("shapes", name), shape
    for name, provider in config.providers.items():
        yield f"[providers.{_toml_key(name)}]", ("providers", name), provider
    yield "[auto_switch]", ("auto_switch",), config.auto_switch
    yield "[alerts]", ("alerts",), config.alerts
    yield "[snapshot]", ("snapshot",), config.snapshot
    yield "[fleet]", ("fleet",), config.fleet
    yield "[ui]", ("ui",), config.ui


def _settings(table: Any, where: KeyPath, lines: Mapping[KeyPath, int]) -> Iterator[Setting]:
    if isinstance(table, Mapping):
        for key, told in table.items():
            yield Setting(key, _plain(told), lines.get((*where, key)))
        return
    for field in fields(table):
        if field.name not in _IMPLIED_BY_TABLE.get(str(where[0]), ()):
            value = _plain(getattr(table, field.name))
            yield Setting(field.name, value, lines.get((*where, field.name)))


def _plain(value: Any) -> Plain | None:
    match value:
        case timedelta():
            return duration_text(value)
        case QuietHours():
            return str(value)
        case tuple():
            return [mark_text(item) if isinstance(item, float) else str(item) for item in value]
        case list():
            return [_plain(item) or "" for item in value]
        case Mapping():
            return {str(key): str(item) for key, item in value.items()}
        case _:
            plain: Plain | None = value
            return plain


def _toml(value: Plain) -> str:
    match value:
        case list():
            return f"[{', '.join(_toml(item) for item in value)}]"
        case dict():
            inside = ", ".join(f"{_toml_key(key)} = {_toml(item)}" for key, item in value.items())
            return f"{{ {inside} }}" if inside else "{}"
        case _:
            # JSON writes text, numbers and booleans as TOML does.
            return json.dumps(value, ensure_ascii=False)


def _toml_key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else json.dumps(name)
