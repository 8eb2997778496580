"""Typed reading of TOML tables, with problems that name the file and the key."""

import difflib
import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Self, TypeVar

Word = TypeVar("Word", bound=StrEnum)

_SPAN = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?")


class ScenarioError(Exception):
    """A scenario that cannot be served: which file, which key, and what would be right."""

    def __init__(self, file: str, key: str | None, problem: str) -> None:
        self.file = file
        self.key = key
        self.problem = problem
        super().__init__(f"{file}: {key}: {problem}" if key else f"{file}: {problem}")


class Table:
    """One TOML table that notices which of its keys nobody asked for."""

    def __init__(self, file: str, path: str, values: dict[str, object]) -> None:
        self.file = file
        self.path = path
        self._values = values
        self._known: set[str] = set()

    def error(self, key: str | None, problem: str) -> ScenarioError:
        """A problem with one key of this table, or with the table itself."""
        parts = [part for part in (self.path, key) if part]
        return ScenarioError(self.file, ".".join(parts) or None, problem)

    def has(self, key: str) -> bool:
        """Whether the table sets the key."""
        self._known.add(key)
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not empty."""
        if not self.has(key) and default is not None:
            return default
        value = self._require(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"must be a text, got {value!r}.")
        return value

    def choice(self, key: str, words: type[Word], default: Word | None) -> Word:
        """One word of a fixed set."""
        if not self.has(key) and default is not None:
            return default
        value = self.text(key)
        if value not in set(words):
            raise self.error(key, f"must be one of {', '.join(words)}, got {value!r}.")
        return words(value)

    def optional_choice(self, key: str, words: type[Word]) -> Word | None:
        """One word of a fixed set, or None if the key is absent."""
        return self.choice(key, words, None) if self.has(key) else None

    def number(self, key: str, default: float | None = None) -> float:
        """A number of at least 0."""
        if not self.has(key) and default is not None:
            return default
        value = self._require(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.error(key, f"must be a number of at least 0, got {value!r}.")
        return float(value)

    def count(self, key: str, default: int | None = None) -> int:
        """A whole number of at least 1."""
        if not self.has(key) and default is not None:
            return default
        value = self._require(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.error(key, f"must be a whole number of at least 1, got {value!r}.")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._values.get(key, default) if self.has(key) else default
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, got {value!r}.")
        return value

    def span(self, key: str) -> timedelta | None:
        """A span such as `1h 48m`, or None if the key is absent."""
        if not self.has(key):
            return None
        value = self.text(key)
        span = parse_span(value)
        if span is None:
            raise self.error(key, f'must be a span such as "1h 48m" or "4d 3h", got {value!r}.')
        return span

    def texts(self, key: str, default: Iterable[str] = ()) -> tuple[str, ...]:
        """A list of strings."""
        if not self.has(key):
            return tuple(default)
        value = self._require(key)
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise self.error(key, f"must be a list of texts, got {value!r}.")
        return tuple(str(each) for each in value)

    def table(self, key: str) -> Self:
        """A nested table; an empty one if the key is absent."""
        value = self._values.get(key, {}) if self.has(key) else {}
        if not isinstance(value, dict):
            raise self.error(key, "must be a table.")
        return type(self)(self.file, self._below(key), value)

    def tables(self, key: str) -> list[Self]:
        """An array of tables; an empty one if the key is absent."""
        value = self._values.get(key, []) if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.error(key, f"must be a list of tables, written as [[{self._below(key)}]].")
        return [
            type(self)(self.file, f"{self._below(key)}.{index}", each) for index, each in enumerate(value)
        ]

    def keys(self) -> tuple[str, ...]:
        """All keys, in the file's order, for tables whose keys are names."""
        self._known.update(self._values)
        return tuple(self._values)

    def close(self) -> None:
        """Refuse keys that nobody asked for: most are misspelt ones."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {self._listed()}."
                raise self.error(key, f"is not a key here; {hint}")

    def _listed(self) -> str:
        return ", ".join(sorted(self._known))

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _require(self, key: str) -> object:
        if not self.has(key):
            raise self.error(key, "is missing.")
        return self._values[key]


def parse_span(text: str) -> timedelta | None:
    """Read `4d 3h`, `1h48m`, `90s`; None if it is not such a text."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or not text.strip():
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
