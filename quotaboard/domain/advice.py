"""Which profile an agent is best put on, and why not the others: a pure function of what is known of each.

An agent that sends tools is judged by lanes with tools alone: a plan with empty meters that refuses them is
of no use to it, however healthy it looks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from quotaboard.domain.board import AgentView, Board, Price, ProfileView, WindowView
from quotaboard.domain.endurance import Endurance, Need, endurance
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import PLAIN, Lane
from quotaboard.domain.reading import Window
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.windows import holds_back
from quotaboard.domain.wording import clock, percent

_VARIANT = re.compile(r"-\d{8}$|:free$")
"""What a model's name may end in that is the same model still."""
_ORDINARY = frozenset(
    [
        "A",
        "An",
        "Every",
        "It",
        "Its",
        "Looking",
        "No",
        "Nobody",
        "Nothing",
        "Requests",
        "That",
        "The",
        "There",
        "This",
        "You",
        "Your",
    ]
)
"""Words that only begin with a capital because they begin a sentence; any other may be a name."""


CAPS = ("key-cap", "spend")
"""Windows that count money, not use."""


class Fit(IntEnum):
    """How well a profile serves an agent, best first."""

    SERVES = 0
    SHORT = 1
    """It serves, but is near its limit or will not last as long as it is needed."""
    PAID = 2
    """It serves, and is billed beyond the plan."""
    UNTOLD = 3
    """Nobody knows."""
    WAITS = 4
    """It is blocked, and it is known until when."""
    REFUSES = 5
    UNUSABLE = 6
    """It cannot be used as it is: no key, no model, …"""


@dataclass(frozen=True, slots=True)
class Permission:
    """What the person allows a choice that nobody confirms. A refusing lane is never chosen."""

    paid: bool = False
    """Lanes that are billed beyond the plan."""
    metered: bool = True
    """Lanes that are billed by the token."""
    unknown: bool = False
    """Lanes of which nobody knows whether they serve."""


@dataclass(frozen=True, slots=True)
class Advised:
    """One profile in the order of advice."""

    profile: ProfileView
    fit: Fit
    why: str
    """What follows the profile's name in a sentence: `serves; its 5h window is 37 % used`."""
    lasts: Endurance
    used: float | None = None
    """Of the fullest window that governs its lane; None when no meter is known."""

    @property
    def name(self) -> str:
        return self.profile.name

    def may_be_chosen(self, permission: Permission) -> bool:
        """Whether an agent may be put on it without asking."""
        if self.profile.price is Price.METERED and not permission.metered:
            return False
        match self.fit:
            case Fit.SERVES | Fit.SHORT:
                return True
            case Fit.PAID:
                return permission.paid
            case Fit.UNTOLD:
                return permission.unknown
            case _:
                return False


@dataclass(frozen=True, slots=True)
class Advice:
    """The profiles of one agent, best first."""

    agent: AgentView
    ranked: tuple[Advised, ...]
    best: Advised | None
    """What it is best on, which may be what it is on; None when nothing serves that may be chosen."""
    sentence: str
    """What to do, and why not what looks emptier."""

    def of(self, name: str) -> Advised | None:
        return next((one for one in self.ranked if one.name == name), None)

    @property
    def active(self) -> Advised | None:
        return next((one for one in self.ranked if one.profile.active), None)


def advise(
    agent: AgentView, board: Board, need: Need | None = None, permission: Permission | None = None
) -> Advice:
    """Every profile of the agent in the order of advice, and the one to be on."""
    permission = permission or Permission()
    ranked = tuple(sorted((assess(profile, board, need or Need()) for profile in agent.profiles), key=_order))
    best = next((one for one in ranked if one.may_be_chosen(permission)), None)
    active = next((one for one in ranked if one.profile.active), None)
    if best is not None and active is not None and _rank(active) == _rank(best):
        best = active  # nobody moves for nothing
    return Advice(agent, ranked, best, _sentence(agent, ranked, best, active))


def brings(profile: ProfileView, agent: AgentView) -> str | None:
    """The model of a profile, where the agent has another one now."""
    now = agent.now.model if agent.now else None
    if profile.active or now is None or profile.model is None or _bare(profile.model) == _bare(now):
        return None
    return profile.model


def _bare(model: str) -> str:
    """Without its vendor and its date, and as the makers of routers spell it too."""
    return _VARIANT.sub("", model.rpartition("/")[2].replace(".", "-").casefold())


def may_go_to(agent: AgentView, board: Board) -> tuple[str, ...]:
    """The other profiles that it may be put on without a further question, best first."""
    ranked = advise(agent, board).ranked
    return tuple(one.name for one in ranked if not one.profile.active and one.may_be_chosen(Permission()))


def windows_of(lane: Lane | None, board: Board) -> tuple[WindowView, ...]:
    """The windows that hold back requests on this lane."""
    if lane is None:
        return ()
    held = next((one for one in board.credentials if one.credential.name == lane.credential), None)
    if held is None:
        return ()
    return tuple(view for view in held.windows if view.sighting.window.governs(lane.model) and _counts(view))


def _counts(view: WindowView) -> bool:
    window = view.sighting.window
    return window.utilization is not None and (holds_back(window) or window.name in CAPS)


def assess(profile: ProfileView, board: Board, need: Need) -> Advised:
    """How well one profile serves, and why."""
    windows = windows_of(profile.lane, board)
    fresh = [view.sighting.window for view in windows if not view.stale]
    fullest = max(fresh, key=lambda window: window.utilization or 0.0, default=None)
    lasts = endurance(windows, need, board.at)
    fit = _fit(profile, lasts, board.at)
    why = _why(profile, fit, fullest, lasts)
    return Advised(profile, fit, why, lasts, fullest.utilization if fullest else None)


def _fit(profile: ProfileView, lasts: Endurance, now: datetime) -> Fit:
    known = profile.judgement
    if profile.trouble is not None:
        return Fit.UNUSABLE
    if profile.lane is None or known.stale:
        return Fit.UNTOLD
    match known.verdict:
        case Verdict.PAID:
            return Fit.PAID
        case Verdict.OPEN:
            return Fit.SHORT if lasts.enough is False else Fit.SERVES
        case Verdict.NEAR_LIMIT:
            return Fit.SHORT
        case _ if known.blocked is None:
            return Fit.UNTOLD
        case _:
            return Fit.WAITS if known.until is not None and known.until > now else Fit.REFUSES


def _rank(one: Advised) -> tuple[int, int]:
    return (one.fit, list(Price).index(one.profile.price))


def _order(one: Advised) -> tuple[object, ...]:
    until = one.profile.judgement.until
    waits = until.timestamp() if until is not None and one.fit is Fit.WAITS else 0.0
    return (*_rank(one), waits, 2.0 if one.used is None else one.used, not one.profile.active, one.name)


def _why(profile: ProfileView, fit: Fit, fullest: Window | None, lasts: Endurance) -> str:
    known = profile.judgement
    used = f"{_meter(fullest)} is {percent(fullest.utilization or 0.0)} used" if fullest else ""
    match fit:
        case Fit.UNUSABLE:
            return f"cannot be used as it is: {_lowered(profile.trouble or '')}"
        case Fit.UNTOLD:
            return _untold(profile)
        case Fit.PAID:
            return "serves, and every request is billed beyond the plan"
        case Fit.SERVES | Fit.SHORT:
            billed = ", billed by the token" if profile.price is Price.METERED else ""
            told = "; ".join(part for part in (used, lasts.sentence) if part)
            return f"serves{billed}; {told}" if told else f"serves{billed}"
        case _:
            return _refusal(profile.lane, known, used)


def _meter(window: Window) -> str:
    return "its cap" if window.name in CAPS else f"its {window.name} window"


def _untold(profile: ProfileView) -> str:
    known = profile.judgement
    if profile.lane is None:
        return "is not known: no credential that quotaboard watches is its key"
    if known.stale and known.was is not None:
        return f"was {_word(known.was)} when it was last asked, which is too long ago to rely on"
    if known.observed_at is None:
        return "has not been tried with such a request yet"
    return f"is not known: {_lowered(_first_sentence(known.summary))}"


def _refusal(lane: Lane | None, known: Judgement, used: str) -> str:
    until = f" until {clock(known.until)}" if known.until else ""
    match known.verdict:
        case Verdict.GATED:
            what = lane.model if lane is not None and known.reason == "bare_429" else "requests with tools"
            what = "these requests" if lane is not None and lane.shape == PLAIN else what
            sure = "" if known.confirmed else " (suspected, not confirmed)"
            return f"refuses {what}{sure}" + (f", although {used}" if used else "")
        case Verdict.SPENT:
            return f"is used up{until}"
        case Verdict.THROTTLED:
            return f"is throttled{until}"
        case Verdict.UNFUNDED:
            return f"has no money left{until}"
        case _:
            return f"is refused ({_word(known.verdict)}): {_lowered(_first_sentence(known.summary))}"


def _sentence(
    agent: AgentView, ranked: Sequence[Advised], best: Advised | None, active: Advised | None
) -> str:
    if best is None:
        if not ranked:
            return f"{agent.title} has no profile that it could be put on."
        told = "; ".join(f"{one.name} {one.why}" for one in ranked)
        return f"No profile of {agent.title} may be chosen now: {told}."
    model = brings(best.profile, agent)
    named = f"{best.name} with {model}" if model is not None and model not in best.name else best.name
    lead = f"Stay on {named}" if best is active else f"Put {agent.title} on {named}"
    if best.lasts.enough is False:
        lead = f"Nothing of {agent.title} lasts as long as it is needed. The best is {named}"
    rivals = [one for one in ranked if one is not best and _looks_better(one, best)]
    if active is not None and active is not best and active not in rivals:
        rivals.insert(0, active)
    told = "".join(f" Not {one.name}: it {one.why}." for one in rivals)
    return f"{lead}: it {best.why}.{told}"


def _looks_better(one: Advised, best: Advised) -> bool:
    """It refuses or is billed, yet its meters are emptier: whoever looks at meters alone would take it."""
    if one.fit <= best.fit or one.used is None:
        return False
    return best.used is None or one.used < best.used


def _word(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".") or "the provider did not say why"


def _lowered(text: str) -> str:
    """A sentence as a part of another one; names keep their capitals."""
    text = text.rstrip(".")
    return text[:1].lower() + text[1:] if text.partition(" ")[0] in _ORDINARY else text
