"""Agents and boards for advice: four accounts, of which the two emptiest refuse what agents send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from quotaboard.domain.board import AgentView, Board, CredentialView, Price, ProfileView, WindowView
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import TOOLS, Credential, Kind, Lane
from quotaboard.domain.reading import Origin, Sighting, Window
from quotaboard.domain.verdict import DEFAULT_RETRY, Verdict

NOW = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
MODEL = "claude-sonnet-4-6"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Account:
    """One profile and the credential that it stands on."""

    name: str
    verdict: Verdict = Verdict.OPEN
    used: float | None = 0.3
    reason: str | None = None
    price: Price = Price.PLAN
    confirmed: bool = True
    until: datetime | None = None
    since: datetime = NOW - 2 * HOUR
    trouble: str | None = None
    seen: bool = True
    stale: bool = False

    @property
    def lane(self) -> Lane:
        return Lane(self.name, "anthropic", MODEL, TOOLS)

    @property
    def judgement(self) -> Judgement:
        if not self.seen:
            return UNSEEN
        return Judgement(
            Verdict.UNKNOWN if self.stale else self.verdict,
            rule="test",
            reason=self.reason,
            retry=DEFAULT_RETRY[self.verdict],
            until=self.until,
            confirmed=self.confirmed,
            summary="It is as it is.",
            observed_at=NOW - timedelta(minutes=1),
            stale=self.stale,
            was=self.verdict if self.stale else None,
        )


TOOLS_GATED = Account("gated", Verdict.GATED, 0.03, "out_of_extra_usage")
MODEL_GATED = Account("models", Verdict.GATED, 0.09, "bare_429")
EXHAUSTED = Account("spent", Verdict.SPENT, 1.01, "5h", until=NOW + 2 * HOUR)
HEALTHY = Account("healthy", Verdict.OPEN, 0.37)
FOUR = (TOOLS_GATED, MODEL_GATED, EXHAUSTED, HEALTHY)


def window(used: float, name: str = "5h", seconds: int = 18_000, left: timedelta = 2 * HOUR) -> WindowView:
    told = Window(name, used, NOW + left, "allowed" if used < 1 else "rejected", seconds=seconds)
    return WindowView(Sighting(told, NOW - timedelta(minutes=1), Origin.PROBE), stale=False)


def board_with(
    accounts: Sequence[Account],
    active: str | None = None,
    windows: Mapping[str, Sequence[WindowView]] | None = None,
    now: datetime = NOW,
) -> tuple[AgentView, Board]:
    """An agent that sends tools, with a profile on each account, and the board with all of them."""
    profiles = tuple(
        ProfileView(
            one.name,
            lane=one.lane,
            active=one.name == active,
            model=MODEL,
            provider="anthropic",
            price=one.price,
            trouble=one.trouble,
            judgement=one.judgement,
            since=one.since,
        )
        for one in accounts
    )
    agent = AgentView(
        "hermes",
        "Hermes",
        "/home/user/.hermes",
        running=True,
        now=next((replace(one) for one in profiles if one.active), None),
        profiles=profiles,
    )
    credentials = tuple(
        CredentialView(
            Credential(one.name, "anthropic", Kind.OAUTH, f"env:{one.name.upper()}"),
            windows=tuple((windows or {}).get(one.name, () if one.used is None else (window(one.used),))),
        )
        for one in accounts
    )
    return agent, Board(now, credentials, (agent,))
