"""Unpacking a body that a server packed unasked, never further than a limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable

_AUTO = zlib.MAX_WBITS | 32
"""Reads gzip and zlib by their first bytes."""


class TooLarge(Exception):  # noqa: N818 - trouble is expected; an error is a bug
    """The body passed the limit."""


class NotUnpackable(Exception):  # noqa: N818
    """It is packed in a way that was not asked for, or is damaged."""


def unpacker(encoding: str, limit: int) -> Callable[[bytes], bytes]:
    """What turns each chunk into plain bytes. It raises TooLarge as soon as all of them pass the limit."""
    match encoding.strip().casefold():
        case "" | "identity":
            return lambda chunk: chunk
        case "gzip" | "x-gzip" | "deflate":
            return _inflating(limit)
        case _:
            raise NotUnpackable


def _inflating(limit: int) -> Callable[[bytes], bytes]:
    inflater = zlib.decompressobj(_AUTO)
    room = limit

    def inflate(chunk: bytes) -> bytes:
        nonlocal room
        try:
            plain = inflater.decompress(chunk, room + 1)
        except zlib.error as error:
            raise NotUnpackable from error
        room -= len(plain)
        if room < 0:
            raise TooLarge
        return plain

    return inflate
