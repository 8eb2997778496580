"""Agents and the routes they can be put on: where requests go, with whose key, and what a switch changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from quotaboard.domain.lane import TOOLS, Kind


@dataclass(frozen=True, slots=True)
class Key:
    """Whose key a route sends: where it lies and what it is, never the key itself."""

    place: str
    """As people read it: `ANTHROPIC_TOKEN in .env`, `the Claude Code login`, …"""
    fingerprint: str | None = None
    """As `Secret.fingerprint`; None when the place is empty or cannot be read."""
    kind: Kind | None = None
    variable: str | None = None
    """The environment variable that holds it, if one does."""

    @property
    def missing(self) -> bool:
        """Whether nothing usable is at the place. A local server needs nothing."""
        return self.fingerprint is None and self.kind is not Kind.NONE


@dataclass(frozen=True, slots=True)
class Route:
    """Provider, model, endpoint and key: changed as one, or a key could reach another provider's host."""

    provider: str
    """In our words: `anthropic`, `openrouter`, …; for an endpoint of the user's own, the agent's name."""
    model: str | None = None
    """None when the agent's own default is used."""
    base_url: str | None = None
    """None for the provider's public host."""
    api_mode: str | None = None
    """The protocol, in the agent's own word, where it has one."""
    key: Key | None = None
    native: str = ""
    """The agent's own id of the provider, such as `custom:relay`."""

    @property
    def host(self) -> str | None:
        """The host that requests go to; None for the provider's public one."""
        try:
            return urlsplit(self.base_url).hostname if self.base_url else None
        except ValueError:
            return None

    @property
    def address(self) -> str | None:
        """The base URL as it may be shown: without a user and a password in it."""
        return shown_address(self.base_url) if self.base_url else None

    def same_as(self, other: Route) -> bool:
        """Whether requests go to the same place for the same model with the same key."""
        return self._identity() == other._identity()

    def _identity(self) -> tuple[object, ...]:
        url = self.base_url.rstrip("/") if self.base_url else None
        return (self.provider, self.model, url, self.key.fingerprint if self.key else None)


def shown_address(url: str) -> str:
    """A URL without the user and the password that may stand in it."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}" if separator else url


class Origin(StrEnum):
    """Where a profile was found."""

    ACTIVE = "active"
    """It is what the agent is on now."""
    OWN = "own"
    """In the agent's own config: a named provider, a profile."""
    FALLBACK = "fallback"
    """In the agent's list of what to try next."""
    CREDENTIAL = "credential"
    """Made of a credential that the agent could use and a model that it knows."""
    GIVEN = "given"
    """In our config."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One named route that an agent can be put on."""

    name: str
    route: Route
    origin: Origin
    active: bool = False
    trouble: str | None = None
    """One sentence when it cannot be used as it is, ending in the command that mends it."""


@dataclass(frozen=True, slots=True)
class GivenProfile:
    """A profile as our config names it."""

    agent: str
    name: str
    provider: str
    model: str
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """One place where an agent keeps its config; an agent may have several."""

    agent: str
    path: str
    label: str | None = None
    """The agent's own name for it, such as a Hermes profile; None for the usual one."""
    active: bool = True
    """Whether the agent uses this one when nobody names another."""

    @property
    def id(self) -> str:
        """`hermes`, or `hermes:work` for a home that has a label."""
        return f"{self.agent}:{self.label}" if self.label else self.agent


class Activity(StrEnum):
    """Whether the agent runs now."""

    RUNNING = "running"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Running:
    """What runs, as far as can be seen without asking anybody."""

    activity: Activity = Activity.UNKNOWN
    pids: tuple[int, ...] = ()
    note: str | None = None
    """`gateway`, `2 sessions`, …"""


@dataclass(frozen=True, slots=True)
class AgentState:
    """One home of an agent: what it is on, what it will really send, and what it could be put on."""

    home: Home
    configured: Route | None
    """What its config says; None when that cannot be read, which `trouble` explains."""
    sends: Route | None = None
    """What the next request will really carry. Differs from `configured` exactly when a warning says so."""
    also_sends: tuple[Key, ...] = ()
    """Further keys that travel in the same request."""
    shape: str = TOOLS
    """What its requests carry, by which a provider may judge them."""
    profiles: tuple[Profile, ...] = ()
    running: Running = Running()
    warnings: tuple[str, ...] = ()
    version: str | None = None
    trouble: Refusal | None = None
    """Why it cannot be read."""
    locked: Refusal | None = None
    """Why it can be read but not switched: managed, overridden, read-only, …"""

    @property
    def active(self) -> Profile | None:
        return next((profile for profile in self.profiles if profile.active), None)


class When(StrEnum):
    """When a change reaches the agent."""

    NEXT_MESSAGE = "next_message"
    NEW_SESSION = "new_session"
    RESTART = "restart"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class TakesEffect:
    """When a switch reaches one kind of running thing, and what a person must do for it."""

    what: str
    """`running gateway`, `open chats`, `new sessions`, …"""
    when: When
    sentence: str
    command: str | None = None
    """The exact line to type, and where `sentence` says to type it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One file's change, as bytes. A plan's edits are written in their order; a file may be edited twice."""

    path: str
    """As the agent opens it; links are followed when it is written."""
    before: bytes | None = field(repr=False)
    """What the plan was made from; None when there is no such file yet."""
    after: bytes | None = field(repr=False)
    """None to remove the file."""
    bridge: bytes | None = field(default=None, repr=False)
    """What undo writes for a while before it restores `before`, for programs that do not notice a removal."""


@dataclass(frozen=True, slots=True)
class SwitchPlan:
    """Everything that a switch would do. Making it has changed nothing."""

    home: Home
    profile: Profile
    before: Route | None
    after: Route
    """What the agent's own read path makes of the new bytes."""
    edits: tuple[Edit, ...]
    """No prefix of them lets a key reach another provider's host. Empty: it is on the profile already."""
    diff: str
    """A unified diff with every secret masked."""
    warnings: tuple[str, ...] = ()
    effects: tuple[TakesEffect, ...] = ()
    lock: str | None = None
    """A file on which the agent itself takes an exclusive `flock` while it writes."""


class RefusalKind(StrEnum):
    """Why something was not done."""

    MANAGED = "managed"
    """Somebody's deployment owns it."""
    OVERRIDDEN = "overridden"
    """Another file or variable wins, so that writing this one would change nothing."""
    READ_ONLY = "read_only"
    FOREIGN = "foreign"
    """It belongs to another user."""
    LINKED = "linked"
    """It has a second name (a hard link), which a replacement would cut off."""
    EDITED = "edited"
    """It is not what it was when the plan was made."""
    BUSY = "busy"
    """Somebody else is writing it now."""
    UNSUPPORTED = "unsupported"
    """It cannot be changed without risking what must stay."""
    LEAK = "leak"
    """A key would reach a host that is not its provider's."""
    BROKEN = "broken"
    """It cannot be read: a syntax error, or not a file."""
    FAILED = "failed"
    """The system refused: a full disk, for example."""
    UNKNOWN = "unknown"
    """No such agent, home or profile."""
    LACKING = "lacking"
    """The credential that the profile needs is not there."""
    NOTHING = "nothing"
    """There is nothing to undo."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done. Nothing was written."""

    kind: RefusalKind
    sentence: str
    """Whole, ending in what to do."""
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A switch that was written."""

    plan: SwitchPlan
    at: datetime
    now_on: Route | Refusal
    """What the agent's own read path says of the written files."""

    @property
    def verified(self) -> bool:
        return isinstance(self.now_on, Route) and self.now_on.same_as(self.plan.after)


@dataclass(frozen=True, slots=True)
class Undone:
    """A switch that was taken back."""

    home: Home
    profile: str
    """The one that it was on."""
    at: datetime
    now_on: Route | Refusal
    merged: bool = False
    """Others had edited the file since; what they wrote is kept."""
    settles_at: datetime | None = None
    """From then on `settle` may write the file exactly as it was; until then it holds a bridge."""
    effects: tuple[TakesEffect, ...] = ()


class Stage(StrEnum):
    """Where an interrupted switch or undo stands."""

    OLD = "old"
    """The files are as they were before the switch."""
    NEW = "new"
    """The files are as the switch meant them."""
    PARTLY = "partly"
    """Some are old and some are new; no key is at another provider's host."""
    CHANGED = "changed"
    """Somebody has changed them since."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What a crash left behind, found at the next start."""

    home: Home
    profile: str
    stage: Stage
    began_at: datetime
    sentence: str
    """Which state it is in, and what to do."""
    can_undo: bool
