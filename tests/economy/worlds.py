"""The same agents in worlds that the planner was not tuned in: do the promises hold there?"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from quotaboard.config.values import PollSettings
from tests.economy.climates import CLIMATES
from tests.economy.making import make_world
from tests.economy.ours import BEGIN, live
from tests.economy.report import Delays, Report, aligned, document, report, seconds


@dataclass(frozen=True, slots=True)
class Run:
    """Some days of one seed in one climate."""

    climate: str
    seed: int
    span: timedelta
    budget: int


def lived(run: Run) -> Report:
    """What came of it."""
    with TemporaryDirectory(prefix="quotaboard-economy-") as folder:
        world = make_world(run.seed, BEGIN, run.span, CLIMATES[run.climate])
        poll = PollSettings(daily_token_budget=run.budget)
        return report(asyncio.run(live(world, Path(folder), run.span, run.seed, poll)))


def lived_each(runs: Sequence[Run], processes: int) -> list[tuple[Run, Report]]:
    """All of them, some at a time."""
    with ProcessPoolExecutor(processes) as pool:
        return list(zip(runs, pool.map(lived, runs), strict=True))


HEAD = (
    *("", "seeds", "tokens of 60 s", "$/day", "beyond limits", "changes", "session median", "session p95"),
    *("asking p95", "worst seed", "gates seen", "missed", "longest", "wrong"),
)


def climates_table(told: Sequence[tuple[Run, Report]]) -> str:
    """A row for each climate, its seeds together; `worst seed` is the highest p95 in a session of any."""
    rows = [
        _cells(climate, [report for _, report in group])
        for climate, group in groupby(told, key=lambda one: one[0].climate)
    ]
    return aligned([HEAD, *rows])


def documents(told: Sequence[tuple[Run, Report]]) -> list[dict[str, object]]:
    return [{"world": run.climate, "seed": run.seed, **document(report)} for run, report in told]


def _cells(climate: str, reports: Sequence[Report]) -> tuple[str, ...]:
    ours = [report.ours for report in reports]
    session = Delays(tuple(delay for row in ours for delay in row.session.each))
    asking = Delays(tuple(delay for row in ours for delay in row.asking.each))
    missed = [stood for row in ours for stood in row.missed]
    tokens = sum(row.tokens_a_day for row in ours) / sum(one.rows[1].tokens_a_day for one in reports)
    return (
        climate,
        str(len(ours)),
        f"{tokens:.1%}",
        f"{sum(row.usd_a_day for row in ours) / len(ours):.2f}",
        str(sum(row.too_often for row in ours)),
        str(len(session.each)),
        seconds(session.median),
        seconds(session.p95),
        seconds(asking.p95),
        seconds(max((row.session.p95 for row in ours if row.session.p95 is not None), default=None)),
        str(sum(row.gates for row in ours)),
        str(len(missed)),
        seconds(max(missed)) if missed else "-",
        f"{max(report.wrong for report in reports):.1%}",
    )
