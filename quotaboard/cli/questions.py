"""Questions at the terminal. They go to stderr, so that stdout holds data alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from quotaboard.cli import diagnostics


class Unanswered(Exception):  # noqa: N818 - leaving a question is no error
    """The input ended instead of answering."""


def yes(question: str) -> bool:
    """Whether the answer is yes; no is the default."""
    while True:
        answer = _answer(f"{question} [y/N] ").lower()
        if answer in {"y", "yes"}:
            return True
        if answer in {"", "n", "no"}:
            return False
        diagnostics.note("Please type y or n.")


def words(question: str, default: Sequence[str]) -> tuple[str, ...]:
    """Words between commas or blanks; the default when there are none."""
    answer = _answer(f"{question} [{', '.join(default)}] ")
    return tuple(dict.fromkeys(re.split(r"[\s,]+", answer))) if answer else tuple(default)


def _answer(question: str) -> str:
    diagnostics.ask(question)
    line = sys.stdin.readline()
    if not line:
        diagnostics.note("")
        raise Unanswered
    return line.strip().strip(",")
