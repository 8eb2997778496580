"""Tries every way in which the config lets alerts be told, and says how each went."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass

from quotaboard.cli import diagnostics
from quotaboard.config.alerts import TerminalStyle
from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert
from quotaboard.poll.alerts.desktop import NOT_INSTALLED, Desktop, is_installed
from quotaboard.poll.alerts.terminal import BELL, way_of
from quotaboard.poll.hook import run_hook

NO_TERMINAL = "Stderr is no terminal here."


@dataclass(frozen=True, slots=True)
class Tried:
    """How one way went."""

    way: str
    worked: bool | None
    """None: it was not tried, which is nobody's fault."""
    sentence: str


async def try_alert(alert: Alert, settings: AlertSettings) -> list[Tried]:
    """Quiet hours and muting do not count: a person who asks wants to hear it."""
    return [
        _bell(settings),
        await asyncio.to_thread(_terminal, alert, settings),
        await _desktop(alert, settings),
        await _hook(alert, settings),
    ]


def _bell(settings: AlertSettings) -> Tried:
    if not settings.bell:
        return Tried("bell", None, "It is switched off: `bell` in [alerts].")
    rung = diagnostics.to_terminal(BELL)
    return Tried("bell", True if rung else None, "It was rung." if rung else NO_TERMINAL)


def _terminal(alert: Alert, settings: AlertSettings) -> Tried:
    way = way_of(settings.terminal, os.environ)
    if isinstance(way, str):
        return Tried("terminal", None, way)
    if not diagnostics.to_terminal(way.sequences([alert])):
        return Tried("terminal", None, NO_TERMINAL)
    through = ", through tmux" if way.inside_tmux else ""
    return Tried("terminal", True, f"A notification was sent in the way of {_NAMES[way.style]}{through}.")


async def _desktop(alert: Alert, settings: AlertSettings) -> Tried:
    if not settings.desktop:
        more = "" if is_installed() else f" {NOT_INSTALLED}"
        return Tried("desktop", None, f"It is switched off: `desktop` in [alerts].{more}")
    trouble = await Desktop().tell(alert)
    return Tried("desktop", trouble is None, trouble or "The desktop took it.")


async def _hook(alert: Alert, settings: AlertSettings) -> Tried:
    if not settings.hook:
        return Tried("hook", None, "None is set: `hook` in [alerts].")
    trouble = await run_hook(settings.hook, alert.document(), os.environ)
    return Tried("hook", trouble is None, trouble or f"{settings.hook[0]} ended well.")


_NAMES = {
    TerminalStyle.OSC9: "iTerm2 (OSC 9)",
    TerminalStyle.OSC777: "urxvt (OSC 777)",
    TerminalStyle.KITTY: "kitty (OSC 99)",
}
