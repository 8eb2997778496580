"""The port that every agent implements, and what it may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from quotaboard.domain.agent import (
    AgentState,
    GivenProfile,
    Home,
    Profile,
    Refusal,
    Route,
    SwitchPlan,
    TakesEffect,
)
from quotaboard.domain.lane import Credential
from quotaboard.domain.secret import Secret
from quotaboard.user_home import UserHome


@dataclass(frozen=True, slots=True)
class Surroundings(UserHome):
    """What an agent may be looked for in."""

    now: datetime
    state_dir: Path
    """Our own state folder: journals and backups of switches lie in its `switches`."""
    cwd: Path | None = None
    """The project whose own settings may override the user's; None when there is none."""
    root: Path = Path("/")
    """Where `/etc` and `/proc` lie."""
    own_profiles: tuple[GivenProfile, ...] = ()
    """The profiles of our config."""
    credentials: tuple[Credential, ...] = ()
    """Every credential that was found, without its secret."""
    secrets: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    """By the credential's name, for an agent that must be given the key itself; most need only its place."""

    def system(self, path: str) -> Path:
        """A path of the machine, such as `/etc/hermes`."""
        return self.root / path.lstrip("/")

    def credential(self, name: str) -> Credential | None:
        """The credential that is called so."""
        return next((one for one in self.credentials if one.name == name), None)

    def profiles_for(self, agent: str) -> list[GivenProfile]:
        """The profiles of our config that are meant for this agent."""
        return [one for one in self.own_profiles if one.agent == agent]


@runtime_checkable
class KeptElsewhere(Protocol):
    """An agent that keeps its settings where no file of it is ours to write, and is switched by its own API.

    The edits of its plans name what is changed there, for people to read.
    """

    def write(self, plan: SwitchPlan, around: Surroundings) -> Refusal | None:
        """Do what the plan says, if nothing has changed since it was made."""

    def take_back(self, home: Home, around: Surroundings) -> str | Refusal:
        """Undo the newest switch; returns the profile that it leaves."""


class Agent(Protocol):
    """A kind of agent; a module can be one. Trouble is a value, and only `switching` ever writes."""

    NAME: str
    """As commands and our config call it: `hermes`, `claude-code`, …"""
    TITLE: str
    """As people call it."""

    def homes(self, around: Surroundings) -> list[Home]:
        """Every home that is there, the one in use first; none at all is no trouble."""

    def look(self, home: Home, around: Surroundings) -> AgentState:
        """What the home is on and could be put on, read now. A broken file is the state's `trouble`."""

    def plan(self, home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
        """What putting it on the profile would change. Writes nothing."""

    def verify(self, home: Home, around: Surroundings) -> Route | Refusal:
        """What the agent will make of its files, read now as the agent itself reads them."""

    def takes_effect(self, home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:
        """When a change to this route reaches what runs, and the exact commands if any."""
