"""What another program is given of our environment: what it needs. The rest may hold keys."""

from __future__ import annotations

from collections.abc import Mapping

NEEDED = (
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LOGNAME",
    "PATH",
    "SHELL",
    "TERM",
    "TMPDIR",
    "TMUX",
    "TMUX_PANE",
    "TMUX_TMPDIR",
    "TZ",
    "USER",
    "WAYLAND_DISPLAY",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
)
"""By tmux, by a notifier, or by a script of the user's own."""


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: environment[name] for name in NEEDED if name in environment}
