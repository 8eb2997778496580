"""Whether what the board foretold came true."""

from __future__ import annotations

from datetime import datetime

from quotaboard.cli.checks.section import Section
from quotaboard.config.durations import duration_text
from quotaboard.domain.calibration import calibration
from quotaboard.domain.wording import percent
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble


def forecast_section(store: Store, now: datetime) -> Section:
    """The forecasts of ninety days whose reset has passed.

    A bad score is in nobody's way: what a window's forecasts got wrong too often is told no more.
    """
    try:
        found = calibration(store.forecasts.settled(now))
    except StoreTrouble:  # the store's own section says so
        return Section("forecasts")
    facts = {
        "settled": found.settled,
        "came_true": percent(found.right) if found.right is not None else None,
        "said_it_runs_out": found.said_empty,
        "it_ran_out": found.ran_out,
        "said_it_lasts": found.said_lasts,
        "it_lasted": found.lasted,
        "outcome_not_seen": found.not_known,
        "typical_miss": duration_text(found.typical_miss) if found.typical_miss is not None else None,
    }
    return Section("forecasts", facts)
