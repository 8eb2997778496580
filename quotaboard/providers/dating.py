"""When captured answers were received, for those that do not say it.

An answer without a time is judged as if it had just been received. One whose reset has passed since cannot
have been: it is judged as of a moment before that reset, so that an old refusal is explained as what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.domain.answer import Answer
from quotaboard.providers.moments import after, moment

_BEFORE = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(days=8)
"""A window is no longer than this; a `Retry-After` beyond it is nonsense."""


@dataclass(frozen=True, slots=True)
class Captured:
    """An answer as it was captured."""

    answer: Answer
    dated: bool
    """Whether it came with the time when it was received."""


def settled(captured: Sequence[Captured], now: datetime) -> list[Answer]:
    """The answers, each with the moment as of which it is judged; the undated ones share one."""
    told = [one.answer.at for one in captured if one.dated]
    undated = [one.answer for one in captured if not one.dated]
    at = max(told) if told else _when(undated, now)
    return [one.answer if one.dated else _at(one.answer, at) for one in captured]


def _when(answers: Sequence[Answer], now: datetime) -> datetime:
    passed = [reset for answer in answers for reset in _resets(answer) if reset <= now]
    waits = [start for answer in answers for start in _starts_of_waiting(answer) if start <= now]
    return min([*(reset - _BEFORE for reset in passed), *(waits if passed else ())], default=now)


def _resets(answer: Answer) -> Iterator[datetime]:
    if answer.overage is not None and answer.overage.resets_at is not None:
        yield answer.overage.resets_at
    for window in answer.windows:
        if window.resets_at is not None:
            yield window.resets_at
    for name, value in answer.headers.items():
        if name.endswith("-reset") and (reset := moment(value)) is not None:
            yield reset


def _starts_of_waiting(answer: Answer) -> Iterator[datetime]:
    """`Retry-After` counts down to the reset that decided: together they tell when it was sent."""
    wait = None if answer.retry_at is None else answer.retry_at - answer.at
    if wait is None or not timedelta() < wait < _LONGEST_WAIT:
        return
    for name, value in answer.headers.items():
        if name.endswith("-unified-reset") and (reset := moment(value)) is not None:
            yield reset - wait


def _at(answer: Answer, at: datetime) -> Answer:
    told = answer.headers.get("retry-after")
    return replace(answer, at=at, retry_at=after(told, at) if told is not None else answer.retry_at)
