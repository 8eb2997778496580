"""Tokens that nobody has, and where they turned up."""

import base64
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

LOGIN = "sk-ant-oat01-CaNaRyLoGiN-u8jzPde0IgxLd6GncfBAepfJBd0Kh8oO"
REFRESH = "sk-ant-ort01-CaNaRyReFrEsH-OL8dKLzdocJ2isAjIhKtJ0RlgLKOmxgJ"
KEY = "sk-ant-api03-CaNaRyKeY-TeKdNnFRIBXuDL7DxtpYlSXpfKtHF4vU"
GATEWAY = "CaNaRyGaTeWaY-CsMehGAkWvj7FAc9QeWJKY40uvSwMFLZ"
"""Looks like no provider's."""
SETUP = "sk-ant-oat01-CaNaRySeTuP-De1f8rESQedUStPKR0CsTy4Qwb8DwkNh"
KEPT = "sk-ant-api03-CaNaRyKePt-FdnXsiVpzz63FfkCzJr4i0B3JrTAwR4y"
OTHER = "sk-or-v1-CaNaRyOtHeR-9ojfljoQoaF1LlqsajAIxNKu8iS2G8NP"
"""Another provider's, which no request of ours has any use for."""
PROXY = "CaNaRyPrOxY-RVdD53X83RZJzzzzgEOzdmenCkhvMdga"

ALL = {
    "LOGIN": LOGIN,
    "REFRESH": REFRESH,
    "KEY": KEY,
    "GATEWAY": GATEWAY,
    "SETUP": SETUP,
    "KEPT": KEPT,
    "OTHER": OTHER,
    "PROXY": PROXY,
}

PIECE = 9
"""Letters: a token that is cut, or wrapped at the edge of a screen, is a leak too."""

_CLIPBOARD = re.compile(rb"\x1b\]52;[^;]*;([A-Za-z0-9+/=]+)")


def leaks_in(content: bytes | str, allowed: Iterable[str] = ()) -> list[str]:
    """The names of the tokens of which a piece is in it, plain or as a terminal's clipboard is given it."""
    raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    copied = b"".join(base64.b64decode(payload, validate=False) for payload in _CLIPBOARD.findall(raw))
    looked_through = raw + copied
    return [name for name, token in ALL.items() if token not in allowed and _piece_in(looked_through, token)]


def leaks_in_files(folder: Path, sources: Iterable[Path] = ()) -> Mapping[str, list[str]]:
    """Files below a folder, apart from those that the tokens were read from, that hold any."""
    own = set(sources)
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path not in own and (leaks := leaks_in(path.read_bytes())):
            found[str(path.relative_to(folder))] = leaks
    return found


def _piece_in(content: bytes, token: str) -> bool:
    secret = token.rpartition("-")[2]  # what comes before it is a form, not a secret
    pieces = {secret[start : start + PIECE].lower().encode() for start in range(len(secret) - PIECE + 1)}
    small = content.lower()  # as HTTP writes the names of headers
    return any(piece in small for piece in pieces)
