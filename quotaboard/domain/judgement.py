"""The judgement on a lane: a verdict with its evidence, how long it holds, and what helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quotaboard.domain.verdict import Retry, Scope, Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen."""

    status: int | None = None
    error_type: str | None = None
    message: str = ""
    request_id: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What will happen on a lane, why, until when, and what to do."""

    verdict: Verdict
    rule: str
    """The id of the rule that fired."""
    reason: str | None = None
    """A stable machine word that refines the verdict."""
    retry: Retry | None = None
    until: datetime | None = None
    """When it is expected to change by itself."""
    scope: Scope = Scope.SHAPE
    confirmed: bool = True
    """False for a gate that one more look could still turn out to be a burst."""
    summary: str = ""
    options: tuple[str, ...] = ()
    """What helps, cheapest first."""
    evidence: Evidence = Evidence()
    observed_at: datetime | None = None
    inferred_from: str | None = None
    """The id of the lane whose answer implies this verdict."""
    stale: bool = False
    """True when what is known is too old to say how the lane is now."""
    was: Verdict | None = None
    """The last known verdict of a stale lane."""
    told_by: str | None = None
    """The machine that came to it, where it was another."""

    @property
    def blocked(self) -> bool | None:
        return self.verdict.blocked


UNSEEN = Judgement(
    verdict=Verdict.UNKNOWN,
    rule="unknown.unseen",
    reason="not_tried",
    retry=Retry.BACKOFF,
    scope=Scope.REQUEST,
    summary="No request of this kind has been tried yet, so nobody knows whether it is served.",
    options=("allow quotaboard to try one request of one token",),
)
"""What is said of a lane that nobody has tried."""
