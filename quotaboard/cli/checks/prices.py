"""By which prices looks are reckoned."""

from __future__ import annotations

from quotaboard.cli.checks.section import Section, Wrong
from quotaboard.providers import prices


def price_section() -> Section:
    """The day of our table, and the user's own."""
    own, trouble = prices.own_table(), prices.trouble()
    facts = {"as_of": prices.as_of(), "own_table": str(own) if own else None}
    return Section("prices", facts, (Wrong(trouble),) if trouble else ())
