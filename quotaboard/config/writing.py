"""Writing the config: only what must change, with the comments and order that its owner gave it."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Table

from quotaboard.config.paths import private_folder
from quotaboard.config.problems import Problem
from quotaboard.config.values import CredentialEntry
from quotaboard.domain.lane import Shape

NEW_FILE = """\
# quotaboard reads this file and never a secret from it. `quotaboard config show` lists what is in force.
"""


def with_credentials(text: str, entries: Iterable[CredentialEntry]) -> str:
    """The config with these credentials added; one that has the name already is changed where it stands."""
    document = tomlkit.parse(text or NEW_FILE)
    tables = document.setdefault("credentials", tomlkit.aot())
    assert isinstance(tables, AoT), "only a config that was found right is written to"  # noqa: S101 - a bug
    for entry in entries:
        table = next((known for known in tables if known.get("name") == entry.name), None)
        if table is None:
            table = tomlkit.table()
            tables.append(table)
        _update(table, _plain(entry))
    return tomlkit.dumps(document)


def with_shape(text: str, shape: Shape) -> str:
    """The config with this shape added, or put in the place of the one that is called so."""
    document = tomlkit.parse(text or NEW_FILE)
    shapes = document.setdefault("shapes", tomlkit.table(is_super_table=True))
    table = tomlkit.table()
    for key in ("system", "system_length", "tools", "tool_bytes"):
        if value := getattr(shape, key):
            table[key] = value
    if shape.headers:
        headers = tomlkit.inline_table()
        headers.update(shape.headers)
        table["headers"] = headers
    shapes[shape.name] = table
    return tomlkit.dumps(document)


def with_setting(text: str, table: str, key: str, value: str | int | bool) -> str:  # noqa: FBT001 - any TOML scalar
    """The config with one key of a table set."""
    document: TOMLDocument = tomlkit.parse(text or NEW_FILE)
    _update(document.setdefault(table, tomlkit.table()), {key: value})
    return tomlkit.dumps(document)


def save_config(path: Path, text: str) -> Problem | None:
    """Replace the file at once: after a crash it is the old one or the new one. A link stays a link."""
    target = path.resolve()
    try:
        private_folder(target.parent)
        _replace(target, text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Problem(path, None, "", f"The file cannot be written: {reason}. It is as it was before.")
    return None


def _replace(target: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), stat.S_IRUSR | stat.S_IWUSR)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """The new name itself must reach the disk; some file systems refuse, and then it gets there in time."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _plain(entry: CredentialEntry) -> dict[str, Any]:
    """What a person would write: defaults are left out, but consent is always said."""
    default = CredentialEntry(name=entry.name, source=entry.source)
    values: dict[str, Any] = {
        "name": entry.name,
        "provider": entry.provider,
        "source": entry.source,
        "probe": entry.probe,
    }
    for key in ("models", "shapes", "clients", "base_url", "daily_token_budget"):
        value = getattr(entry, key)
        if value != getattr(default, key):
            values[key] = [str(item) for item in value] if isinstance(value, tuple) else value
    return values


def _update(table: Table, values: dict[str, Any]) -> None:
    for key, value in values.items():
        if key not in table or table[key] != value:
            table[key] = value
