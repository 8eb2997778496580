"""Values of this program as JSON and back again, by their types; what comes back is checked, field by field.

A field that has its default is left out, so that a recording says only what is worth saying.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

LONGEST = 4_000
"""Characters of one text."""
MOST = 10_000
"""Entries of one list."""
LARGEST = 2**53
"""A whole number that JSON can carry exactly."""
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Unfit(Exception):  # noqa: N818 - it is no error of ours, but of a document
    """A document is not what it should be: where, and what should stand there."""

    def __init__(self, where: str, wanted: str) -> None:
        super().__init__(f"{where or 'it'} must be {wanted}")


def written(value: object) -> Any:
    """A value as what JSON knows."""
    if is_dataclass(value) and not isinstance(value, type):
        told = ((one.name, getattr(value, one.name), one) for one in fields(value))
        return {name: written(part) for name, part, one in told if not _is_default(part, one)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): written(part) for key, part in value.items()}
    return [written(part) for part in value] if isinstance(value, tuple | list) else value


def read_as(kind: type[T], document: object, where: str = "") -> T:
    """The value again. Raises Unfit for a document that is none."""
    return cast("T", _made(kind, document, where))


def _is_default(part: object, field: Field[Any]) -> bool:
    if field.default is not MISSING:
        return bool(part == field.default)
    return field.default_factory is not MISSING and bool(part == field.default_factory())


def _made(kind: Any, document: object, where: str) -> object:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _one_of(get_args(kind), document, where)
    if origin is tuple:
        return _tuple(get_args(kind), document, where)
    if origin is not None and issubclass(origin, Mapping):
        _, part = get_args(kind)
        return {
            _text(key, where): _made(part, one, f"{where}.{key}") for key, one in _object(document, where)
        }
    if is_dataclass(kind):
        return _value(cast("type", kind), document, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _word(kind, document, where)
    return _plain(kind, document, where)


def _one_of(kinds: tuple[Any, ...], document: object, where: str) -> object:
    """Only `something or nothing` is met here."""
    if document is None and NoneType in kinds:
        return None
    return _made(next(kind for kind in kinds if kind is not NoneType), document, where)


def _tuple(kinds: tuple[Any, ...], document: object, where: str) -> tuple[object, ...]:
    if not isinstance(document, list) or len(document) > MOST:
        raise Unfit(where, "a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(document)
    if len(kinds) != len(document):
        raise Unfit(where, f"a list of {len(kinds)}")
    return tuple(
        _made(kind, one, f"{where}.{number}")
        for number, (kind, one) in enumerate(zip(kinds, document, strict=True))
    )


def _value(kind: type, document: object, where: str) -> object:
    told = dict(_object(document, where))
    known = {one.name: one for one in fields(kind)}
    hints = _hints(kind)
    for name in told.keys() - known.keys():
        raise Unfit(f"{where}.{name}".lstrip("."), "left out: it is not known")
    for name, field in known.items():
        if name not in told and field.default is MISSING and field.default_factory is MISSING:
            raise Unfit(f"{where}.{name}".lstrip("."), "there")
    return kind(
        **{name: _made(hints[name], part, f"{where}.{name}".lstrip(".")) for name, part in told.items()}
    )


@lru_cache(64)
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _object(document: object, where: str) -> list[tuple[str, object]]:
    if not isinstance(document, dict) or len(document) > MOST:
        raise Unfit(where, "an object")
    return list(document.items())


def _word(kind: type[Enum], document: object, where: str) -> Enum:
    try:
        return kind(document)
    except ValueError:
        raise Unfit(where, f"one of {', '.join(str(one.value) for one in kind)}") from None


def _plain(kind: Any, document: object, where: str) -> object:
    if kind is str:
        return _text(document, where)
    if kind is bool:
        if isinstance(document, bool):
            return document
        raise Unfit(where, "true or false")
    if kind in (int, float):
        return _number(kind, document, where)
    if kind is Decimal:
        return _amount(document, where)
    if kind is datetime:
        return _moment(document, where)
    raise TypeError(f"no transcript of {kind}")  # a bug: a field of a kind that was never recorded


def _text(document: object, where: str) -> str:
    if not isinstance(document, str) or len(document) > LONGEST:
        raise Unfit(where, f"a text of at most {LONGEST} characters")
    if any("\ud800" <= character <= "\udfff" for character in document):
        raise Unfit(where, "a text, and holds half a character")
    return document


def _number(kind: type, document: object, where: str) -> int | float:
    fits = isinstance(document, int | float if kind is float else int) and not isinstance(document, bool)
    # Compared first: a whole number may be too large to be asked whether it is finite.
    if not fits or abs(number := cast("float", document)) > LARGEST or not math.isfinite(number):
        raise Unfit(where, "a number" if kind is float else "a whole number")
    return number


def _amount(document: object, where: str) -> Decimal:
    try:
        amount = Decimal(_text(document, where))
    except InvalidOperation:
        raise Unfit(where, "an amount of money") from None
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise Unfit(where, "an amount of money")
    return amount


def _moment(document: object, where: str) -> datetime:
    try:
        at = datetime.fromisoformat(_text(document, where))
    except ValueError:
        at = EARLIEST.replace(tzinfo=None)
    if at.tzinfo is None or not EARLIEST <= at <= LATEST:
        raise Unfit(where, "a moment such as 2026-11-20T04:12:00Z")
    return at.astimezone(UTC)
