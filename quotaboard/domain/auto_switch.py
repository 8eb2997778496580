"""Whether an agent is to be put on another profile by itself: a pure function, so that each decision replays.

It leaves a lane only after a refusal that is certain, goes only where requests like the agent's are seen to
be served, and comes back once a better choice has been open for a while. Between two switches it rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from quotaboard.domain.advice import Advice, Advised, Fit, Permission
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.wording import clock

SOON = timedelta(minutes=5)
"""A throttle that ends within this is waited for rather than fled."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the person wants of it, for one agent."""

    order: tuple[str, ...] = ()
    """Profiles by preference, the only ones that it uses; empty: all, in the order of advice."""
    back_after: timedelta = timedelta(minutes=30)
    """How long a better choice must have been open before the agent is put back on it."""
    cool_down: timedelta = timedelta(minutes=10)
    """The shortest time between two switches."""
    allow_paid: bool = False
    """Lanes that are billed beyond their plan; and, without an order, those that are billed by the token."""
    allow_unknown: bool = False


class Action(StrEnum):
    """What is decided."""

    STAY = "stay"
    WAIT = "wait"
    """A switch is wanted, and it is not time yet."""
    SWITCH = "switch"
    """Away from a lane that refuses."""
    BACK = "back"
    """To a choice that is better, and open again."""
    STUCK = "stuck"
    """The lane refuses, and nothing else may be chosen."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one agent, and why."""

    agent: str
    action: Action
    reason: str
    """A stable machine word."""
    sentence: str
    from_profile: str | None = None
    to_profile: str | None = None
    at: datetime | None = None
    not_before: datetime | None = None
    """Of a wait: when it ends."""

    @property
    def moves(self) -> bool:
        return self.action in (Action.SWITCH, Action.BACK)


def decide(advice: Advice, rules: Rules, switched_at: datetime | None, now: datetime) -> Decision:
    """What to do now. `switched_at`: when the agent was last put on another profile, by whomever."""
    agent, active = advice.agent.id, advice.active
    if advice.agent.trouble or advice.agent.locked:
        sentence = advice.agent.trouble or advice.agent.locked or ""
        return Decision(agent, Action.STAY, "not_switchable", sentence, at=now)
    if active is None or advice.agent.now is None:
        return Decision(agent, Action.STAY, "route_unknown", "It is not known what it is on.", at=now)
    judged = advice.agent.now.judgement
    choices = _choices(advice, rules)
    if is_refused(judged, now):
        wanted = _away(choices, active, rules)
        if wanted is None:
            why = f"{active.name} {_why(active, judged)}, and nothing else is allowed."
            sentence = f"{why} By hand: {advice.sentence}"
            return Decision(agent, Action.STUCK, "no_choice", sentence, active.name, at=now)
        sentence = (
            f"{active.name} {_why(active, judged)}; {wanted.name} {wanted.why}.{_passed(choices, wanted)}"
        )
        move = Decision(agent, Action.SWITCH, _slug(judged), sentence, active.name, wanted.name, now)
    else:
        back = _better(choices, active, rules, now)
        if back is None:
            return Decision(agent, Action.STAY, _slug(judged), _calm(active, judged), active.name, at=now)
        since = back.profile.since or now
        sentence = f"{back.name} comes before {active.name} and has been open since {clock(since)}."
        move = Decision(agent, Action.BACK, "first_choice_open", sentence, active.name, back.name, now)
    return _rested(move, rules, switched_at, now)


def is_refused(judgement: Judgement, now: datetime) -> bool:
    """A request was refused for certain, and not just for a moment: no meter, no suspicion, no old news."""
    if judgement.blocked is not True or judgement.stale or not judgement.confirmed:
        return False
    # A full meter is no refusal yet, and a login that we cannot read may be one that the agent can.
    if judgement.rule.startswith(("meters.", "source.")):
        return False
    if judgement.until is not None and judgement.until <= now:
        return False
    if judgement.verdict is Verdict.THROTTLED:
        return judgement.until is not None and judgement.until - now > SOON
    return True


def _choices(advice: Advice, rules: Rules) -> list[Advised]:
    """By preference."""
    if not rules.order:
        return list(advice.ranked)
    return [one for name in rules.order if (one := advice.of(name)) is not None]


def _may(one: Advised, rules: Rules) -> bool:
    # A person who names a profile has agreed to its price, but not to its plan's overage.
    metered = bool(rules.order) or rules.allow_paid
    return one.may_be_chosen(Permission(rules.allow_paid, metered, rules.allow_unknown))


def _away(choices: Sequence[Advised], active: Advised, rules: Rules) -> Advised | None:
    allowed = [one for one in choices if one.name != active.name and _may(one, rules)]
    # What is allowed, but paid for or not known, comes after everything that serves on a plan.
    return min(allowed, key=lambda one: 0 if one.fit <= Fit.SHORT else one.fit, default=None)


def _better(choices: Sequence[Advised], active: Advised, rules: Rules, now: datetime) -> Advised | None:
    """A choice that comes before the active one and has been open for long enough; only with an order."""
    if active.name not in rules.order:
        return None  # somebody put the agent elsewhere on purpose
    for one in choices[: [choice.name for choice in choices].index(active.name)]:
        known, since = one.profile.judgement, one.profile.since
        is_open = known.verdict is Verdict.OPEN and not known.stale and known.confirmed
        if is_open and _may(one, rules) and since is not None and now - since >= rules.back_after:
            return one
    return None


def _rested(move: Decision, rules: Rules, switched_at: datetime | None, now: datetime) -> Decision:
    # A switch that is dated ahead of now was made before the clock was put back, so it is no reason to wait.
    if switched_at is None or not switched_at <= now < switched_at + rules.cool_down:
        return move
    ends = switched_at + rules.cool_down
    sentence = f"It was switched at {clock(switched_at)} and rests until {clock(ends)}. {move.sentence}"
    return Decision(
        move.agent, Action.WAIT, "cool_down", sentence, move.from_profile, move.to_profile, now, ends
    )


def _passed(choices: Sequence[Advised], wanted: Advised) -> str:
    """Why not those that come before it, or look emptier."""
    before = choices[: [choice.name for choice in choices].index(wanted.name)]
    emptier = [
        one
        for one in choices
        if one.fit > wanted.fit and one.used is not None and (wanted.used is None or one.used < wanted.used)
    ]
    told = {one.name: one for one in (*before, *emptier) if not one.profile.active}
    return "".join(f" Not {one.name}: it {one.why}." for one in told.values())


def _why(active: Advised, judged: Judgement) -> str:
    if active.profile.judgement == judged:
        return active.why
    return f"is refused ({judged.verdict.value.replace('_', ' ')})"


def _calm(active: Advised, judged: Judgement) -> str:
    if judged.blocked is True:
        return f"{active.name} {active.why}, which is not certain or not for long: it is not left for that."
    return f"{active.name} {active.why}."


def _slug(judged: Judgement) -> str:
    return judged.verdict.value
