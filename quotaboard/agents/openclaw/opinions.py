"""What OpenClaw thinks of its lanes: the models that it avoids by itself, and until when. It may be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.agents.openclaw import places
from quotaboard.agents.openclaw.config import read_config
from quotaboard.agents.openclaw.routes import World, chain, default_agent, model_path, pauses
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


def state_files(home: Home) -> list[Path]:
    """The files of which one changes when its opinion does."""
    agents = Path(home.path) / "agents"
    try:
        folders = sorted(agents.glob("*/agent"))
    except OSError:
        folders = []
    names = ("openclaw-agent.sqlite", "openclaw-agent.sqlite-wal", "auth-state.json", "auth-profiles.json")
    return [folder / name for folder in folders for name in names]


def opinions(home: Home, around: Surroundings) -> list[Opinion]:
    """The models that it avoids now."""
    place = places.place_of(home, around)
    config = read_config(place, around)
    if isinstance(config, Refusal):
        return []
    agent = default_agent(config)
    world = World(config, read_state(place.state, agent), agent, around.now)
    return [
        Opinion(model, reason, until if until - around.now <= ABSURD else None)
        for model, until, reason in pauses(chain(config, model_path(config, agent)), world)
    ]
