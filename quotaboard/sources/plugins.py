"""Sources of third parties: the entry point group `quotaboard.sources`, loaded when something needs them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Final, TypeVar, cast

from quotaboard.sources.base import Source

GROUP: Final = "quotaboard.sources"

T = TypeVar("T")

log = logging.getLogger(__name__)


def plugin(word: str) -> Source | None:
    """The source that calls itself by this word, if one is installed and loads."""
    return next((source for entry in _entries(word) if (source := _load(entry))), None)


def plugins() -> list[Source]:
    """Every installed source that loads."""
    return [source for entry in _entries() if (source := _load(entry))]


def guarded(call: Callable[[], T], otherwise: T, what: str) -> T:
    """What the call returns. A source of somebody else's may fail in any way; the board must not."""
    try:
        return call()
    except Exception:
        log.exception("the source %s failed", what)
        return otherwise


def _entries(word: str | None = None) -> list[EntryPoint]:
    found = entry_points(group=GROUP) if word is None else entry_points(group=GROUP, name=word)
    return list(found)


def _load(entry: EntryPoint) -> Source | None:
    # An entry point names any object; whoever registers one promises that it is a Source.
    return guarded(lambda: cast("Source", entry.load()), None, entry.name)
