"""What was worked out for a credential, kept for as long as nothing about it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

from quotaboard.domain.board import Board, CredentialView

Worked = TypeVar("Worked")


class Memory(Generic[Worked]):
    """One answer for each credential, worked out anew when it is handed another view of it."""

    def __init__(self, work_out: Callable[[CredentialView], Worked]) -> None:
        self._work_out = work_out
        self._kept: dict[str, tuple[CredentialView, Worked]] = {}

    def __call__(self, view: CredentialView) -> Worked:
        kept = self._kept.get(view.credential.name)
        # The very same view: comparing what is in it would cost as much as working it out.
        if kept is not None and kept[0] is view:
            return kept[1]
        found = self._work_out(view)
        self._kept[view.credential.name] = (view, found)
        return found


def recognised(before: Board, after: Board) -> Board:
    """The new board, with the old view of each credential about which nothing changed."""
    known = {view.credential.name: view for view in before.credentials}
    views = tuple(_kept(known.get(view.credential.name), view) for view in after.credentials)
    same = len(views) == len(before.credentials) and all(map(_is, views, before.credentials))
    return replace(after, credentials=before.credentials if same else views)


def _kept(old: CredentialView | None, new: CredentialView) -> CredentialView:
    return old if old is not None and (old is new or old == new) else new


def _is(one: CredentialView, other: CredentialView) -> bool:
    return one is other
