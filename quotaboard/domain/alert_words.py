"""What an alert says: a few words for a title, a sentence or two below. Nothing in it can move a cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from quotaboard.domain.advice import advise
from quotaboard.domain.alert import About, Alert, AlertKind
from quotaboard.domain.alert_sights import BLOCKED
from quotaboard.domain.board import Board
from quotaboard.domain.printable import printable
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.wording import percent

TITLE = 80
TEXT = 300
NAMED = 4
"""So many things are named in the text; the others are counted."""

Edges = Mapping[AlertKind, tuple[About, ...]]


def alerts_of(edges: Edges, board: Board, zone: tzinfo | None = None) -> list[Alert]:
    """One alert for each kind, however many things it is about; the worst kind first."""
    return [_alert(kind, edges[kind], board, zone) for kind in AlertKind if edges.get(kind)]


def example(kind: AlertKind, now: datetime) -> Alert:
    """For trying what an alert looks and sounds like."""
    soon = now + timedelta(minutes=40)
    about = About(
        "example",
        lane="example/some-model/tools/direct",
        model="some-model",
        shape="tools",
        verdict={AlertKind.BLOCKED: Verdict.GATED, AlertKind.PAID: Verdict.PAID}.get(kind, Verdict.OPEN),
        summary="Nothing is wrong: this is a test of quotaboard's alerts.",
        was=BLOCKED,
        was_since=now - timedelta(minutes=12),
        window="5h",
        utilization=0.92,
        mark=0.9,
        resets_at=now + timedelta(hours=2),
        empty_at=soon,
        expires_at=soon,
        renewal="claude",
    )
    told = _alert(kind, (about,), Board(now), None)
    return Alert(
        now, kind, f"test: {told.title}", f"This is a test of quotaboard's alerts. {told.text}", (about,)
    )


def _alert(kind: AlertKind, about: tuple[About, ...], board: Board, zone: tzinfo | None) -> Alert:
    title, text = _one(kind, about[0], board, zone) if len(about) == 1 else _many(kind, about, board.at, zone)
    agents = list(dict.fromkeys(agent for one in about for agent in one.agents))
    if kind is AlertKind.BLOCKED and agents:
        text = f"{_list(agents)} cannot work. {_way_out(agents, board)}{text}"
    elif kind is AlertKind.OPEN and agents:
        text = f"{_list(agents)} can work again. {text}"
    return Alert(board.at, kind, printable(title, TITLE), printable(text, TEXT), about)


def _one(kind: AlertKind, it: About, board: Board, zone: tzinfo | None) -> tuple[str, str]:
    now, name = board.at, it.credential
    match kind:
        case AlertKind.BLOCKED:
            return f"{name} {_word(it)}: {_lane(it)}", _until(it, now, zone) + it.summary
        case AlertKind.OPEN:
            since = f"It was blocked for {_span(now - it.was_since)}." if it.was_since else ""
            return f"{name} open again: {_lane(it)}", since
        case AlertKind.PAID:
            return f"{name} is billed now: {_lane(it)}", it.summary
        case AlertKind.MARK:
            past = f"That is past the mark of {percent(it.mark)}. " if it.mark else ""
            return f"{name}: {_window(it)} is {percent(it.utilization or 0.0)} used", past + _reset(
                it, now, zone
            )
        case AlertKind.RUNS_OUT:
            return f"{name}: {_window(it)} {_empty(it, now, zone)}", _early(it, now, zone)
        case AlertKind.EXPIRES:
            return f"{name}: the login {_expiry(it, now, zone)}", _renewal(it)


def _many(kind: AlertKind, about: Sequence[About], now: datetime, zone: tzinfo | None) -> tuple[str, str]:
    count = len(about)
    match kind:
        case AlertKind.BLOCKED | AlertKind.OPEN | AlertKind.PAID:
            names = {one.credential for one in about}
            return _of_one(kind, about) if len(names) == 1 else (_LANES[kind].format(count), _counted(about))
        case AlertKind.MARK:
            said = [f"{one.credential} {_window(one)} {percent(one.utilization or 0.0)}" for one in about]
            return f"{count} windows are past a mark", _some(said)
        case AlertKind.RUNS_OUT:
            said = [f"{one.credential} {_window(one)} {_empty(one, now, zone)}" for one in about]
            return f"{count} windows will run out before their reset", _some(said)
        case AlertKind.EXPIRES:
            said = [
                f"{one.credential} {_expiry(one, now, zone)}" + (f" ({one.renewal})" if one.renewal else "")
                for one in about
            ]
            return f"{count} logins are about to expire", _some(said)


_LANES = {
    AlertKind.BLOCKED: "{} lanes are blocked now",
    AlertKind.OPEN: "{} lanes are open again",
    AlertKind.PAID: "{} lanes are billed now",
}


def _of_one(kind: AlertKind, about: Sequence[About]) -> tuple[str, str]:
    """The lanes of one credential, and why, where all have the same reason."""
    words = {_word(one) for one in about}
    how = {AlertKind.OPEN: "open again", AlertKind.PAID: "is billed now"}.get(
        kind, words.pop() if len(words) == 1 else "blocked"
    )
    reasons = {one.summary for one in about} if kind is not AlertKind.OPEN else set()
    why = f" {reasons.pop()}" if len(reasons) == 1 else ""
    return f"{about[0].credential} {how}: {len(about)} lanes", _some([_lane(one) for one in about]) + why


def _counted(about: Sequence[About]) -> str:
    """Such as `max: 4 gated, work: 2 spent and 2 not entitled`."""
    counts: dict[str, dict[str, int]] = {}
    for one in about:
        words = counts.setdefault(one.credential, {})
        words[_word(one)] = words.get(_word(one), 0) + 1
    said = [
        f"{name}: {_list([f'{count} {word}' for word, count in words.items()])}"
        for name, words in counts.items()
    ]
    return _some(said)


def _some(said: Sequence[str]) -> str:
    more = len(said) - NAMED
    told = ", ".join(said[:NAMED])
    return f"{told}, and {more} more." if more > 0 else f"{told}."


def _list(words: Sequence[str]) -> str:
    more = len(words) - NAMED
    if more > 0:
        return f"{', '.join(words[:NAMED])} and {more} more"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _word(it: About) -> str:
    return it.verdict.value.replace("_", " ") if it.verdict else "not known"


def _lane(it: About) -> str:
    return f"{(it.model or '').removeprefix('claude-')} {it.shape or ''}".strip()


def _window(it: About) -> str:
    return f"{it.window} ({it.model})" if it.model and it.lane is None else f"{it.window}"


def _way_out(agents: Sequence[str], board: Board) -> str:
    """The profile that the first of them is best put on, where there is one."""
    agent = next((one for one in board.agents if one.id == agents[0]), None)
    best = advise(agent, board).best if agent is not None else None
    if best is None or best.profile.active:
        return ""
    return f"What helps: quotaboard switch {agents[0]} {best.name}. "


def _until(it: About, now: datetime, zone: tzinfo | None) -> str:
    return f"Until {_at(it.until, now, zone)}. " if it.until is not None and it.until > now else ""


def _reset(it: About, now: datetime, zone: tzinfo | None) -> str:
    return f"It resets at {_at(it.resets_at, now, zone)}." if it.resets_at is not None else ""


def _empty(it: About, now: datetime, zone: tzinfo | None) -> str:
    return f"runs out at {_at(it.empty_at, now, zone)}" if it.empty_at is not None else "runs out"


def _early(it: About, now: datetime, zone: tzinfo | None) -> str:
    if it.empty_at is None or it.resets_at is None:
        return ""
    return f"That is {_span(it.resets_at - it.empty_at)} before it resets at {_at(it.resets_at, now, zone)}."


def _expiry(it: About, now: datetime, zone: tzinfo | None) -> str:
    return f"expires at {_at(it.expires_at, now, zone)}" if it.expires_at is not None else "expires"


def _renewal(it: About) -> str:
    if it.renewal is None:
        return "Put a new token where this one was found."
    return f"This renews it: {it.renewal}"


def _at(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """Local time, with the day where it is not today."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local:%a %d %b %H:%M}"


def _span(span: timedelta) -> str:
    minutes = max(round(span.total_seconds() / 60), 1)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes // (24 * 60)} days"
