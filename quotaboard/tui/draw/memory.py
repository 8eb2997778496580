"""What was worked out for a credential, kept for as long as nothing about it changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import compress
from operator import is_not
from typing import Generic, TypeVar

from quotaboard.domain.board import Board, CredentialView

Worked = TypeVar("Worked")


class Memory(Generic[Worked]):
    """One answer for each credential, worked out anew when it is handed another view of it."""

    def __init__(self, work_out: Callable[[CredentialView], Worked]) -> None:
        self._work_out = work_out
        self._kept: dict[str, tuple[CredentialView, Worked]] = {}
        self._row: tuple[Sequence[CredentialView], list[Worked]] = ((), [])

    def __call__(self, view: CredentialView) -> Worked:
        kept = self._kept.get(view.credential.name)
        # The very same view: comparing what is in it would cost as much as working it out.
        if kept is not None and kept[0] is view:
            return kept[1]
        found = self._work_out(view)
        self._kept[view.credential.name] = (view, found)
        return found

    def all(self, views: Sequence[CredentialView]) -> list[Worked]:
        """An answer for each of many, most of which are where they were the last time."""
        before, found = self._row
        if views is before:
            return found
        if len(before) != len(views):
            found = [self(view) for view in views]
        elif changed := unlike(before, views):
            found = found.copy()
            for at in changed:
                found[at] = self(views[at])
        self._row = (views, found)
        return found


def unlike(before: Sequence[object], after: Sequence[object]) -> list[int]:
    """The places at which two rows of the same length do not hold the very same thing."""
    return [*compress(range(len(after)), map(is_not, before, after))]


def replaced(
    before: Sequence[CredentialView], after: Sequence[CredentialView]
) -> list[tuple[CredentialView | None, int]]:
    """The places of views that are others than before, each after what was known of that credential."""
    if len(before) == len(after):
        places = unlike(before, after)
        if all(before[at].credential.name == after[at].credential.name for at in places):
            return [(before[at], at) for at in places]
    known = {view.credential.name: view for view in before}
    pairs = ((known.get(view.credential.name), at) for at, view in enumerate(after))
    return [(was, at) for was, at in pairs if was is not after[at]]


def recognised(before: Board, after: Board) -> Board:
    """The new board, with the old view of each credential about which nothing changed."""
    old, new = before.credentials, after.credentials
    if old is new:
        return after
    views, differs = list(new), len(old) != len(new)
    for was, at in replaced(old, new):
        if was is not None and was == new[at]:
            views[at] = was
        else:
            differs = True
    return replace(after, credentials=tuple(views) if differs or unlike(old, views) else old)
