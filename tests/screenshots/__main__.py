"""`python -m tests.screenshots [--check] [NAME…]`: make `screenshots/` anew, or say what has changed.

Making them needs `rsvg-convert` and the font Fira Code (Debian: librsvg2-bin, fonts-firacode).
"""

import argparse
import asyncio
import os
import sys
import time
from difflib import unified_diff

from tests.screenshots import pictures
from tests.screenshots.scenes import SCENES
from tests.screenshots.taking import take


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these scenes")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when one differs")
    given = parser.parse_args()
    _same_everywhere()
    wrong = 0
    for scene in SCENES:
        if given.names and scene.name not in given.names:
            continue
        svg = asyncio.run(take(scene))
        if not given.check:
            pictures.save(scene.name, svg)
            sys.stdout.write(f"screenshots/{scene.name}\n")
        elif (trouble := pictures.trouble(scene.name, svg)) is not None:
            wrong += 1
            sys.stdout.write(f"{trouble}; run `python -m tests.screenshots`, and look at it\n")
            sys.stdout.writelines(_changes(scene.name, svg))
    return 1 if wrong else 0


def _same_everywhere() -> None:
    """Nothing of the terminal or the place that this runs in may show."""
    for name in list(os.environ):
        if name.startswith("TEXTUAL") or name in {"NO_COLOR", "COLORTERM", "COLUMNS", "LINES"}:
            del os.environ[name]
    os.environ["TZ"] = "UTC"
    time.tzset()


def _changes(name: str, svg: str) -> list[str]:
    path = pictures.svg_path(name)
    before = pictures.words(path.read_text()) if path.exists() else ""
    return [
        f"{line}\n"
        for line in unified_diff(before.split("\n"), pictures.words(svg).split("\n"), lineterm="", n=0)
    ]


if __name__ == "__main__":
    sys.exit(main())
