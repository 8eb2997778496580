"""Explained answers, for programs and for people."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from quotaboard.domain import document as doc
from quotaboard.domain.answer import Answer, Endpoint
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.reading import Balance, Origin, Overage, Window
from quotaboard.domain.windows import current
from quotaboard.domain.wording import clock, overage_words, percent
from quotaboard.providers.explaining import Explained

SCHEMA = "quotaboard.explain/1"
_WIDEST = 100


def document(explained: Explained) -> doc.Document:
    """The document of `explain --json`: answers in input order, each on its own, and all of them together."""
    return {
        "schema": SCHEMA,
        "answers": [
            {
                **doc.verdict(judgement),
                "windows": [_window(window, answer.at, answer.at) for window in answer.windows],
                "overage": doc.overage(answer.overage),
                "balance": doc.balance(answer.balance),
                "provider": answer.provider,
                "plan": answer.plan,
                "notes": list(answer.notes),
            }
            for answer, judgement in explained.answers
        ],
        "overall": {
            **doc.verdict(explained.overall),
            "windows": [_window(seen.window, seen.observed_at, explained.at) for seen in explained.sightings],
            "overage": doc.overage(explained.overage),
            "balance": doc.balance(_balance(explained)),
        },
    }


def _balance(explained: Explained) -> Balance | None:
    """The newest word on money."""
    told = [answer for answer, _judgement in explained.answers if answer.balance is not None]
    return max(told, key=lambda answer: answer.at).balance if told else None


def lines(explained: Explained) -> Iterator[str]:
    """The diagnosis first, then what helps, then what it was read from; nothing that steers a terminal."""
    for line in _lines(explained):
        yield "".join(char if char.isprintable() else "\ufffd" for char in line)


def _lines(explained: Explained) -> Iterator[str]:
    overall = explained.overall
    yield _word(overall)
    yield from _wrapped(overall.summary)
    if overall.options:
        yield ""
        yield "What helps"
        for number, option in enumerate(overall.options, 1):
            yield from _wrapped(option, first=f"  {number}  ", rest="     ")
    if explained.sightings or overage_words(explained.overage):
        yield ""
        yield from _meters(
            [current(seen.window, explained.at) for seen in explained.sightings], explained.overage
        )
    if len(explained.answers) > 1:
        yield ""
        yield "Each answer on its own"
        for number, (answer, judgement) in enumerate(explained.answers, 1):
            yield from _wrapped(f"{_word(judgement)}  {_told(answer)}", first=f"  {number}  ", rest="     ")
    elif told := _told(explained.answers[0][0]):
        yield ""
        yield from _wrapped(f"Read from: {told} (rule {overall.rule}).")


def _window(window: Window, observed_at: datetime, now: datetime) -> doc.Document:
    """As it can be relied on at that moment: what has reset since is unknown, and never full."""
    return doc.window(
        current(window, now), observed_at=observed_at, origin=Origin.PASTED, stale=window.has_reset(now)
    )


def _word(judgement: Judgement) -> str:
    word = judgement.verdict.upper().replace("_", " ")
    until = f" until {clock(judgement.until)}" if judgement.until else ""
    sure = "" if judgement.confirmed else " (suspected)"
    return f"{word}{until}{sure}"


def _meters(windows: Sequence[Window], overage: Overage | None) -> Iterator[str]:
    yield "Windows" if windows else "Extra usage"
    name_width = max((len(window.name) for window in windows), default=0)
    for window in windows:
        used = "·" if window.utilization is None else percent(window.utilization)
        reset = f"  resets {clock(window.resets_at)}" if window.resets_at else ""
        model = f"  {window.model} only" if window.model else ""
        yield f"  {window.name:<{name_width}}  {used:>9}{reset}{model}".rstrip()
    if pool := overage_words(overage):
        yield f"  {pool}"


def _told(answer: Answer) -> str:
    """What was seen, in one line: `400 invalid_request_error “You're out …” req_1`."""
    error = answer.error
    parts: Iterable[str | None] = (
        "usage" if answer.asked.endpoint is Endpoint.USAGE else None,
        answer.asked.model,
        str(answer.status) if answer.status is not None else None,
        error.type if error else None,
        f"“{answer.message}”" if answer.message else None,
        answer.request_id,
    )
    return " ".join(part for part in parts if part)


def _wrapped(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    """Folded for a terminal; whole for a file or a pipe, where somebody may search in it."""
    if sys.stdout is None or not sys.stdout.isatty():
        yield first + text
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    yield from textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest) or [first]
