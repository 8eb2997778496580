"""The report as one HTML page. It asks for nothing, runs nothing, and a strict policy holds it to that."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC
from xml.etree.ElementTree import Element, tostring

from quotaboard import __version__
from quotaboard.cli.report.marks import Part, add, tag
from quotaboard.cli.report.plots import COUNT, HIGH, hours, shapes
from quotaboard.cli.report.style import sheet
from quotaboard.cli.report.telling import Telling
from quotaboard.cli.table import reasons_of
from quotaboard.domain.advice import advise
from quotaboard.domain.board import AgentView, CredentialView, LaneView, WindowView
from quotaboard.domain.history import Turn
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Client
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.wording import VERDICT_MEANINGS
from quotaboard.tui.draw.account_words import balance_words, note_words
from quotaboard.tui.draw.agents import blocked_words, is_loud, model_brought, reason_of, word_of
from quotaboard.tui.draw.figures import age, moment
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.gauge import figure_content, gauge_style, note_content, reset_content, shown_share
from quotaboard.tui.draw.header import SEPARATOR, counts_content, tally_of
from quotaboard.tui.draw.line import joined, styled
from quotaboard.tui.draw.palette import Palette
from quotaboard.tui.draw.words import (
    DOT,
    VERDICT_WORDS,
    column_words,
    found_words,
    lane_style,
    lane_word,
    overage_words,
    plan_words,
    verdict_style,
    window_words,
)

LONGEST_EVIDENCE = 140
MOST_TURNS = 12
"""Of a credential. `history` has them all."""


def html(telling: Telling, light: Palette, dark: Palette) -> str:
    """The page."""
    style = sheet(light, dark)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"quotaboard, {_when(telling)}"),
    )
    sheet_element = Element("style")
    sheet_element.text = style  # not as shown text: its lines are to stay lines
    head.append(sheet_element)
    page = tag("html", head, _body(telling), lang="en")
    return f"<!doctype html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _body(telling: Telling) -> Element:
    board = telling.board
    body = tag("body", _header(telling))
    if board.agents:
        body.append(tag("section", tag("h2", "Agents"), _agents(telling)))
    if told := [_reason(views) for views in reasons_of(board)]:
        body.append(tag("section", tag("h2", "Why, and what helps"), *told))
    cards = tag("div", *(_card(view, telling) for view in board.credentials), class_="cards")
    body.append(tag("section", tag("h2", "Credentials"), cards if board.credentials else _nothing()))
    names = " Names are pseudonyms." if telling.masked else ""
    footer = f"Made by quotaboard {__version__}.{names} Times are those of the machine that made it."
    body.append(tag("footer", footer))
    return body


def _header(telling: Telling) -> Element:
    board = telling.board
    lanes = counts_content(tally_of(board.credentials), 200)
    counts = joined((blocked_words(board), lanes), SEPARATOR)
    trouble = tag("p", board.trouble, class_="lane-near") if board.trouble else None
    title = tag("h1", tag("b", "quotaboard"), "  ", counts)
    return tag("header", title, tag("p", _when(telling)), trouble)


def _when(telling: Telling) -> str:
    at = telling.board.at
    return f"{at.astimezone():%A %d %B %Y, %H:%M} ({at.astimezone(UTC):%H:%M} UTC)"


def _nothing() -> Element:
    return tag("p", "Nothing is known yet. quotaboard init finds your credentials.")


def _agents(telling: Telling) -> Element:
    rows = [_agent(agent, telling) for agent in telling.board.agents]
    return tag("div", *rows, class_="agents")


def _agent(agent: AgentView, telling: Telling) -> Element:
    board, page = telling.board, telling.page
    best = advise(agent, board).best
    away = ""
    if is_loud(agent) and best is not None and not best.profile.active:
        model = model_brought(best.profile, agent)
        away = f"{best.name} with {model} serves" if model else f"{best.name} serves"
    since = age(page.since(agent.since)) if agent.since is not None and is_loud(agent) else ""
    word = word_of(agent)
    return tag(
        "div",
        tag("b", agent.id),
        tag("span", _badge(word.plain, word.runs[0][1] if word.runs else "")),
        tag("span", " ".join(part for part in (agent.active or "", since) if part)),
        tag("span", reason_of(agent, board, page)),
        tag("span", away, class_="lane-open"),
        class_="agent",
    )


def _badge(word: str, style: str) -> Element:
    # Of a filled one the ground has the colour; the page fills in a way of its own.
    name = style.rpartition("$")[2] if "$" in style else ""
    return tag("span", word, class_=f"word {name}" if name else "word")


def _card(view: CredentialView, telling: Telling) -> Element:
    credential = view.credential
    card = tag(
        "article",
        tag("h3", credential.name),
        tag("p", f"{plan_words(credential)} · {found_words(credential)}"),
        class_="card",
    )
    for said in (view.trouble, view.hint):
        add(card, tag("p", said, class_="lane-near") if said else None)
    if view.windows:
        rows = [_window(window, telling) for window in view.windows]
        card.append(tag("div", tag("table", *rows), class_="scroll"))
    for words in (overage_words(view.overage), balance_words(view.balance), note_words(view)):
        add(card, tag("p", words) if words else None)
    add(card, _matrix(view))
    for window in view.windows:
        card.append(_figure(view, window, telling))
    add(card, _turns(telling.past(view).turns, telling))
    return card


def _window(view: WindowView, telling: Telling) -> Element:
    page = telling.page
    share = shown_share(view, page)
    return tag(
        "tr",
        tag("td", window_words(view.sighting.window)),
        tag("td", _gauge(share, gauge_style(view)), class_="gauge"),
        tag("td", figure_content(view, page), class_="share"),
        tag("td", reset_content(view, page), class_="share"),
        tag("td", note_content(view, page), class_="faint"),
    )


def _gauge(share: float | None, style: str) -> Element:
    """A bar; an empty one for what is not known."""
    bar = tag("svg", viewBox="0 0 100 4", preserveAspectRatio="none", aria_hidden="true")
    bar.append(tag("rect", class_="track", width=100, height=4))
    if share is not None:
        bar.append(
            tag("rect", class_=style.removeprefix("$"), width=round(min(share, 1.0) * 100, 1), height=4)
        )
    return bar


def _matrix(view: CredentialView) -> Part:
    """Models down, shapes and clients across."""
    if not view.lanes:
        return None
    kinds = list(dict.fromkeys((one.lane.shape, one.lane.client) for one in view.lanes))
    cells = {(one.lane.model, one.lane.shape, one.lane.client): one.judgement for one in view.lanes}
    head = tag("tr", tag("th", ""), *(tag("th", column_words(shape, client)) for shape, client in kinds))
    rows = [
        tag(
            "tr",
            tag("td", model, class_="model"),
            *(tag("td", _verdict(cells.get((model, *kind)))) for kind in kinds),
        )
        for model in dict.fromkeys(one.lane.model for one in view.lanes)
    ]
    return tag("div", tag("table", head, *rows), class_="scroll")


def _verdict(judgement: Judgement | None) -> Part:
    if judgement is None:
        return None
    badge = _badge(lane_word(judgement), lane_style(judgement))
    badge.set("title", VERDICT_MEANINGS[judgement.verdict])
    return badge


def _figure(view: CredentialView, window: WindowView, telling: Telling) -> Element:
    """One window over time, with what will become of it."""
    trail, course, words = telling.course(view, window)
    drawn, top = shapes(trail, course, telling.span)
    inner = tag(
        "svg",
        *drawn,
        x=0,
        y=4,
        width="100%",
        height=84,
        viewBox=f"0 0 {COUNT} {HIGH:g}",
        preserveAspectRatio="none",
    )
    name = window_words(window.sighting.window)
    plot = tag("svg", inner, role="img", aria_label=f"{name} over time: {words}", height=106)
    plot.append(tag("text", f"{top * 100:g} %", x=2, y=15))
    for share, text in hours(telling.span, telling.page):
        plot.append(tag("text", text, x=f"{share * 100:.1f}%", y=102, text_anchor="middle"))
    if not trail.uses:
        plot.append(tag("text", "nothing was seen in this time", x="40%", y=50, text_anchor="middle"))
    return tag("figure", tag("figcaption", tag("b", name), words), plot)


def _turns(turns: tuple[Turn, ...], telling: Telling) -> Part:
    """Newest first: when, what, on which lane, by what evidence."""
    turns = tuple(turn for turn in turns if turn.after is not Verdict.UNKNOWN or turn.before is not None)
    if not turns:
        return None
    found = tag("ol", *(_turn(turn, telling) for turn in turns[:MOST_TURNS]), class_="turns")
    if (more := len(turns) - MOST_TURNS) > 0:
        found.append(tag("li", tag("span", f"{more} more before", class_="more")))
    return found


def _turn(turn: Turn, telling: Telling) -> Element:
    reason = turn.reason.replace("_", " ") if turn.reason else ""
    evidence = styled(shown(turn.evidence)).cut(LONGEST_EVIDENCE).plain
    told = " · ".join(part for part in (_lane_words(turn.lane), reason, evidence) if part)
    said = tag("span", told, class_="said")
    word = VERDICT_WORDS[turn.after]
    badge = _badge(word if word != DOT else "not known", verdict_style(turn.after))
    return tag("li", tag("span", moment(turn.at, telling.board.at)), tag("span", badge), said)


def _lane_words(lane: str) -> str:
    """A lane without its credential, whose card this is."""
    parts = lane.split("/")
    if len(parts) < 4:
        return lane
    return f"{'/'.join(parts[1:-2])} {column_words(parts[-2], Client(parts[-1]))}"


def _reason(views: Sequence[LaneView]) -> Element:
    """Why these lanes are as they are, and what helps."""
    judgement = views[0].judgement
    found = tag(
        "div",
        tag("p", _badge(lane_word(judgement), lane_style(judgement)), " ", judgement.summary),
        tag("p", ", ".join(view.lane.id for view in views), class_="lanes"),
        class_="reason",
    )
    if judgement.options:
        found.append(tag("ol", *(tag("li", option) for option in judgement.options)))
    return found
