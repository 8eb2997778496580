"""Where Hermes keeps its homes, and who else may have a say in them."""

from __future__ import annotations

import re
from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.agents.reading import Content, read_content
from quotaboard.domain.agent import Home, Refusal, RefusalKind

NAME = "hermes"

_PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SIGNS = ("config.yaml", ".env", "auth.json", "state.db", "profiles")


def homes(around: Surroundings) -> list[Home]:
    """The home in use first, then the root and its other profiles by name."""
    named = around.variable("HERMES_HOME")
    home = around.expand(named) if named else around.home / ".hermes"
    root = root_of(home, around)
    if named is None and (sticky := _sticky_profile(root)):
        home = root / "profiles" / sticky
    others = [each for each in (root, *_profiles(root)) if each != home]
    found = [Home(NAME, str(home))] if _is_home(home) else []
    return found + [
        Home(NAME, str(each), "default" if each == root else each.name, active=False)
        for each in others
        if _is_home(each)
    ]


def root_of(home: Path, around: Surroundings) -> Path:
    """The home that has the profiles, and whose credentials a profile without its own uses."""
    default = around.home / ".hermes"
    if home == default or default in home.parents:
        return default
    return home.parent.parent if home.parent.name == "profiles" else home


def managed_folder(around: Surroundings) -> Path | None:
    """Where an administrator pins keys for everybody."""
    named = around.variable("HERMES_MANAGED_DIR")
    folder = Path(named) if named else around.system("/etc/hermes")
    return folder if folder.is_dir() else None


def write_lock(home: Path, around: Surroundings) -> Refusal | None:
    """Why a package manager's config must not be written by anybody else."""
    sentence = "change the route in the deployment's own configuration, and deploy it."
    if owner := around.variable("HERMES_MANAGED"):
        return Refusal(
            RefusalKind.MANAGED,
            f"Hermes is managed here (HERMES_MANAGED={owner}): {sentence}",
            str(home / "config.yaml"),
        )
    if (home / ".managed").exists():
        return Refusal(
            RefusalKind.MANAGED,
            f"Hermes is managed here ({home / '.managed'} exists): {sentence}",
            str(home / ".managed"),
        )
    return None


def _is_home(path: Path) -> bool:
    return any((path / sign).exists() for sign in _SIGNS)


def _sticky_profile(root: Path) -> str | None:
    content = read_content(root / "active_profile")
    name = content.text.strip() if isinstance(content, Content) else ""
    # A name with a separator would lead out of the folder of profiles.
    return name if name and name != "default" and Path(name).name == name else None


def _profiles(root: Path) -> list[Path]:
    try:
        found = sorted(path for path in (root / "profiles").iterdir() if path.is_dir())
    except OSError:
        return []
    # Hermes lists no others: a folder that is hidden, or called otherwise, is somebody's copy.
    return [path for path in found if _PROFILE.fullmatch(path.name)]
