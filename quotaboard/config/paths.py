"""Our own folders. Nothing here creates one; `private_folder` does, when something is first written.

`line` reads this on every tick of a status bar, so it imports next to nothing.
"""

import os
import sys
from pathlib import Path

CONFIG_VARIABLE = "QUOTABOARD_CONFIG"
STATE_VARIABLE = "QUOTABOARD_STATE_DIR"


def config_dir() -> Path:
    """The folder of the config file, and of the user's own themes."""
    if home := _xdg("XDG_CONFIG_HOME", ".config"):
        return home / "quotaboard"
    import platformdirs  # 10 ms, and only needed to know another system's habits

    return Path(platformdirs.user_config_dir("quotaboard", appauthor=False))


def state_dir() -> Path:
    """The folder of the store, the log and the lease."""
    if from_environment := os.environ.get(STATE_VARIABLE):
        return Path(from_environment).expanduser()
    if home := _xdg("XDG_STATE_HOME", ".local/state"):
        return home / "quotaboard"
    import platformdirs

    return Path(platformdirs.user_state_dir("quotaboard", appauthor=False))


def log_file() -> Path:
    """Where `--debug` and a crash write."""
    return state_dir() / "quotaboard.log"


def private_folder(path: Path) -> Path:
    """The folder, made for its owner alone when it is not there yet."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _xdg(variable: str, otherwise: str) -> Path | None:
    """The folder that the variable names (a relative one is ignored), else on Linux the usual one."""
    value = os.environ.get(variable, "")
    if value.startswith("/"):
        return Path(value)
    return Path.home() / otherwise if sys.platform == "linux" else None


def exists(path: Path) -> bool | None:
    """Whether there is such a file or folder; None where this user may not look."""
    try:
        return path.exists()
    except OSError:
        return None
