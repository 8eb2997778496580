"""Our status-line bridge in Claude Code's settings: put around the user's own command, and taken out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.claude_code.settings import Level, folder, parsed, read_settings
from quotaboard.agents.reading import mapping
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.agents.text.json_edit import edit_json
from quotaboard.agents.text.problem import Problem
from quotaboard.domain.agent import Edit, Home, Origin, Profile, Refusal, RefusalKind, Route, SwitchPlan

NAME = "statusline"
"""Whose journal the change is in: apart from the switches of the agent."""

KEY, HOOKS, FAILED = "statusLine", "hooks", "StopFailure"
THEN = "--then"
_MARKS = (" statusline ", " statusline")


@dataclass(frozen=True, slots=True)
class Bridged:
    """A status-line command of ours, taken apart."""

    own: str | None
    """The user's own command; None when there was none."""


def home_of(around: Surroundings) -> Home:
    """Its folder, with a journal of its own."""
    return Home(NAME, str(folder(around)))


def bridged(command: object) -> Bridged | None:
    """Our command with the user's in it; None for any other."""
    if not isinstance(command, str):
        return None
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    at = next((place for place, word in enumerate(words) if word == NAME), None)
    if at is None or "quotaboard" not in " ".join(words[:at]):
        return None
    rest = words[at + 1 :]
    if not rest:
        return Bridged(None)
    return Bridged(rest[1]) if len(rest) == 2 and rest[0] == THEN else None


def plan_install(program: str, around: Surroundings) -> SwitchPlan | Refusal:
    """The bridge around whatever is there; `program` is how a shell starts quotaboard."""
    home = home_of(around)
    settings = read_settings(Path(home.path), around)
    if isinstance(settings, Refusal):
        return settings
    above = (Level.MANAGED, Level.LOCAL, Level.PROJECT)
    winner = next((one for one in settings.layers if one.level in above and KEY in one.settings), None)
    if winner is not None:
        sentence = f"{winner.path} sets {KEY}, which wins over your own settings: change it there."
        return Refusal(RefusalKind.OVERRIDDEN, sentence, str(winner.path))
    user = next(layer.settings for layer in settings.layers if layer.level is Level.USER)
    line = mapping(user.get(KEY))
    if line and (line.get("type") != "command" or not isinstance(line.get("command"), str)):
        sentence = f"The {KEY} in settings.json is not a command that quotaboard knows how to wrap."
        return Refusal(RefusalKind.UNSUPPORTED, sentence, str(Path(home.path) / "settings.json"))
    own = line.get("command") if line else None
    there = bridged(own)
    own = there.own if there else own
    wrapped = f"{program} {NAME}" + (f" {THEN} {shlex.quote(own)}" if own else "")
    changes: dict[str, Any] = {"type": "command", "command": wrapped}
    text = edit_json(settings.user.text, (KEY,), changes)
    if isinstance(text, str):
        text = _with_hook(text, f"{program} {NAME} hook", user)
    return _planned(home, settings.user.raw, text)


def plan_uninstall(around: Surroundings) -> SwitchPlan | Refusal:
    """The user's own command back in its place, for when the change can no longer be undone as a whole."""
    home = home_of(around)
    settings = read_settings(Path(home.path), around)
    if isinstance(settings, Refusal):
        return settings
    user = next(layer.settings for layer in settings.layers if layer.level is Level.USER)
    there = bridged(mapping(user.get(KEY)).get("command"))
    if there is None:
        sentence = "The status line of Claude Code is not quotaboard's: there is nothing to take out."
        return Refusal(RefusalKind.NOTHING, sentence)
    # An empty command is none: Claude Code then draws no line.
    text = edit_json(settings.user.text, (KEY,), {"command": there.own or "true"})
    if isinstance(text, str):
        hooks = mapping(user.get(HOOKS)).get(FAILED)
        if isinstance(hooks, list) and any(_is_ours(group) for group in hooks):
            text = edit_json(text, (HOOKS,), {FAILED: [group for group in hooks if not _is_ours(group)]})
    return _planned(home, settings.user.raw, text)


def is_installed(around: Surroundings) -> bool:
    """Whether the user's own settings hold the bridge."""
    settings = read_settings(folder(around), around)
    if isinstance(settings, Refusal):
        return False
    return any(
        bridged(mapping(layer.settings.get(KEY)).get("command")) is not None
        for layer in settings.layers
        if layer.level is Level.USER
    )


def _with_hook(text: str, command: str, user: Mapping[str, Any]) -> str | Problem:
    groups = mapping(user.get(HOOKS)).get(FAILED)
    others = [group for group in groups if not _is_ours(group)] if isinstance(groups, list) else []
    ours = {"hooks": [{"type": "command", "command": command}]}
    return edit_json(text, (HOOKS,), {FAILED: [*others, ours]})


def _is_ours(group: object) -> bool:
    hooks = mapping(group).get("hooks")
    commands = [str(mapping(hook).get("command", "")) for hook in hooks] if isinstance(hooks, list) else []
    return bool(commands) and all(
        "quotaboard" in command and command.endswith(f"{NAME} hook") for command in commands
    )


def _planned(home: Home, before: bytes | None, text: str | Problem) -> SwitchPlan | Refusal:
    path = Path(home.path) / "settings.json"
    if isinstance(text, Problem):
        return text.as_refusal(str(path))
    after = text.encode()
    if isinstance(refusal := parsed_again(after, text, path), Refusal):
        return refusal
    route = Route(NAME)
    return SwitchPlan(
        home=home,
        profile=Profile(NAME, route, Origin.OWN),
        before=None,
        after=route,
        edits=() if after == before else (Edit(str(path), before, after),),
        diff=masked_diff(str(path), before, after, ()),
    )


def parsed_again(raw: bytes, text: str, path: Path) -> Mapping[str, Any] | Refusal:
    """What Claude Code will make of it."""
    from quotaboard.agents.reading import Content

    return parsed(Content(raw, text), path)
