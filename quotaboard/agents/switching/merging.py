"""Taking a change back from a file that others have edited since."""

from __future__ import annotations

from difflib import SequenceMatcher


def take_back(base: bytes, wanted: bytes, current: bytes) -> bytes | None:
    """`current` with the way from `base` to `wanted` applied; None when both touch the same lines."""
    lines, goal, theirs = (text.splitlines(keepends=True) for text in (base, wanted, current))
    ours = _changes(lines, goal)
    others = _changes(lines, theirs)
    if any(_touch(one, other) for one in ours for other in others):
        return None
    merged = [(start, end, goal[a:b]) for start, end, a, b in ours]
    merged += [(start, end, theirs[a:b]) for start, end, a, b in others]
    result = list(lines)
    for start, end, replacement in sorted(merged, key=lambda change: change[0], reverse=True):
        result[start:end] = replacement
    return b"".join(result)


_Change = tuple[int, int, int, int]


def _changes(lines: list[bytes], other: list[bytes]) -> list[_Change]:
    matcher = SequenceMatcher(None, lines, other, autojunk=False)
    return [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _touch(one: _Change, other: _Change) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
