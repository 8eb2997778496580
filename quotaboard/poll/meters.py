"""Free readings: which of a provider's answers counts, and what the files of a client hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quotaboard.domain.answer import Answer, Fault
from quotaboard.domain.reading import Balance, Reading
from quotaboard.domain.rules import Rule, judge
from quotaboard.domain.verdict import Scope
from quotaboard.poll.means import NO_SUCH_METER, OWN_CLIENT, PLAN_CLIENT
from quotaboard.sources.base import Surroundings


def is_of_this_endpoint(answer: Answer, rules: Sequence[Rule]) -> bool:
    """Whether a refused reading speaks of its address alone, so that the next one may tell more.

    One that was asked too often is no reason to ask its neighbours.
    """
    if answer.fault is Fault.NOT_JSON:
        return True
    if answer.status is None or answer.status == 429 or answer.fault is not None:
        return False
    if answer.status in NO_SUCH_METER or answer.status >= 500:
        return True
    return answer.error is not None and judge(answer, rules).scope is Scope.ENDPOINT


def is_half(answer: Answer) -> bool:
    """A limit, of which another answer says how much is used."""
    money = answer.balance
    return (
        not answer.windows
        and money is not None
        and money.limit is not None
        and money.used is None
        and money.remaining is None
    )


def joined(first: Answer, second: Answer) -> Answer:
    """One answer of a limit and of its use; only the limit where the second does not tell."""
    from quotaboard.providers.relay import together  # the dialect, and few gateways tell in halves

    used: Balance | None = second.balance
    if first.balance is None or used is None or used.used is None:
        return first
    return replace(second, balance=together(first.balance, used), notes=(*first.notes, *second.notes))


def passive_reading(source: str, around: Surroundings) -> Reading | None:
    """What a client has written down of its own account: Claude Code's cache, Codex' last turn."""
    if source == PLAN_CLIENT:
        from quotaboard.providers.codex.rollouts import newest_reading

        return newest_reading(around.folder("CODEX_HOME", ".codex"), around.now)
    if source == OWN_CLIENT:
        return _claude_codes(around)
    return None


def _claude_codes(around: Surroundings) -> Reading | None:
    from quotaboard.providers.anthropic.cached import cached_reading
    from quotaboard.sources.claude_code import cached_usage
    from quotaboard.sources.claude_state import CachedUsage

    found = cached_usage(around)
    if not isinstance(found, CachedUsage):
        return None
    return cached_reading(found.utilization, found.fetched_at, around.now)
