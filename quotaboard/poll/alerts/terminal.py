"""Bells and notifications as a terminal understands them, through tmux where it lets them pass."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quotaboard.config.alerts import TerminalStyle
from quotaboard.domain.alert import Alert
from quotaboard.domain.printable import printable
from quotaboard.poll.programs import run

BELL = "\a"
ESCAPE, END = "\x1b", "\x1b\\"
NAME = "quotaboard"
PATIENCE = 2.0
"""Seconds that tmux is given to say what it lets pass."""

LONGEST = 300
PASSES = ("on", "all", "1")
"""As tmux writes the option; 3.3 writes a flag."""

# In a locale without UTF-8 tmux would write `_` for the tabs, unless it is told `-u`.
_ASKED = "#{client_termname}\t#{client_termtype}\t#{allow-passthrough}"
_KNOWN = {
    "kitty": TerminalStyle.KITTY,
    "ghostty": TerminalStyle.OSC9,
    "iterm": TerminalStyle.OSC9,
    "wezterm": TerminalStyle.OSC9,
    "foot": TerminalStyle.OSC777,
    "rxvt-unicode": TerminalStyle.OSC777,
    "vte": TerminalStyle.OSC777,
}
"""By what a terminal calls itself. Others might print what they do not understand."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a terminal is notified."""

    style: TerminalStyle
    inside_tmux: bool = False

    def sequences(self, alerts: Iterable[Alert]) -> str:
        """What is to be written to the terminal."""
        said = "".join(notification(alert, self.style) for alert in alerts)
        return through_tmux(said) if self.inside_tmux and said else said


def way_of(style: TerminalStyle, environment: Mapping[str, str]) -> Way | str:
    """The way that fits the terminal of this process, or one sentence on why there is none. Asks tmux."""
    if style is TerminalStyle.OFF:
        return "Notifications by the terminal are switched off: `terminal` in [alerts]."
    if not environment.get("TMUX"):
        return _way(style, names_in(environment), inside_tmux=False)
    told = _ask_tmux(environment)
    if told is None:
        return "tmux did not say which terminal it runs in."
    *names, passes = told
    if passes not in PASSES:
        return "tmux lets no notification pass: `set -g allow-passthrough on` in its config changes that."
    return _way(style, names, inside_tmux=True)


def names_in(environment: Mapping[str, str]) -> list[str]:
    """What the terminal calls itself."""
    names = [environment.get(name, "") for name in ("TERM_PROGRAM", "TERM")]
    names += ["kitty"] if environment.get("KITTY_WINDOW_ID") else []
    return names + (["vte"] if environment.get("VTE_VERSION") else [])


def _way(style: TerminalStyle, names: Iterable[str], *, inside_tmux: bool) -> Way | str:
    if style is not TerminalStyle.AUTO:
        return Way(style, inside_tmux)
    said = " ".join(names).lower()
    found = next((known for word, known in _KNOWN.items() if word in said), None)
    if found is None:
        return "This terminal is not known to show notifications: `terminal` in [alerts] names a way to try."
    return Way(found, inside_tmux)


def notification(alert: Alert, style: TerminalStyle) -> str:
    """The alert as an escape sequence of that kind. Nothing in its words can end or begin another."""
    title, text = printable(alert.title, LONGEST), printable(alert.text, LONGEST)
    match style:
        case TerminalStyle.KITTY:
            head = f"{ESCAPE}]99;i={NAME}-{alert.kind}:f={_packed(NAME)}:e=1"
            return f"{head}:d=0:p=title;{_packed(title)}{END}{head}:d=1:p=body;{_packed(text)}{END}"
        case TerminalStyle.OSC777:
            # A semicolon would end the title.
            return f"{ESCAPE}]777;notify;{NAME}: {title.replace(';', ',')};{text.replace(';', ',')}{END}"
        case TerminalStyle.OSC9:
            # It begins with our name, for some terminals take a digit there for a command.
            return f"{ESCAPE}]9;{NAME}: {title}. {text}{END}"
        case _:
            return ""


def through_tmux(sequence: str) -> str:
    """The same, wrapped so that tmux hands it on to its own terminal."""
    return f"{ESCAPE}Ptmux;{sequence.replace(ESCAPE, ESCAPE * 2)}{END}"


def _packed(text: str) -> str:
    return b64encode(text.encode()).decode()


def _ask_tmux(environment: Mapping[str, str]) -> list[str] | None:
    pane = environment.get("TMUX_PANE")
    where = ["-t", pane] if pane else []
    try:
        done = run(["tmux", "-u", "display-message", "-p", *where, _ASKED], environment, PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return None
    told = done.stdout.rstrip("\n").split("\t")
    return told if done.returncode == 0 and len(told) == 3 else None
