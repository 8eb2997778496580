"""`python -m tests.economy`: a week of three agents on six credentials, and what looking at it costs.

quotaboard's own planner against three fixed policies, over the same days, which follow from the seed.
"""

import argparse
import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from quotaboard.config.values import PollSettings
from tests.economy.making import make_world
from tests.economy.ours import BEGIN, live
from tests.economy.report import report, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.economy", description=__doc__)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=int, default=PollSettings().daily_token_budget, help="tokens a day")
    given = parser.parse_args()
    span = timedelta(days=given.days)
    with TemporaryDirectory(prefix="quotaboard-economy-") as folder:
        world = make_world(given.seed, BEGIN, span)
        poll = PollSettings(daily_token_budget=given.budget)
        past = asyncio.run(live(world, Path(folder), span, given.seed, poll))
    about = f"{given.days:g} days, seed {given.seed}, {given.budget:,} tokens per credential and day"
    sys.stdout.write(f"{about}\n\n{table(report(past))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
