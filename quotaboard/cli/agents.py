"""What the commands on agents share: the way in, refusals as sentences and exit codes, words for profiles."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from quotaboard.cli import diagnostics, opening
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.table import cell_words, columns
from quotaboard.config.values import Config
from quotaboard.domain.advice import Advice
from quotaboard.domain.agent import Refusal, RefusalKind
from quotaboard.domain.board import ProfileView
from quotaboard.poll.switching import Switching
from quotaboard.store.store import Store
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.words import price_words

LONGEST_WAIT = 30.0
"""Seconds; a bridge stands for ten."""

_WRONG_WORD = (RefusalKind.UNKNOWN,)
_FAILED = (RefusalKind.BROKEN, RefusalKind.FAILED, RefusalKind.LACKING, RefusalKind.NOTHING)


def code_of(refusal: Refusal) -> ExitCode:
    """A name that nobody has is wrong usage; what cannot be done has failed; what may not be is refused."""
    if refusal.kind in _WRONG_WORD:
        return ExitCode.USAGE
    return ExitCode.FAILED if refusal.kind in _FAILED else ExitCode.REFUSED


def refuse(refusal: Refusal) -> ExitCode:
    """Say why nothing was done."""
    diagnostics.error(shown(refusal.sentence))
    return code_of(refusal)


def refused_document(refusal: Refusal) -> dict[str, Any]:
    return {
        "kind": refusal.kind.value,
        "sentence": refusal.sentence,
        "path": refusal.path,
        "line": refusal.line,
    }


def open_switching(config: Path | None) -> tuple[Store, Config, Switching] | ExitCode:
    """The store, the config, and the agents here, the project that this is run in included."""
    opened = opening.open_for_writing(config)
    if isinstance(opened, ExitCode):
        return opened
    store, values = opened
    return store, values, Switching(store, values, opening.place(), opening.now)


def tell_interrupted(switching: Switching, *, readonly: bool) -> None:
    """What a crash left behind, and undos that wait for their second step, before anything else is done."""
    if readonly:
        return
    for one in switching.recover():
        diagnostics.note(one.sentence)
    for refusal in switching.settle():
        diagnostics.note(refusal.sentence)


def finish_undos(switching: Switching) -> None:
    """Running sessions notice a changed value, not a missing one, so a file is put right in two steps.

    Waits for the second one. Whoever interrupts that leaves it to the next start.
    """
    last_at = switching.settles_last_at()
    if last_at is None:
        return
    wait = min(max((last_at - opening.now()).total_seconds(), 0.0), LONGEST_WAIT)
    if wait > 1:
        diagnostics.note(
            f"Waiting {round(wait)} seconds, so that running sessions notice before the file is as it was."
        )
    try:
        time.sleep(wait + 0.1)
    except KeyboardInterrupt:
        diagnostics.note("The rest is done when quotaboard is started next.")
        return
    for refusal in switching.settle():
        diagnostics.note(refusal.sentence)


def profile_lines(advice: Advice) -> Iterator[str]:
    """The profiles in the order of advice, the active one marked by a word."""
    rows: list[Sequence[str]] = []
    for one in advice.ranked:
        profile = one.profile
        rows.append(
            (
                shown(profile.name),
                cell_words(profile.judgement),
                price_words(profile),
                shown(profile.model or ""),
                "active" if profile.active else "",
                shown(one.why),
            )
        )
    yield from columns(rows) if rows else ()


def profile_document(profile: ProfileView, advice: Advice) -> dict[str, Any]:
    """A profile as `profiles --json` has it: that of `status --json`, and the advice."""
    from quotaboard.domain import document as doc

    one = advice.of(profile.name)
    return {
        **doc.profile(profile),
        "fit": one.fit.name.lower() if one else None,
        "why": one.why if one else None,
        "used": one.used if one else None,
        "lasts": one.lasts.enough if one else None,
    }
