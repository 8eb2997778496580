"""What each policy found, how soon, and what it asked for: as figures, a table, and JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tests.economy.fixed import POLICIES, live_fixed
from tests.economy.ledger import ASKED, IDLE, NEVER, Change, found_gates, quantile
from tests.economy.ours import Past
from tests.economy.world import GATED, Bill

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delays:
    """How long after each change it was told, or NEVER."""

    each: tuple[timedelta, ...]

    @property
    def median(self) -> timedelta | None:
        """None where nothing changed."""
        return quantile(list(self.each), 0.5) if self.each else None

    @property
    def p95(self) -> timedelta | None:
        return quantile(list(self.each), 0.95) if self.each else None


@dataclass(frozen=True, slots=True)
class Row:
    """One policy. Delays are of changes that last two minutes and more, told or never told."""

    policy: str
    tokens_a_day: float
    requests_a_day: float
    usd_a_day: Decimal
    too_often: int
    """Requests beyond a limit that the provider had told."""
    session: Delays
    """On lanes that an agent is in a session on: at work, in a pause of its own, or given up for a while."""
    asking: Delays
    """On those of them whose agent asks by the minute."""
    idle: Delays
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
    rows = tuple(_row(name, told, bill, past.span, seen) for name, told, bill in (ours, *fixed))
    return Report(rows, *ledger.shares())


def _row(
    name: str, changes: Iterable[Change], bill: Bill, span: timedelta, seen: set[tuple[str, datetime]]
) -> Row:
    counted = [change for change in changes if change.counts]
    days = span / DAY
    return Row(
        name,
        bill.tokens / days,
        bill.requests / days,
        bill.usd / Decimal(days),
        bill.too_often,
        Delays(tuple(change.delay for change in counted if change.use != IDLE)),
        Delays(tuple(change.delay for change in counted if change.use == ASKED)),
        Delays(tuple(change.delay for change in counted if change.use == IDLE)),
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
    *("session median", "session p95", "asking p95", "idle median", "gates seen", "missed"),
)


def table(told: Report) -> str:
    """Aligned columns, and what was known of all lanes."""
    most = told.rows[1].tokens_a_day
    known = (
        f"quotaboard's verdicts over all lanes and all the time: {told.right:.0%} right, "
        f"{told.untold:.0%} unknown (too old, or not decided), {told.wrong:.1%} wrong (not yet noticed)."
    )
    ours = told.ours
    counted = (
        f"{len(ours.session.each) + len(ours.idle.each)} changes: {len(ours.session.each)} on a lane that an "
        f"agent was in a session on, {len(ours.asking.each)} of them while it asked by the minute."
    )
    return "\n".join([aligned([HEAD, *(_cells(row, most) for row in told.rows)]), "", known, counted])


def document(told: Report) -> dict[str, object]:
    """The same figures for other programs; seconds, and null for what was never told."""
    return {
        "tokens_share": told.share,
        "known": {"right": told.right, "unknown": told.untold, "wrong": told.wrong},
        "policies": [
            {
                "policy": row.policy,
                "tokens_per_day": row.tokens_a_day,
                "requests_per_day": row.requests_a_day,
                "usd_per_day": float(row.usd_a_day),
                "beyond_limits": row.too_often,
                "session": _delays(row.session),
                "asking": _delays(row.asking),
                "idle": _delays(row.idle),
                "gates_seen": row.gates,
                "gates_missed_s": [stood.total_seconds() for stood in row.missed],
            }
            for row in told.rows
        ],
    }


def aligned(cells: list[tuple[str, ...]]) -> str:
    """Columns, the first to the left."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def seconds(span: timedelta | None) -> str:
    if span is None:
        return "-"
    return "never" if span == NEVER else f"{span.total_seconds():,.0f} s"


def _cells(row: Row, most: float) -> tuple[str, ...]:
    return (
        row.policy,
        f"{row.tokens_a_day:,.0f}",
        f"{row.tokens_a_day / most:.1%}" if most else "-",
        f"{row.requests_a_day:,.0f}",
        f"{row.usd_a_day:.2f}",
        f"{row.too_often:,}",
        seconds(row.session.median),
        seconds(row.session.p95),
        seconds(row.asking.p95),
        seconds(row.idle.median),
        str(row.gates),
        str(len(row.missed)),
    )


def _delays(delays: Delays) -> dict[str, object]:
    return {
        "changes": len(delays.each),
        "median_s": _or_null(delays.median),
        "p95_s": _or_null(delays.p95),
    }


def _or_null(span: timedelta | None) -> float | None:
    return None if span is None or span == NEVER else span.total_seconds()
