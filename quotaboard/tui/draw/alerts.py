"""Alerts as the board tells of them: whether they ring, how, and what was said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from quotaboard.config.alerts import TerminalStyle, mark_text
from quotaboard.config.durations import duration_text
from quotaboard.config.values import AlertSettings
from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.domain.board import Board
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.figures import moment
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import EMPTY, Line, fit, line, styled, wrapped
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import BLOCKED_STYLE, FAINT, verdict_style

KIND_WORDS: dict[AlertKind, tuple[str, str]] = {
    AlertKind.BLOCKED: ("BLOCKED", BLOCKED_STYLE),
    AlertKind.OPEN: ("OPEN", verdict_style(Verdict.OPEN)),
    AlertKind.PAID: ("PAID", verdict_style(Verdict.PAID)),
    AlertKind.MARK: ("MARK", verdict_style(Verdict.NEAR_LIMIT)),
    AlertKind.RUNS_OUT: ("RUNS OUT", verdict_style(Verdict.NEAR_LIMIT)),
    AlertKind.EXPIRES: ("EXPIRES", verdict_style(Verdict.NEAR_LIMIT)),
}
KIND_MEANINGS: dict[AlertKind, str] = {
    AlertKind.BLOCKED: "a lane refuses",
    AlertKind.OPEN: "it serves again",
    AlertKind.PAID: "it is billed",
    AlertKind.MARK: "a window is past a mark",
    AlertKind.RUNS_OUT: "a window will run out",
    AlertKind.EXPIRES: "a login expires",
}
TIME = 11
WORD = 10
ROOM_FOR_TITLE = 60
"""Where it is narrower, what happened stands below when it was."""
INDENT = 2


def mute_words(board: Board, keys: Mapping[str, str]) -> str:
    """What the mute key has done."""
    if board.muted:
        return f"Alerts are muted in every pane until you press {keys['mute']} again."
    if board.quiet_until is not None:
        return f"Alerts are on again, and quiet until {board.quiet_until:%H:%M}."
    return "Alerts are on again: what changed meanwhile and still holds is said now."


def alert_lines(alerts: Sequence[Alert], settings: AlertSettings, board: Board, page: Page) -> list[Line]:
    """Whether they ring; what was said, newest first; and by what they ring, for what."""
    lines = [*wrapped(_state(board, page), page.width, "$lane-near" if board.muted else "")]
    if board.alert_trouble is not None:
        lines += wrapped(
            f"The last one did not get through. {shown(board.alert_trouble)}", page.width, "$lane-near"
        )
    if page.pretends_past:
        lines += wrapped("What was said before the demo began is pretended.", page.width, FAINT)
    lines.append(EMPTY)
    for alert in alerts:
        lines += _told(alert, page)
    if not alerts:
        lines += wrapped("Nothing was worth an alert yet.", page.width, FAINT)
    lines.append(EMPTY)
    for said in _settings(settings):
        lines += wrapped(said, page.width, FAINT)
    return lines


def _state(board: Board, page: Page) -> str:
    if board.muted:
        return f"Muted in every pane: {page.keys['mute']} lets them ring again."
    if board.quiet_until is not None:
        return f"Quiet until {board.quiet_until:%H:%M}: what still holds then is said then."
    return f"On; {page.keys['mute']} mutes them in every pane."


def _settings(settings: AlertSettings) -> Iterator[str]:
    """What the config says."""
    ways = [
        "a bell" if settings.bell else "",
        f"the terminal ({settings.terminal})" if settings.terminal is not TerminalStyle.OFF else "",
        "the desktop" if settings.desktop else "",
        "a hook" if settings.hook else "",
    ]
    yield f"By: {', '.join(filter(None, ways)) or 'nothing but this list'}."
    if settings.kinds:
        yield f"When: {', '.join(KIND_MEANINGS[kind] for kind in settings.kinds)}."
    else:
        yield "When: never; `kinds` in [alerts] is empty."
    marks = ", ".join(map(mark_text, settings.marks)) or "none"
    hours = f"; quiet hours {settings.quiet_hours}" if settings.quiet_hours else ""
    yield f"Marks: {marks}; a login {duration_text(settings.before_expiry)} before it expires{hours}."
    yield "`quotaboard alerts test` tries them."


def _told(alert: Alert, page: Page) -> list[Line]:
    word, style = KIND_WORDS[alert.kind]
    at = styled(moment(alert.at, page.now, page.zone), FAINT)
    head, title, text = (
        line(fit(at, TIME), fit(styled(word, style), WORD)),
        shown(alert.title),
        shown(alert.text),
    )
    if page.width < ROOM_FOR_TITLE:
        told = [
            *wrapped(title, page.width - INDENT),
            *(wrapped(text, page.width - INDENT, FAINT) if text else []),
        ]
        return [head.cut(page.width), *(line(" " * INDENT, one) for one in told)]
    room = page.width - TIME - WORD
    body = wrapped(text, room, FAINT) if text else []
    return [line(head, title).cut(page.width), *(line(" " * (TIME + WORD), one) for one in body)]
