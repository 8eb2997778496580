"""What is the matter with tmux, as far as it shows quotaboard: what is in the way, and what would help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quotaboard.cli.checks.section import Wrong
from quotaboard.cli.tmux import server
from quotaboard.cli.tmux.block import LENGTH, PIECE
from quotaboard.cli.tmux.placing import chosen, holds_block

OPTIONS = (
    *("status", "status-interval", "status-right", "status-right-length", "default-terminal", "focus-events"),
    *(
        "allow-passthrough",
        "set-clipboard",
        "escape-time",
        "terminal-features",
        "terminal-overrides",
        "mouse",
    ),
)
SLOWEST = 60
"""Seconds between two drawings of the line, beyond which it is old news."""
SLOW_ESCAPE = 100
"""Milliseconds after which `esc` feels stuck."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found."""

    facts: dict[str, Any]
    wrong: tuple[Wrong, ...] = ()
    """The line cannot be seen, or is not renewed."""
    better: tuple[Wrong, ...] = ()
    """It works, and the board would be more at home."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What tmux said."""

    version: tuple[int, int] | None
    options: Mapping[str, str | None]
    features: str | None
    """Of the terminal outside; None outside of tmux."""
    installed: Path | None
    colorterm: str


def examine(home: Path, environment: Mapping[str, str]) -> Findings:
    """Asks the server that runs; changes nothing."""
    path = chosen(home, environment)
    installed = path if holds_block(path) else None
    facts: dict[str, Any] = {
        "program": server.program(),
        "version": None,
        "inside": bool(environment.get("TMUX")),
        "server": False,
        "config": str(path),
        "installed": installed is not None,
    }
    if server.program() is None:
        return Findings(facts, (Wrong("tmux is not installed, or not on the PATH.", None),))
    said, version = server.version()
    facts |= {"version": said, "server": server.runs()}
    if version is not None and version < server.OLDEST:
        oldest = ".".join(map(str, server.OLDEST))
        return Findings(facts, (Wrong(f"This is {said}, and the line needs {oldest} or newer."),))
    if not facts["server"]:
        hint = Wrong("No server runs, so its options cannot be told. Start tmux, and ask again.")
        return Findings(facts, better=(hint, *_uninstalled(installed)))
    options = {name: server.option(name) for name in OPTIONS}
    facts |= {name.replace("-", "_"): value for name, value in options.items()}
    seen = Seen(version, options, server.client_features(), installed, environment.get("COLORTERM", ""))
    return Findings(facts, tuple(in_the_way(seen)), (*_uninstalled(installed), *would_help(seen)))


def in_the_way(seen: Seen) -> Iterator[Wrong]:
    """Why the line is not seen, or is old."""
    options = seen.options
    if options["status"] == "off":
        yield Wrong("The status line is switched off, so nothing can be shown in it.", "set -g status on")
    interval = _number(options["status-interval"])
    if interval == 0:
        yield Wrong(
            "The status line is never drawn anew (status-interval 0), so what it says grows old.",
            "set -g status-interval 15",
        )
    shown = options["status-right"] or ""
    if seen.installed is not None and PIECE not in shown:
        yield Wrong(
            "The lines are in the config, but the status line of the running server does not have them: it "
            "has not read the config since, or a theme sets `status-right` after it.",
            f"tmux source-file {seen.installed}",
        )
    if PIECE in shown and _number(options["status-right-length"]) < LENGTH // 2:
        yield Wrong(
            f"The right part of the status line is cut off after {options['status-right-length']} cells.",
            f"set -g status-right-length {LENGTH}",
        )


def would_help(seen: Seen) -> Iterator[Wrong]:
    """What the board, its notifications and its keys gain from."""
    options = seen.options
    if _number(options["status-interval"]) > SLOWEST:
        every = options["status-interval"]
        yield Wrong(f"The status line is drawn anew only every {every} seconds.", "set -g status-interval 15")
    for name, wants, sentence, fix in WANTED:
        value = options[name]
        if value is not None and not wants(value):
            yield Wrong(sentence.format(value), fix)
    if options["allow-passthrough"] is None and (seen.version or (99, 0)) < (3, 3):
        yield Wrong("This tmux always passes sequences through; from 3.3 on it has to be allowed.")
    if not _has_all_colours(seen):
        yield Wrong(
            "tmux does not know that the terminal has all colours, so themes are shown in 256.",
            'set -as terminal-features ",*:RGB"',
        )


WANTED: tuple[tuple[str, Callable[[str], bool], str, str], ...] = (
    (
        "allow-passthrough",
        lambda value: value != "off",
        "allow-passthrough is off, so that notifications of the board do not reach the terminal.",
        "set -g allow-passthrough on",
    ),
    (
        "focus-events",
        lambda value: value == "on",
        "focus-events is off, so that the board cannot tell whether you look at it.",
        "set -g focus-events on",
    ),
    (
        "set-clipboard",
        lambda value: value != "off",
        "set-clipboard is off, so that what the board copies does not reach the clipboard.",
        "set -g set-clipboard on",
    ),
    (
        "default-terminal",
        lambda value: value.startswith("tmux") or "256color" in value,
        "default-terminal is {}, which has few colours and no italics.",
        'set -g default-terminal "tmux-256color"',
    ),
    (
        "escape-time",
        lambda value: _number(value) <= SLOW_ESCAPE,
        "escape-time is {} ms, so that `esc` feels stuck on the board.",
        "set -sg escape-time 10",
    ),
)
"""An option, what it should be, and what is said and done when it is not."""


def _has_all_colours(seen: Seen) -> bool:
    told = f"{seen.options['terminal-overrides'] or ''} {seen.options['terminal-features'] or ''}"
    if seen.features is not None:
        return "RGB" in seen.features or "Tc" in told
    return "RGB" in told or "Tc" in told or seen.colorterm not in {"truecolor", "24bit"}


def _uninstalled(installed: Path | None) -> tuple[Wrong, ...]:
    if installed is not None:
        return ()
    return (Wrong("The line is not in tmux's config.", "quotaboard tmux install"),)


def _number(value: str | None) -> int:
    """Of an option that this tmux does not have: enough."""
    return int(value) if value is not None and value.isdecimal() else SLOWEST if value is None else 0
