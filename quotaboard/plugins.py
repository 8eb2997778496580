"""What third parties add by entry point: found without being loaded, and loaded when something needs it.

Their code may fail in any way. What it fails with is a value here, and the board goes on.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")
E = TypeVar("E")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Broken:
    """A plug-in that is installed and cannot be used."""

    name: str
    group: str
    package: str | None
    """Who ships it, where that is known."""
    why: str

    @property
    def sentence(self) -> str:
        """For a person."""
        kind = self.group.rpartition(".")[2].removesuffix("s")
        of = f" of the package {self.package}" if self.package else ""
        return f"The {kind} {self.name}{of} cannot be loaded ({self.why}): update the package, or remove it."


def entries(group: str) -> Mapping[str, EntryPoint]:
    """Every plug-in of the group by its name, not loaded.

    Reading what is installed opens a file of every package, and a board asks at each look at the agents.
    """
    return _installed(entry_points, group, tuple(sys.path))


@cache
def _installed(
    find: Callable[..., Iterable[EntryPoint]], group: str, _path: tuple[str, ...]
) -> Mapping[str, EntryPoint]:
    return MappingProxyType({entry.name: entry for entry in find(group=group)})


def load(entry: EntryPoint, port: type, made: Callable[[Any], Any] = lambda loaded: loaded) -> Any | Broken:
    """What the entry names, or why it cannot be used; `port` is the protocol that it has to meet.

    `made` makes of it what is used instead, and may fail as the entry itself may.
    """
    package = entry.dist.name if entry.dist is not None else None

    def broken(error: Exception) -> Broken:
        return Broken(entry.name, entry.group, package, f"{type(error).__name__}: {error}")

    def look() -> Any | Broken:
        loaded = entry.load()
        members = [*vars(port), *getattr(port, "__annotations__", ())]
        lacking = [name for name in members if not name.startswith("_") and not hasattr(loaded, name)]
        if lacking:
            return Broken(entry.name, entry.group, package, f"it has no {' and no '.join(lacking)}")
        return made(loaded)

    return guarded(look, broken, f"{entry.group} {entry.name}")


def promised(kind: type[T], value: object) -> T:
    """The value, if it is of the kind that the port promises: a third party may return anything."""
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} was promised, and {type(value).__name__} came")
    return value


def guarded(call: Callable[[], T], otherwise: Callable[[Exception], E], what: str) -> T | E:
    """What the call returns, or what is made of its failure, which is logged."""
    try:
        return call()
    except Exception as error:
        log.exception("the plug-in %s failed", what)
        return otherwise(error)
