"""One table of what each policy found, how soon, and what it asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tests.economy.fixed import POLICIES, live_fixed
from tests.economy.ledger import NEVER, Change, found_gates, quantile
from tests.economy.ours import Past
from tests.economy.world import GATED, Bill

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One policy. Delays are of changes that last two minutes and more, told or never told."""

    policy: str
    tokens_a_day: float
    requests_a_day: float
    usd_a_day: Decimal
    too_often: int
    """Requests beyond a limit that the provider had told."""
    active_median: timedelta
    active_p95: timedelta
    idle_median: timedelta
    gates: int
    """Gates that it saw while they stood."""
    missed: tuple[timedelta, ...] = ()
    """How long each gate stood that it never saw."""


@dataclass(frozen=True, slots=True)
class Report:
    """Ours first, then the fixed policies."""

    rows: tuple[Row, ...]
    right: float
    untold: float
    wrong: float
    active: int
    """How many changes came on lanes whose agents were at work."""
    changes: int

    @property
    def ours(self) -> Row:
        return self.rows[0]

    @property
    def share(self) -> float:
        """Of the tokens of looking at everything every minute."""
        return self.ours.tokens_a_day / self.rows[1].tokens_a_day


def report(past: Past) -> Report:
    ledger = past.ledger
    fixed = [(policy.name, *live_fixed(policy, past)) for policy in POLICIES]
    # What any of the policies saw could have been seen.
    seen = set().union(*(found_gates(told) for _, told, _ in fixed))
    ours = ("quotaboard", ledger.changes, past.world.bill)
    counted = [change for change in ledger.changes if change.counts]
    return Report(
        tuple(_row(name, told, bill, past.span, seen) for name, told, bill in (ours, *fixed)),
        *ledger.shares(),
        active=sum(change.active for change in counted),
        changes=len(counted),
    )


def _row(
    name: str, changes: Iterable[Change], bill: Bill, span: timedelta, seen: set[tuple[str, datetime]]
) -> Row:
    counted = [change for change in changes if change.counts]
    active = [change.delay for change in counted if change.active]
    idle = [change.delay for change in counted if not change.active]
    days = span / DAY
    return Row(
        name,
        bill.tokens / days,
        bill.requests / days,
        bill.usd / Decimal(days),
        bill.too_often,
        quantile(active, 0.5),
        quantile(active, 0.95),
        quantile(idle, 0.5),
        len(found_gates(counted)),
        tuple(
            change.ended_at - change.at
            for change in counted
            if change.to == GATED
            and change.told_at is None
            and change.ended_at is not None
            and (change.lane, change.at) in seen
        ),
    )


HEAD = (
    *("", "tokens/day", "of 60 s", "requests/day", "$/day", "beyond limits"),
    *("active median", "active p95", "idle median", "gates seen", "missed"),
)


def table(told: Report) -> str:
    """Aligned columns, and a line on what was known of all lanes."""
    most = told.rows[1].tokens_a_day
    cells = [HEAD, *(_cells(row, most) for row in told.rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    known = (
        f"quotaboard's verdicts over all lanes and all the time: {told.right:.0%} right, "
        f"{told.untold:.0%} unknown (too old, or not decided), {told.wrong:.1%} wrong (not yet noticed)."
    )
    counted = f"{told.changes} changes, {told.active} of them on a lane whose agent asks by the minute."
    return "\n".join([*lines, "", known, counted])


def _cells(row: Row, most: float) -> tuple[str, ...]:
    return (
        row.policy,
        f"{row.tokens_a_day:,.0f}",
        f"{row.tokens_a_day / most:.1%}" if most else "-",
        f"{row.requests_a_day:,.0f}",
        f"{row.usd_a_day:.2f}",
        f"{row.too_often:,}",
        _seconds(row.active_median),
        _seconds(row.active_p95),
        _seconds(row.idle_median),
        str(row.gates),
        str(len(row.missed)),
    )


def _seconds(span: timedelta) -> str:
    return "never" if span == NEVER else f"{span.total_seconds():,.0f} s"
