"""What OpenClaw notes of its lanes: which it avoids by itself, and may be wrong; and when it used them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.agents.openclaw import places
from quotaboard.agents.openclaw.config import read_config
from quotaboard.agents.openclaw.routes import World, chain, default_agent, login_of, model_path, pauses
from quotaboard.agents.openclaw.state import read_state
from quotaboard.domain.agent import Home, Refusal

ABSURD = timedelta(hours=24)
"""No pause of OpenClaw's own is this long; one of 40 days was seen."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A model that it avoids."""

    model: str
    """As OpenClaw writes it: `anthropic/claude-sonnet-4-6`."""
    reason: str
    until: datetime | None
    """None when its own moment is absurdly far away."""

    @property
    def sentence(self) -> str:
        when = f"until {self.until:%H:%M} UTC" if self.until else "for longer than it should"
        return f"OpenClaw itself avoids {self.model} {when} ({self.reason}); that is its opinion only."


@dataclass(frozen=True, slots=True)
class Notes:
    """What it has noted by now."""

    opinions: tuple[Opinion, ...] = ()
    model: str | None = None
    """The first of its models that it does not avoid."""
    used_at: datetime | None = None
    """When the login of that model was used last; of several models with one login it is not told which."""


def state_files(home: Home) -> list[Path]:
    """The files of which one changes when its opinion does."""
    agents = Path(home.path) / "agents"
    try:
        folders = sorted(agents.glob("*/agent"))
    except OSError:
        folders = []
    names = ("openclaw-agent.sqlite", "openclaw-agent.sqlite-wal", "auth-state.json", "auth-profiles.json")
    return [folder / name for folder in folders for name in names]


def notes(home: Home, around: Surroundings) -> Notes:
    """What its state says now."""
    place = places.place_of(home, around)
    config = read_config(place, around)
    if isinstance(config, Refusal):
        return Notes()
    agent = default_agent(config)
    world = World(config, read_state(place.state, agent), agent, around.now)
    models = chain(config, model_path(config, agent))
    opinions = tuple(
        Opinion(model, reason, until if until - around.now <= ABSURD else None)
        for model, until, reason in pauses(models, world)
    )
    avoided = {one.model for one in opinions}
    model = next((name for name in models if name not in avoided), None)
    return Notes(opinions, model, world.state.used_at(login_of(model, world)) if model else None)
