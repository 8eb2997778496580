"""What was worked out for a credential, kept for as long as nothing about it changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import is_
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
        if len(before) != len(views):
            found = [self(view) for view in views]
        else:
            found = [
                kept if view is old else self(view)
                for view, old, kept in zip(views, before, found, strict=True)
            ]
        self._row = (views, found)
        return found


def recognised(before: Board, after: Board) -> Board:
    """The new board, with the old view of each credential about which nothing changed."""
    old, new = before.credentials, after.credentials
    if old is new:
        return after
    if [view.credential.name for view in old] == [view.credential.name for view in new]:
        views = tuple(was if was is view or was == view else view for was, view in zip(old, new, strict=True))
    else:
        known = {view.credential.name: view for view in old}
        views = tuple(_kept(known.get(view.credential.name), view) for view in new)
    same = len(views) == len(old) and all(map(is_, views, old))
    return replace(after, credentials=old if same else views)


def _kept(old: CredentialView | None, new: CredentialView) -> CredentialView:
    return old if old is not None and (old is new or old == new) else new
