"""What an account says beside its windows, as lines of a card."""

from __future__ import annotations

from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.account_words import balance_words, note_words
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import Line, fit, styled, wrapped
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import FAINT

NOTE_LINES = 2


def account_lines(view: CredentialView, page: Page) -> list[Line]:
    """Money, then what was noted; of a card without numbers, what cannot be seen."""
    lines = [*balance_lines(view, page), *note_lines(view, page)]
    if view.hint is not None:
        lines = [*wrapped(shown(view.hint), page.width, "$lane-near", limit=2), *lines]
    return lines


def balance_lines(view: CredentialView, page: Page) -> list[Line]:
    said = balance_words(view.balance)
    if said is None:
        return []
    empty = view.balance is not None and view.balance.available is False
    return [fit(styled(said, "$gauge-over" if empty else ""), page.width)]


def note_lines(view: CredentialView, page: Page) -> list[Line]:
    """The notes, in as many lines as a card has for them."""
    said = note_words(view)
    return wrapped(shown(said), page.width, FAINT, limit=NOTE_LINES) if said else []
