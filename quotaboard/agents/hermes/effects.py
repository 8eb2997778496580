"""When a change of Hermes's config reaches what runs."""

from __future__ import annotations

from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes.gateway import gateway
from quotaboard.domain.agent import Activity, Home, Route, TakesEffect, When


def effects(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:
    """The gateway re-reads its config at each message; an open chat keeps its model until it is told."""
    prefix = f"hermes -p {home.label} " if home.label else "hermes "
    command = f"/model {route.model} --provider {route.native}" if route.model else None
    chats = TakesEffect(
        "open chats",
        When.NEW_SESSION,
        "Open chats keep their model: type this there, or start a new one.",
        command,
    )
    resumed = TakesEffect(
        "new chats",
        When.NOW,
        "New chats use it, and so does an old one that is resumed.",
        f"{prefix}chat --resume ID",
    )
    if gateway(Path(home.path), around).activity is not Activity.RUNNING:
        return (resumed, chats)
    running = TakesEffect(
        "running gateway",
        When.NEXT_MESSAGE,
        "The running gateway follows with its next message; a session with its own /model keeps it to /new.",
    )
    return (running, resumed, chats)
