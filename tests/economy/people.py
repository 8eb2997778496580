"""Three agents at work, and what each leaves in its own files: Hermes, OpenClaw and Claude Code."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from quotaboard.domain.board import Event
from quotaboard.domain.lane import TOOLS, Client, Lane
from quotaboard.simulator.plan_bodies import usage_body
from tests.economy.making import OPUS, SONNET
from tests.economy.world import DOWN, GATED, PAID, SERVES, SPENT, World
from tests.fleet_home import append, lay_hermes, log_line

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
URL = "http://127.0.0.1:9"
"""Nobody listens there: requests stay in memory."""

GIVES_UP_AFTER = 10 * MINUTE
SAYS = {
    GATED: "HTTP 400: You're out of extra usage. Add more at claude.ai/settings/usage and keep going.",
    SPENT: "HTTP 429: This request would exceed your account's rate limit. Please try again later.",
    DOWN: "HTTP 529: Overloaded",
}
PAUSES = (30 * SECOND, MINUTE, 5 * MINUTE)
"""How long OpenClaw avoids a lane after each failure in a row."""


@dataclass(slots=True)
class Agent:
    """Works in sessions, and tries again when it is refused, until it gives up for a while."""

    lane: Lane
    world: World
    random: Random
    sessions: list[tuple[datetime, datetime]]
    next_at: datetime
    failing_since: datetime | None = None
    failures: int = 0
    at_work: bool = False
    """In a session, and not given up."""

    def in_session(self, now: datetime) -> bool:
        """Whether somebody wants it to work now, even when it has given up for a while."""
        return any(begin <= now < end for begin, end in self.sessions[:2])

    def is_asking(self, now: datetime) -> bool:
        """Whether it asks on within a minute: in a session, and in no longer pause of its own."""
        return self.at_work and self.in_session(now) and self.next_at - now <= MINUTE

    def act(self, now: datetime) -> None:
        """One request, if it is time for one."""
        while self.sessions and self.sessions[0][1] <= now:
            self.sessions.pop(0)
        if not self.sessions or now < self.sessions[0][0]:
            self.at_work, self.failing_since, self.failures = False, None, 0
            self.next_at = self.sessions[0][0] if self.sessions else now + timedelta(days=365)
            return
        self.at_work = True
        met = self.world.agent_asks(self.lane, self.random.randrange(8_000, 60_000), now)
        if self.world.hiccups and met == SERVES and self.random.random() < self.world.hiccups:
            met = DOWN
        self.tell(met, now)
        if met in (SERVES, PAID):
            self.failing_since, self.failures = None, 0
            self.next_at = now + self.random.uniform(8, 40) * SECOND
            return
        self.failing_since = self.failing_since or now
        self.failures += 1
        if now - self.failing_since < GIVES_UP_AFTER:
            self.next_at = now + self.pause()
        else:
            self.at_work, self.failing_since, self.failures = False, None, 0
            self.next_at = now + self.random.uniform(20, 60) * MINUTE

    def pause(self) -> timedelta:
        return self.random.uniform(20, 50) * SECOND

    def tell(self, met: str, now: datetime) -> None:
        """What its files say afterwards."""


@dataclass(slots=True)
class Hermes(Agent):
    home: Path = field(default_factory=Path)

    def tell(self, met: str, now: datetime) -> None:
        model, at = self.lane.model, now.strftime("%Y-%m-%d %H:%M:%S,000")
        if met in (SERVES, PAID):
            text = f"API call #1: model={model} provider=custom in=900 out=80 total=980 latency=2.1s"
        else:
            said = "Connection error." if self.world.is_offline(now) else SAYS[met]
            text = (
                f"API call failed (attempt 1/3) error_type=E thread=T provider=custom base_url={URL} "
                f"model={model} summary={said}"
            )
        append(self.home, log_line(at, text))


@dataclass(slots=True)
class OpenClaw(Agent):
    state: Path = field(default_factory=Path)

    def pause(self) -> timedelta:
        return PAUSES[min(self.failures, len(PAUSES)) - 1] + self.random.uniform(1, 5) * SECOND

    def tell(self, met: str, now: datetime) -> None:
        stats: dict[str, object] = {"lastUsed": _millis(now)}
        if met not in (SERVES, PAID):
            pause = PAUSES[min(self.failures + 1, len(PAUSES)) - 1]
            stats |= {
                "cooldownUntil": _millis(now + pause),
                "cooldownReason": "rate_limit",
                "errorCount": self.failures + 1,
                "lastFailureAt": _millis(now),
            }
        self.state.write_text(json.dumps({"usageStats": {"inline-api-key:pro": stats}}))
        # Two writes of the same moment of this machine's clock would look like one.
        os.utime(self.state, (now.timestamp(), now.timestamp()))


@dataclass(slots=True)
class ClaudeCode(Agent):
    file: Path = field(default_factory=Path)
    fetched_at: datetime | None = None
    hook: Callable[[Event], None] = lambda _event: None

    def tell(self, met: str, now: datetime) -> None:
        """It runs its hook after a failed turn; it reads its usage at most once a minute, and keeps it."""
        if met not in (SERVES, PAID):
            said = "Connection error." if self.world.is_offline(now) else f"API Error: {SAYS[met][5:]}"
            self.hook(Event(now, "claude-code", "failed", f"unknown: {said}", self.lane.id))
        if self.world.is_offline(now) or (self.fetched_at and now - self.fetched_at < MINUTE):
            return
        self.fetched_at = now
        account = self.world.state(self.lane.credential)
        body = usage_body(account.windows(now), account.overage())
        cached = {"fetchedAtMs": _millis(now), "utilization": body}
        self.file.write_text(json.dumps({"cachedUsageUtilization": cached}))


def lay_homes(home: Path, tokens: dict[str, str], now: datetime) -> None:
    """The files of the three agents, as quotaboard finds them."""
    lay_hermes(home, URL, {"team": tokens["team"]}, "team")
    openclaw = home / ".openclaw"
    (openclaw / "agents/main/agent").mkdir(parents=True)
    provider = {
        "baseUrl": URL,
        "apiKey": "${TOKEN_PRO}",
        "api": "anthropic-messages",
        "models": [{"id": SONNET, "name": "Sonnet"}],
    }
    config = {
        "agents": {"defaults": {"model": {"primary": f"pro/{SONNET}"}}},
        "models": {"providers": {"pro": provider}},
    }
    (openclaw / "openclaw.json").write_text(json.dumps(config))
    claude = home / ".claude"
    claude.mkdir()
    (claude / "settings.json").write_text(json.dumps({"model": OPUS}))
    login = {
        "accessToken": tokens["max"],
        "refreshToken": "sk-ant-ort01-demo-never-used",
        "expiresAt": _millis(now + timedelta(days=60)),
        "scopes": ["user:profile", "user:inference"],
        "subscriptionType": "max",
        "rateLimitTier": "default_claude_max_20x",
    }
    (claude / ".credentials.json").write_text(json.dumps({"claudeAiOauth": login}))


def agents(
    home: Path, world: World, seed: int, span: timedelta, hook: Callable[[Event], None]
) -> list[Agent]:
    """The three, each with its own days."""
    hermes = Lane("team", "anthropic", SONNET, TOOLS)
    openclaw = Lane("pro", "anthropic", SONNET, TOOLS)
    claude = Lane("max", "anthropic", OPUS, client=Client.OFFICIAL)
    days = [_days(world, Random(seed * 10 + number), span) for number in range(3)]
    return [
        Hermes(hermes, world, *days[0], home=home / ".hermes"),
        OpenClaw(openclaw, world, *days[1], state=home / ".openclaw/agents/main/agent/auth-state.json"),
        ClaudeCode(claude, world, *days[2], file=home / ".claude.json", hook=hook),
    ]


def _days(
    world: World, random: Random, span: timedelta
) -> tuple[Random, list[tuple[datetime, datetime]], datetime]:
    """Its luck, its sessions, and when the first begins."""
    sessions = list(_sessions(random, world.started_at, span))
    return random, sessions, sessions[0][0]


def _sessions(random: Random, begin: datetime, span: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Work and rest in turn; at night the rests are long."""
    at, end = begin + random.uniform(1, 20) * MINUTE, begin + span
    while at < end:
        until = at + random.uniform(0.4, 3.5) * HOUR
        yield at, until
        late = not 7 <= until.hour < 21
        at = until + random.uniform(4, 9) * HOUR if late else until + random.uniform(0.3, 2.5) * HOUR


def _millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)
