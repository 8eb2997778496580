"""How long a judgement holds: what was true a while ago is not what is true now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.reading import Sighting
from quotaboard.domain.verdict import SERVING, Retry, Verdict


@dataclass(frozen=True, slots=True)
class Policy:
    """When what was seen is too old to be believed."""

    stale_after: timedelta = timedelta(minutes=15)
    """An answer that was served says `open` for this long."""
    refusal_stale_after: timedelta = timedelta(hours=6)
    """A refusal without an end of its own holds for this long."""
    throttle_stale_after: timedelta = timedelta(minutes=2)


_HELD_BY_TIME = (Verdict.SPENT, Verdict.THROTTLED, Verdict.UNFUNDED)
_OWN_LENGTH = {"5h": timedelta(hours=5)}


def holds_until(judgement: Judgement, policy: Policy) -> datetime | None:
    """The moment from which the verdict is too old; None for one that was never seen."""
    seen = judgement.observed_at
    if seen is None:
        return None
    if judgement.verdict in _HELD_BY_TIME and judgement.until is not None:
        return judgement.until
    match judgement.verdict:
        case verdict if verdict in SERVING:
            return seen + policy.stale_after
        case Verdict.SPENT:
            return seen + _OWN_LENGTH.get(judgement.reason or "", policy.refusal_stale_after)
        case Verdict.THROTTLED:
            return seen + policy.throttle_stale_after
        case Verdict.UNAVAILABLE | Verdict.UNKNOWN | Verdict.BAD_REQUEST:
            return seen + policy.stale_after
        case _:
            return seen + policy.refusal_stale_after


def tells_of_now(sighting: Sighting, policy: Policy, now: datetime) -> bool:
    """Whether a window still says something: until its reset, or for a while when it named none."""
    window = sighting.window
    if window.resets_at is not None:
        return now < window.resets_at
    return now - sighting.observed_at < _OWN_LENGTH.get(window.name, policy.refusal_stale_after)


def holds(judgement: Judgement, policy: Policy, now: datetime) -> bool:
    """Whether the verdict may still be relied on."""
    until = holds_until(judgement, policy)
    return until is not None and now < until


def aged(judgement: Judgement, policy: Policy, now: datetime) -> Judgement:
    """The judgement as it stands now: itself, or `unknown` once it no longer holds."""
    if judgement.observed_at is None or judgement.stale or holds(judgement, policy, now):
        return judgement
    if judgement.verdict is Verdict.UNKNOWN:
        return judgement  # it claims nothing that could grow old, and its reason is worth keeping
    return outlived(judgement)


def outlived(judgement: Judgement) -> Judgement:
    """What is left of a judgement that no longer holds: `unknown`, and what it was."""
    was = judgement.verdict
    ended = was in _HELD_BY_TIME and judgement.until is not None
    sentence = (
        f"It was {was.replace('_', ' ')}, and the time when that ends has passed; it was not asked since."
        if ended
        else f"It was {was.replace('_', ' ')} when it was last asked, but that is too long ago to rely on."
    )
    return replace(
        judgement,
        verdict=Verdict.UNKNOWN,
        rule="unknown.reset_passed" if ended else "unknown.stale",
        reason="window_reset" if ended else "stale",
        retry=Retry.BACKOFF,
        until=None,
        summary=sentence,
        options=("ask it again",),
        stale=True,
        was=was,
    )


def overtaken(judgement: Judgement) -> Judgement:
    """What is left of a refusal of the whole credential, now that it serves something else."""
    return replace(
        outlived(judgement),
        rule="unknown.overtaken",
        reason="overtaken",
        summary=(
            f"It was {judgement.verdict.replace('_', ' ')}, but the same login has been served since; "
            "this lane has not been asked again."
        ),
    )
