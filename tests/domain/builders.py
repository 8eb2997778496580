"""Small builders for answers, lanes and cases."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from quotaboard.domain.answer import Answer, Asked, ErrorFacts
from quotaboard.domain.diagnosis import Case
from quotaboard.domain.holding import Policy
from quotaboard.domain.lane import Client, Lane
from quotaboard.domain.reading import Origin, Overage, Reading, Window
from quotaboard.providers.anthropic.provider import PROVIDER
from quotaboard.providers.anthropic.rules import RULES

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HAIKU, SONNET, OPUS, FABLE = "claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-5-5", "claude-fable-5-2"
UNIFIED = "anthropic-ratelimit-unified-"
GATE = "You're out of extra usage. Add more at claude.ai/settings/usage and keep going."


def lane(
    model: str = SONNET, shape: str = "tools", client: Client = Client.DIRECT, credential: str = "max"
) -> Lane:
    return Lane(credential, "anthropic", model, shape, client)


def asked(on: Lane) -> Asked:
    return Asked(on.model, on.shape, 0 if on.shape == "plain" else 1, "oauth", on.client)


def answer(
    on: Lane,
    status: int = 200,
    message: str = "",
    *,
    at: datetime = NOW,
    windows: Iterable[Window] = (),
    overage: Overage | None = None,
    kind: str | None = None,
) -> Answer:
    """What came back on a lane; the headers that told of its windows are there too."""
    told = tuple(windows)
    headers = {f"{UNIFIED}{window.name}-status": window.status or "" for window in told}
    return Answer(
        provider="anthropic",
        at=at,
        asked=asked(on),
        status=status,
        headers=headers,
        error=ErrorFacts(type=kind, message=message) if status >= 400 else None,
        windows=told,
        overage=overage,
    )


def bare(on: Lane, at: datetime = NOW) -> Answer:
    return answer(on, 429, "Error", at=at, kind="rate_limit_error")


def gate(on: Lane, at: datetime = NOW) -> Answer:
    return answer(on, 400, GATE, at=at, kind="invalid_request_error")


def window(name: str, used: float | None, *, status: str | None = None, hours: float = 2) -> Window:
    family = {"7d_oi": "Fable", "7d_sonnet": "Sonnet", "7d_opus": "Opus"}.get(name)
    return Window(name, used, NOW + timedelta(hours=hours), status, family)


def wall(on: Lane, name: str = "5h", at: datetime = NOW, hours: float = 2) -> Answer:
    full = window(name, 1.0, status="rejected", hours=hours)
    return answer(on, 429, "This request would exceed …", at=at, windows=[full], kind="rate_limit_error")


def reading(*windows: Window, at: datetime = NOW, overage: Overage | None = None) -> Reading:
    return Reading(at, Origin.USAGE, windows, overage)


def case(
    answers: Mapping[Lane, Iterable[Answer]],
    *,
    unseen: Iterable[Lane] = (),
    readings: Iterable[Reading] = (),
    now: datetime = NOW,
    policy: Policy = Policy(),
) -> Case:
    """The case of one credential; what its answers say of windows is among its readings."""
    told = [one for many in answers.values() for one in many]
    own = [
        Reading(one.at, Origin.PROBE, one.windows, one.overage) for one in told if one.windows or one.overage
    ]
    return Case(
        lanes=(*answers, *unseen),
        answers={on.id: tuple(many) for on, many in answers.items()},
        readings=(*own, *readings),
        rules=RULES,
        demand=PROVIDER.demand,
        now=now,
        policy=policy,
    )
