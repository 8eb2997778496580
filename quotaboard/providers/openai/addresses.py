"""Base URLs as people paste them: the root for requests, and a sentence when it was something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

OPENAI, ANTHROPIC = "openai", "anthropic"

_TAILS = {
    "/chat/completions": OPENAI,
    "/completions": OPENAI,
    "/responses": OPENAI,
    "/embeddings": OPENAI,
    "/models": OPENAI,
    "/messages": ANTHROPIC,
}
_VERSION = re.compile(r"/v\d+(?:beta|alpha)?\d*(?:/|$)")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider is reached."""

    root: str
    """Requests are added to it: `https://host/v1`."""
    dialect: str = OPENAI
    """`openai` or `anthropic`, by what the pasted address ended in."""
    advice: str | None = None
    """One sentence when the address was that of one request, and not a base URL."""


def address_of(base_url: str) -> Address:
    """The root behind an address, whatever of it was pasted."""
    plain = base_url.strip().rstrip("/")
    for tail, dialect in _TAILS.items():
        if plain.lower().endswith(tail):
            root = rooted(plain[: -len(tail)])
            advice = f"This address ends in {tail}, which is that of one request: the base URL is {root}."
            return Address(root, dialect, advice)
    return Address(rooted(plain))


def rooted(base_url: str) -> str:
    """With a version in its path, as every server of the dialect has; `/v1` where none is named."""
    plain = base_url.rstrip("/")
    try:
        path = urlsplit(plain).path
    except ValueError:
        return plain  # it is no address, as whoever would send to it says
    return plain if not plain or _VERSION.search(path) else f"{plain}/v1"


def host_of(base_url: str) -> str:
    """Scheme and host, for endpoints that lie beside the version."""
    try:
        parts = urlsplit(base_url)
    except ValueError:
        return base_url
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))
