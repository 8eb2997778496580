"""What a person wants to be called for, and when they do not want to be called at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from quotaboard.domain.document import Document, moment
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.windows import NEAR

SCHEMA = "quotaboard.alert/1"
MARKS = (NEAR,)
BEFORE_EXPIRY = timedelta(minutes=5)
MOST_ABOUT = 20
"""A document names so many things; `count` says how many there were."""


class AlertKind(StrEnum):
    """What has happened. The slug is an interface and never changes meaning."""

    BLOCKED = "blocked"
    """A lane that served refuses."""
    OPEN = "open"
    """A lane that refused serves again."""
    PAID = "paid"
    """A lane serves, and every request is billed beyond the plan."""
    MARK = "mark"
    """A window is fuller than a mark."""
    RUNS_OUT = "runs_out"
    """A window will be used up well before its reset."""
    EXPIRES = "expires"
    """A credential is about to expire."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of every day, in local time; it may run over midnight."""

    start: time
    end: time

    def covers(self, now: datetime, zone: tzinfo | None = None) -> bool:
        """Whether the clock on the wall says so. None is the zone of this machine."""
        wall = now.astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class AlertRules:
    """What is worth a call."""

    kinds: frozenset[AlertKind] = frozenset(AlertKind)
    marks: tuple[float, ...] = MARKS
    """Shares of a window, rising."""
    before_expiry: timedelta = BEFORE_EXPIRY
    """A login that its owner renews: programs do that about five minutes before."""
    before_expiry_for_good: timedelta = timedelta(days=3)
    """A token that nobody renews."""


@dataclass(frozen=True, slots=True)
class About:
    """One thing that an alert is about, as far as it applies."""

    credential: str
    lane: str | None = None
    """Its id."""
    model: str | None = None
    """Of the lane, or the scope of the window."""
    shape: str | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    until: datetime | None = None
    summary: str = ""
    was: str | None = None
    """How the lane was before: `blocked`, `serves`, `paid`."""
    was_since: datetime | None = None
    window: str | None = None
    utilization: float | None = None
    mark: float | None = None
    resets_at: datetime | None = None
    empty_at: datetime | None = None
    expires_at: datetime | None = None
    renewal: str | None = None
    """The command that renews it."""
    agents: tuple[str, ...] = ()
    """Those whose next request will meet it."""

    def document(self) -> Document:
        return {
            "credential": self.credential,
            "lane": self.lane,
            "model": self.model,
            "verdict": self.verdict.value if self.verdict else None,
            "reason": self.reason,
            "until": moment(self.until),
            "was": self.was,
            "window": self.window,
            "utilization": self.utilization,
            "mark": self.mark,
            "resets_at": moment(self.resets_at),
            "empty_at": moment(self.empty_at),
            "expires_at": moment(self.expires_at),
            "renewal": self.renewal,
            "agents": list(self.agents),
        }


@dataclass(frozen=True, slots=True)
class Alert:
    """One call, however much it is about."""

    at: datetime
    kind: AlertKind
    title: str
    """A few words."""
    text: str
    """A sentence or two: why, and what helps."""
    about: tuple[About, ...] = field(default=(), compare=False)
    """Empty for one that was read from the log."""

    def document(self) -> Document:
        """What a hook is given."""
        return {
            "schema": SCHEMA,
            "at": moment(self.at),
            "kind": self.kind.value,
            "title": self.title,
            "text": self.text,
            "count": len(self.about),
            "about": [one.document() for one in self.about[:MOST_ABOUT]],
        }
