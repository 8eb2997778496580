"""In which order the credentials stand, and which of their lanes a filter leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from quotaboard.domain.board import Board, CredentialView, LaneView
from quotaboard.tui.draw.words import (
    LOUDEST_FIRST,
    column_words,
    found_words,
    lane_word,
    loudest,
    loudness,
    plan_words,
    provider_words,
)


class Order(StrEnum):
    """What the board is sorted by."""

    CONFIG = "config order"
    TROUBLE = "trouble first"
    FULLEST = "fullest first"
    NAME = "name"

    @property
    def following(self) -> Order:
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


class Arrangement(NamedTuple):
    """How a person wants to see the board."""

    order: Order = Order.CONFIG
    reverse: bool = False
    filter: str = ""

    @property
    def words(self) -> str:
        return f"{self.order}, reversed" if self.reverse else str(self.order)


def arranged(views: Sequence[CredentialView], how: Arrangement) -> tuple[CredentialView, ...]:
    """The credentials in order, with the lanes that the filter leaves."""
    if how == Arrangement():
        return tuple(views)
    terms = how.filter.casefold().split()
    kept = [left for view in views if (left := _filtered(view, terms)) is not None]
    match how.order:
        case Order.CONFIG:
            pass
        case Order.TROUBLE:
            kept.sort(key=_trouble)
        case Order.FULLEST:
            kept.sort(key=_fullness)
        case Order.NAME:
            kept.sort(key=lambda view: view.credential.name.casefold())
    return tuple(reversed(kept)) if how.reverse else tuple(kept)


def _filtered(view: CredentialView, terms: Sequence[str]) -> CredentialView | None:
    """Every term must be found in the credential or in the lane; None when nothing is left."""
    if not terms:
        return view
    credential = view.credential
    places = (credential.source, *credential.found_in, found_words(credential))
    who = (credential.name, provider_words(credential.provider), plan_words(credential))
    about = " ".join((*who, *places, view.trouble or "")).casefold()
    rest = [term for term in terms if term not in about]
    if not rest:
        return view
    lanes = tuple(lane for lane in view.lanes if all(term in _said_of(lane) for term in rest))
    return replace(view, lanes=lanes) if lanes else None


def _said_of(view: LaneView) -> str:
    lane, judgement = view.lane, view.judgement
    words = (lane.id, column_words(lane.shape, lane.client), lane_word(judgement), judgement.verdict)
    return " ".join((*words, judgement.reason or "")).casefold()


def _trouble(view: CredentialView) -> tuple[bool, tuple[int, int]]:
    lane = loudest(view.lanes)
    quiet = (len(LOUDEST_FIRST), len(LOUDEST_FIRST))
    return (view.trouble is None, loudness(lane.judgement) if lane else quiet)


def _fullness(view: CredentialView) -> float:
    fresh = (one.sighting.window for one in view.windows if not one.stale)
    return -max((window.utilization or 0.0 for window in fresh), default=-1.0)


def needs_first_run(board: Board) -> bool:
    """Credentials were found, none may be looked at, and nothing was ever seen."""
    return (
        bool(board.credentials)
        and not any(view.consent for view in board.credentials)
        and not any(lane.judgement.observed_at for lane in board.lanes)
        and not any(view.windows for view in board.credentials)
        and not board.watched_elsewhere
        and not board.afar
    )
