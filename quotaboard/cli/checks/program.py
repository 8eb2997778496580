"""quotaboard itself: versions, paths, the terminal."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from quotaboard import __version__
from quotaboard.cli.checks.section import Section, Wrong
from quotaboard.config.paths import STATE_VARIABLE, exists, log_file, state_dir
from quotaboard.config.place import ConfigPlace
from quotaboard.config.problems import Problem

LIBRARIES = ("textual", "httpx", "pydantic", "keyring", "platformdirs", "tomlkit", "hypercorn", "starlette")


def versions() -> Section:
    facts: dict[str, str | None] = {
        "quotaboard": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "installed_in": str(Path(__file__).parents[2]),
    }
    return Section("versions", facts | {name: _version(name) for name in LIBRARIES})


def places(named: ConfigPlace, home: Path, problems: list[Problem]) -> Section:
    """Where things are, and who said so."""
    facts = {
        "config": str(named.path),
        "config_chosen_by": named.chosen_by,
        "config_exists": exists(named.path),
        "state_dir": str(state_dir()),
        "state_dir_chosen_by": _chooser_of_the_state_dir(),
        "log": str(log_file()),
        "log_exists": exists(log_file()),
        "home": str(home),
    }
    wrong = tuple(Wrong(str(problem)) for problem in problems)
    return Section("places", facts, wrong)


def terminal() -> Section:
    """What the board would be drawn on."""
    size = shutil.get_terminal_size()
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    facts = {
        "interactive": interactive,
        "columns": size.columns,
        "lines": size.lines,
        "term": os.environ.get("TERM"),
        "colours": _colours(),
        "encoding": encoding,
        "inside_tmux": bool(os.environ.get("TMUX")),
    }
    wrong = []
    if os.environ.get("TERM", "dumb") == "dumb" and interactive:
        wrong.append(
            Wrong("This terminal cannot move its cursor (TERM is dumb), so the board cannot be drawn.")
        )
    if interactive and not encoding.lower().startswith("utf"):
        wrong.append(
            Wrong(
                f"The terminal's encoding is {encoding}: set LANG to a UTF-8 locale, or draw in ASCII.",
                "quotaboard --ascii",
            )
        )
    return Section("terminal", facts, tuple(wrong))


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _chooser_of_the_state_dir() -> str:
    if os.environ.get(STATE_VARIABLE):
        return STATE_VARIABLE
    return "XDG_STATE_HOME" if os.environ.get("XDG_STATE_HOME", "").startswith("/") else "default"


def _colours() -> str:
    if os.environ.get("NO_COLOR"):
        return "none (NO_COLOR)"
    if os.environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "16 million"
    return "256" if "256" in os.environ.get("TERM", "") else "16"
