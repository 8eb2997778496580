"""What is in force: the config as plain frozen values, with every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from quotaboard.config.alerts import TerminalStyle
from quotaboard.domain.agent import GivenProfile
from quotaboard.domain.alert import BEFORE_EXPIRY, MARKS, AlertKind, AlertRules, QuietHours
from quotaboard.domain.lane import PLAIN, PLAIN_SHAPE, TOOLS, TOOLS_SHAPE, Client, Shape

BUILT_IN_SHAPES: Mapping[str, Shape] = {PLAIN: PLAIN_SHAPE, TOOLS: TOOLS_SHAPE}


@dataclass(frozen=True, slots=True)
class PollSettings:
    """How often the providers are asked, and what that may cost."""

    fresh_for: timedelta = timedelta(minutes=2)
    """How old a verdict on an agent's lane may be before it is looked at again."""
    stale_after: timedelta = timedelta(minutes=15)
    """How old a reading may be before it says nothing any more."""
    usage_every: timedelta = timedelta(minutes=5)
    """The shortest time between two calls of one usage endpoint."""
    daily_token_budget: int = 20_000
    """Tokens that may be spent on looking, per credential and day."""


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """One credential that the user named: where it is found, and what may be asked with it."""

    name: str
    source: str
    """In the words of the config: `claude-code`, `env:NAME`, …; `config.rules.SOURCES` lists them."""
    provider: str = "anthropic"
    probe: bool = False
    """The user's consent to spend tokens."""
    models: tuple[str, ...] = ()
    """Models whose lanes are watched besides those that agents use."""
    shapes: tuple[str, ...] = (PLAIN, TOOLS)
    clients: tuple[Client, ...] = (Client.DIRECT,)
    base_url: str | None = None
    """None for the provider's conventional variable, else its public host."""
    daily_token_budget: int | None = None
    """None for the one in `[poll]`."""


@dataclass(frozen=True, slots=True)
class UiSettings:
    """How the board looks and is handled."""

    theme: str | None = None
    """None for the board's own default."""
    ascii: bool = False
    """Draw without box and block characters."""
    mouse: bool = True


@dataclass(frozen=True, slots=True)
class AutoSwitchSettings:
    """What `watch --auto-switch` may do. Nothing happens without that word."""

    agents: tuple[str, ...] = ()
    """The agents that it may switch; empty for all."""
    profiles: tuple[str, ...] = ()
    """By preference, the only ones that it uses; empty for all, in the order of advice."""
    back_after: timedelta = timedelta(minutes=30)
    """How long a better choice must have been open before the agent is put back on it."""
    cool_down: timedelta = timedelta(minutes=10)
    """The shortest time between two switches of an agent."""
    allow_paid: bool = False
    allow_unknown: bool = False
    hook: tuple[str, ...] = ()
    """A command, as its words, that is given each decision on stdin."""


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What a person is called for, when not, and how."""

    kinds: tuple[AlertKind, ...] = tuple(AlertKind)
    marks: tuple[float, ...] = MARKS
    """Shares of a window, rising."""
    before_expiry: timedelta = BEFORE_EXPIRY
    quiet_hours: QuietHours | None = None
    """In local time."""
    bell: bool = True
    terminal: TerminalStyle = TerminalStyle.AUTO
    desktop: bool = False
    hook: tuple[str, ...] = ()
    """A command, as its words, that is given each alert on stdin."""

    @property
    def rules(self) -> AlertRules:
        return AlertRules(frozenset(self.kinds), self.marks, self.before_expiry)


@dataclass(frozen=True, slots=True)
class SnapshotSettings:
    """The advisory file for other programs."""

    path: str | None = None
    """Where it is kept up to date; None for nowhere."""


@dataclass(frozen=True, slots=True)
class FleetSettings:
    """Other machines that hold the same credentials."""

    prometheus: str | None = None
    """The server that scrapes them; None where each asks for itself."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the config file decides."""

    poll: PollSettings = PollSettings()
    credentials: tuple[CredentialEntry, ...] = ()
    profiles: tuple[GivenProfile, ...] = ()
    own_shapes: Mapping[str, Shape] = field(default_factory=dict)
    """The shapes that the user defined; `shape` knows the built-in ones too."""
    providers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The providers that the user declared, as the checked tables of the file."""
    auto_switch: AutoSwitchSettings = AutoSwitchSettings()
    alerts: AlertSettings = AlertSettings()
    snapshot: SnapshotSettings = SnapshotSettings()
    fleet: FleetSettings = FleetSettings()
    ui: UiSettings = UiSettings()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other keys than the default ones, by the id of a command."""
    prices: Path | None = field(default=None, compare=False)
    """A table of prices beside the file, which comes before ours; it need not exist."""
    digest: str | None = None
    """What `config_digest` said of the file that this was read from; None when there was none."""

    def shape(self, name: str) -> Shape:
        """The shape of that name, built in or the user's own."""
        return BUILT_IN_SHAPES.get(name) or self.own_shapes[name]

    def budget_of(self, entry: CredentialEntry) -> int:
        """Tokens that may be spent a day on looking with this credential."""
        own = entry.daily_token_budget
        return self.poll.daily_token_budget if own is None else own
