"""What an account says beside its windows, in words: money, notes, and what nobody can see of it."""

from __future__ import annotations

from quotaboard.domain.board import CredentialView
from quotaboard.domain.reading import Balance
from quotaboard.tui.draw.figures import money

KEY_ACCEPTED = "Models are listed."
"""What a list of models proves: the key is known, and nothing else."""

PERIODS = {"daily": "today", "weekly": "this week", "monthly": "this month"}


def balance_words(balance: Balance | None) -> str | None:
    """`$5.00 of $20.00 left this month`; without a limit what was used so far."""
    if balance is None:
        return None
    period = PERIODS.get(balance.period or "", "")
    if balance.remaining is not None and not _is_idle_pool(balance):
        left, of = money(balance.remaining), ""
        if balance.limit is not None:
            of = f" of {money(balance.limit)}"
            if balance.limit.currency == balance.remaining.currency:
                left = left.removesuffix(f" {balance.limit.currency}")
        return f"{left}{of} left {period}".rstrip()
    if balance.used is not None:
        return f"{money(balance.used)} used {period}".rstrip()
    if balance.limit is not None:
        return f"limit {money(balance.limit)}, how much is used is not told"
    if balance.available is False:
        return "no money left"
    return None


def _is_idle_pool(balance: Balance) -> bool:
    """Credits beside a plan that nobody ever bought: nothing is missing."""
    left = balance.remaining
    return left is not None and left.currency == "credits" and not left.amount and balance.available is None


def note_words(view: CredentialView) -> str:
    """What the account's endpoint said; of an account without numbers, what the provider hides."""
    said = [note for note in view.notes if note != KEY_ACCEPTED]
    if KEY_ACCEPTED in view.notes and not said:
        said = ["The key is accepted."]
    numbers = view.windows or balance_words(view.balance) is not None
    if view.hides is not None and not numbers and _was_seen(view) and view.trouble is None:
        said.append(view.hides)
    return " ".join(said)


def is_never_asked(view: CredentialView) -> bool:
    """Nothing can be read of it, and no lane is tried: what it hides is all that there is to say."""
    return view.hides is not None and any(lane.judgement.summary == view.hides for lane in view.lanes)


def _was_seen(view: CredentialView) -> bool:
    """Something has been read: before that nobody knows what is missing."""
    seen = bool(view.notes) or any(lane.judgement.observed_at for lane in view.lanes)
    return seen or is_never_asked(view)
