"""`python -m tests.bench [--json] [NAME…]`: what quotaboard costs, as ratios that travel.

It measures and tells; the exit code is 0 whatever the clock said, because a busy machine is not a bug.
"""

import argparse
import json
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from tests.bench.figures import Figure
from tests.bench.rows import ROWS
from tests.bench.stage import set_stage

HOUR = 3600.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these rows, of {', '.join(ROWS)}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--runs", type=int, default=15, help="pairs that are timed for each ratio (default 15)"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the board is watched")
    parser.add_argument("--long", action="store_true", help="watch the board for an hour")
    given = parser.parse_args()
    if unknown := set(given.names) - set(ROWS):
        parser.error(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    figures: list[Figure] = []
    with set_stage(runs=given.runs, seconds=HOUR if given.long else given.seconds) as stage:
        for name in given.names or ROWS:
            sys.stderr.write(f"measuring {name}\n")
            figures.extend(ROWS[name](stage))
    sys.stdout.write(_document(figures) if given.json else _table(figures))
    return 0


def _about() -> dict[str, str]:
    return {
        "measured_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "machine": f"{platform.system()} {platform.machine()}, {_cores()} cores",
        "python": platform.python_version(),
    }


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def _document(figures: list[Figure]) -> str:
    rows = [{**asdict(figure), "outcome": figure.outcome} for figure in figures]
    return json.dumps({**_about(), "figures": rows}, indent=2, ensure_ascii=False) + "\n"


def _table(figures: list[Figure]) -> str:
    rows = [("", "measured", "goal", "", "from")]
    for figure in figures:
        goal = "" if figure.goal is None else f"≤ {figure.goal:g} {figure.unit}"
        rows.append((figure.name, f"{figure.value:.2f} {figure.unit}", goal, figure.outcome, figure.measured))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    ]
    return "\n".join([" · ".join(_about().values()), "", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
