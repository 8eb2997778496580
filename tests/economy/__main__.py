"""`python -m tests.economy`: a week of three agents on six credentials, and what looking at it costs.

quotaboard's own planner against three fixed policies, over the same days, which follow from the seed. With
`--worlds` days of seeds and in climates that the planner was not tuned with.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta

from quotaboard.config.values import PollSettings
from tests.economy.climates import CLIMATES
from tests.economy.report import table
from tests.economy.worlds import Run, climates_table, documents, lived_each

FRESH = (201, 202, 203)
"""Seeds that nobody looked at while the planner was tuned."""


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    days = given.days or (2.0 if given.worlds else 7.0)
    seeds = given.seed or (FRESH if given.worlds else (1,))
    climates = CLIMATES if given.worlds else ("as tuned",)
    runs = [Run(climate, seed, timedelta(days=days), given.budget) for climate in climates for seed in seeds]
    told = lived_each(runs, os.cpu_count() or 1)
    if given.json:
        facts = {"days": days, "daily_token_budget": given.budget, "runs": documents(told)}
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
        return 0
    sys.stdout.write(f"{days:g} days, {given.budget:,} tokens per credential and day\n")
    if given.worlds:
        sys.stdout.write(f"seeds {', '.join(map(str, seeds))}\n\n{climates_table(told)}\n")
    else:
        for run, report in told:
            sys.stdout.write(f"\nseed {run.seed}\n{table(report)}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.economy", description=__doc__)
    parser.add_argument("--days", type=float, help="7 without --worlds, else 2")
    parser.add_argument("--seed", type=int, nargs="+", help="one or more; 1, with --worlds 201 202 203")
    parser.add_argument("--budget", type=int, default=PollSettings().daily_token_budget, help="tokens a day")
    parser.add_argument("--worlds", action="store_true", help="one row for each climate")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
