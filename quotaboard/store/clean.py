"""What is let in: text that SQLite can hold, of bounded length, without anything that looks like a secret.

Nor anything that would move a cursor, turn the direction of what follows, or not be seen: what is stored is
printed, too, by programs that are not ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from quotaboard.domain.hiding import LOOKS_SECRET, hide_secrets

MESSAGE_LIMIT = 500
WORD_LIMIT = 200
HEADER_LIMIT = 64
DETAILS_LIMIT = 2000
INTEGER_LIMIT = 2**62

SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key", "x-goog-api-key", "api-key"}
)


UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Controls but for blanks, line separators, marks of direction, blanks without width. Joiners stay, as names
have them."""


def text(value: str, limit: int = WORD_LIMIT) -> str:
    """Fit for a column: no lone surrogates, no secret, not longer than `limit`."""
    return hide_secrets(_seen(value))[:limit]


def maybe_text(value: str | None, limit: int = WORD_LIMIT) -> str | None:
    """The same for a text that may be absent."""
    return None if value is None else text(value, limit)


def message(value: str) -> str:
    """A server's sentence, without secrets, not longer than `MESSAGE_LIMIT`."""
    return text(value, MESSAGE_LIMIT)


def _seen(value: str) -> str:
    if value.isprintable():
        return value
    return UNSEEN.sub(" ", value.encode("utf-8", "backslashreplace").decode())


def headers(values: Mapping[str, str]) -> dict[str, str]:
    """Without those that carry secrets; few, and short."""
    allowed = {name: text(value) for name, value in values.items() if name.lower() not in SECRET_HEADERS}
    return dict(list(allowed.items())[:HEADER_LIMIT])


def details(values: Mapping[str, object]) -> dict[str, object]:
    """As they are when they are small and harmless; otherwise only their short plain entries."""
    written = json.dumps(values, default=str)
    if len(written) <= DETAILS_LIMIT and not LOOKS_SECRET.search(written):
        return dict(values)
    plain = {
        text(name): text(value) if isinstance(value, str) else value
        for name, value in values.items()
        if isinstance(value, str | bool | float) or value is None
    }
    return dict(list(plain.items())[:10])


def whole(value: int) -> int:
    """An integer that a column can hold: a server may claim any number."""
    return max(-INTEGER_LIMIT, min(INTEGER_LIMIT, value))
