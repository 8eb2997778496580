"""An agent of the lab: one JSON file names the model, and a switch replaces it."""

import json
from pathlib import Path
from typing import Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.reading import read_content
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.domain.agent import (
    AgentState,
    Edit,
    Home,
    Key,
    Origin,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    SwitchPlan,
    TakesEffect,
    When,
)
from quotaboard.domain.lane import Kind

NAME: Final = "example-bench"
TITLE: Final = "Example Bench"


def homes(around: Surroundings) -> list[Home]:
    path = around.home / ".example-bench.json"
    return [Home(NAME, str(path))] if path.exists() else []


def look(home: Home, around: Surroundings) -> AgentState:
    now = verify(home, around)
    if isinstance(now, Refusal):
        return AgentState(home, None, trouble=now)
    models = {now.model, "example-small", "example-large"}
    profiles = tuple(
        Profile(str(model), _route(str(model)), Origin.OWN, active=model == now.model)
        for model in sorted(map(str, models))
    )
    return AgentState(home, now, now, profiles=profiles)


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
    before = verify(home, around)
    content = read_content(Path(home.path))
    if isinstance(before, Refusal):
        return before
    if isinstance(content, Refusal):
        return content
    after = json.dumps({"model": profile.route.model}).encode()
    edits = (Edit(home.path, content.raw, after),)
    return SwitchPlan(home, profile, before, profile.route, edits, masked_diff(home.path, content.raw, after))


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    content = read_content(Path(home.path))
    if isinstance(content, Refusal):
        return content
    try:
        return _route(str(json.loads(content.text)["model"]))
    except (ValueError, KeyError, TypeError):
        return Refusal(RefusalKind.BROKEN, f"{home.path} names no model: write one.", home.path)


def takes_effect(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:
    return (TakesEffect("sessions", When.NEW_SESSION, "The next session uses it."),)


def _route(model: str) -> Route:
    return Route("example-lab", model, key=Key("~/.example-lab-key", kind=Kind.API_KEY))
