"""Claude Code as one of the agents: switched by `env` in the user's settings, which open sessions follow."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.claude_code import profiles
from quotaboard.agents.claude_code.profiles import Option, options, secrets_in
from quotaboard.agents.claude_code.route import sent, stray_key
from quotaboard.agents.claude_code.sessions import sessions
from quotaboard.agents.claude_code.settings import (
    API_KEY,
    AUTH_TOKEN,
    BASE_URL,
    MODEL,
    OF_THE_OLD_ROUTE,
    ROUTE,
    Level,
    Settings,
    folder,
    parsed,
    read_settings,
    with_user,
)
from quotaboard.agents.reading import Content, mapping
from quotaboard.agents.switching.target import examine
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.agents.text.json_edit import edit_json
from quotaboard.agents.text.problem import Problem
from quotaboard.domain.agent import (
    AgentState,
    Edit,
    Home,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    SwitchPlan,
    TakesEffect,
    When,
)

NAME: Final = profiles.NAME
TITLE: Final = "Claude Code"


def homes(around: Surroundings) -> list[Home]:
    """Its one folder."""
    path = folder(around)
    signs = ("settings.json", ".credentials.json", "projects")
    here = any((path / sign).exists() for sign in signs) or (around.home / ".claude.json").exists()
    return [Home(NAME, str(path))] if here else []


def look(home: Home, around: Surroundings) -> AgentState:
    """What new sessions are on; running ones follow, but for their model."""
    running = sessions(around)
    settings = read_settings(Path(home.path), around)
    if isinstance(settings, Refusal):
        return AgentState(home, None, running=running, trouble=settings)
    now = sent(settings)
    return AgentState(
        home=home,
        configured=now.route,
        sends=now.route,
        also_sends=now.also,
        profiles=tuple(option.profile for option in options(settings, around)),
        running=running,
        warnings=now.warnings,
        locked=_locked(Path(home.path), settings),
    )


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
    """The whole route at once: address, both header variables and the model, empty where not used."""
    settings = read_settings(Path(home.path), around)
    if isinstance(settings, Refusal):
        return settings
    if refusal := _locked(Path(home.path), settings):
        return refusal
    option = next((one for one in options(settings, around) if one.profile.name == profile.name), None)
    if option is None:
        sentence = f'{home.id} no longer has a profile "{profile.name}": look again.'
        return Refusal(RefusalKind.UNKNOWN, sentence)
    if option.profile.trouble:
        return Refusal(RefusalKind.LACKING, option.profile.trouble)
    return _plan(home, option, settings, around)


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    """What a new session makes of the settings now."""
    settings = read_settings(Path(home.path), around)
    return settings if isinstance(settings, Refusal) else sent(settings).route


def takes_effect(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:
    """Sessions follow the address and the key within seconds; their model they keep."""
    del home
    new = TakesEffect("new sessions", When.NOW, "New sessions use it.")
    running = TakesEffect(
        "running sessions",
        When.NEXT_MESSAGE,
        "Running sessions follow within seconds, with their next message; old clients need a restart.",
    )
    model = TakesEffect(
        "the model of running sessions",
        When.NEW_SESSION,
        "Running sessions keep their model: type this there.",
        f"/model {route.model or 'default'}",
    )
    return (running, model, new) if sessions(around).pids else (new, running, model)


def _locked(home: Path, settings: Settings) -> Refusal | None:
    target = examine(home / "settings.json")
    if isinstance(target, Refusal):
        return target
    stronger = settings.stronger(*ROUTE, *OF_THE_OLD_ROUTE)
    if stronger:
        name, layer = stronger
        managed = layer.level is Level.MANAGED
        what = (
            "ask whoever manages this machine"
            if managed
            else "change it there, or switch outside that project"
        )
        return Refusal(
            RefusalKind.MANAGED if managed else RefusalKind.OVERRIDDEN,
            f"{layer.path} sets {name}, which wins over your own settings: {what}.",
            str(layer.path),
        )
    if helper := settings.setting("apiKeyHelper"):
        return Refusal(
            RefusalKind.LEAK,
            f"apiKeyHelper in {helper[1].path} gives a key that Claude Code sends to any address: "
            "remove it from there before switching.",
            str(helper[1].path),
        )
    return None


def _plan(home: Home, option: Option, settings: Settings, around: Surroundings) -> SwitchPlan | Refusal:
    path = Path(home.path) / "settings.json"
    text = settings.user.text
    changes = (
        {} if option.profile.active or option.values is None else _changes(option.values, settings, path)
    )
    new = edit_json(text, ("env",), changes)
    if isinstance(new, Problem):
        return new.as_refusal(str(path))
    raw = None if settings.user.raw is None and not changes else new.encode()
    if refusal := _readable_by_others(path, option):
        return refusal
    after = with_user(settings, Content(raw, new), path)
    if isinstance(after, Refusal):
        return after
    now = sent(after)
    if stray := stray_key(now):
        return Refusal(RefusalKind.LEAK, stray, str(path))
    edits = (
        ()
        if raw == settings.user.raw
        else (Edit(str(path), settings.user.raw, raw, _bridge(text, changes, path, around)),)
    )
    hidden = secrets_in([option.values])
    holds = bool(hidden and edits)
    return SwitchPlan(
        home=home,
        profile=option.profile,
        before=sent(settings).route,
        after=now.route,
        edits=edits,
        diff=masked_diff(str(path), settings.user.raw, raw, hidden),
        warnings=(f"The key is written into {path}, where Claude Code looks for it.",) if holds else (),
        effects=takes_effect(home, now.route, around),
    )


def _changes(values: Mapping[str, str], settings: Settings, path: Path) -> dict[str, str]:
    """Address and token always, because a session may still hold old ones; the rest where it is set."""
    changes = {name: value for name, value in values.items() if value or name in (BASE_URL, AUTH_TOKEN)}
    for name in (*ROUTE, *OF_THE_OLD_ROUTE):
        if name not in changes and settings.find(name):
            changes[name] = ""
    del path
    return changes


def _bridge(text: str, changes: Mapping[str, str], path: Path, around: Surroundings) -> bytes | None:
    """The old settings with every variable that we add set to what it was: sessions do not notice a removal.

    That is nothing, or what the environment says; a key of the environment is not written down, though.
    """
    before = parsed(Content(text.encode(), text), path)
    present = {} if isinstance(before, Refusal) else mapping(before.get("env"))
    exported = {name: around.variable(name) or "" for name in (BASE_URL, MODEL)}
    if around.variable(AUTH_TOKEN) or around.variable(API_KEY):
        # Without its key the address would be sent the login.
        exported = {}
    added = {name: exported.get(name, "") for name in changes if name not in present}
    bridged = edit_json(text, ("env",), added)
    return bridged.encode() if added and isinstance(bridged, str) else None


def _readable_by_others(path: Path, option: Option) -> Refusal | None:
    """A key is not put where others can read it."""
    if not secrets_in([option.values]) or option.profile.active:
        return None
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
    if not mode & 0o044:
        return None
    return Refusal(
        RefusalKind.LEAK,
        f"{path} can be read by others on this machine, and the key would be written into it: "
        f"run `chmod 600 {path}` first.",
        str(path),
    )
