"""The nearest known word to a mistyped one."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean "…"?`, to be put after a sentence, or nothing when no word is near."""
    from difflib import get_close_matches  # only somebody who mistyped pays for it

    matches = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f' Did you mean "{matches[0]}"?' if matches else ""
