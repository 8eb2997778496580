"""Everything there is to say about one lane, as labelled paragraphs for the panel and the full screen."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from quotaboard.domain.board import CredentialView, LaneView
from quotaboard.domain.judgement import Evidence
from quotaboard.domain.lane import Kind
from quotaboard.domain.verdict import Retry
from quotaboard.tui.draw.figures import ago, ahead, full_price, moment, price, tokens
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import Line, joined, line, styled
from quotaboard.tui.draw.outlook import outlook_sentences
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import (
    DOT,
    FAINT,
    KINDS,
    lane_style,
    lane_word,
    lane_words,
    overage_words,
    plan_words,
    source_words,
    verdict_word,
)

SEPARATOR = styled(" · ", FAINT)

OUTLOOK = "outlook"
WHY_THEN = {
    Retry.NO: "such a refusal has no reset, so it is asked rarely",
    Retry.AT_RESET: "when the window resets",
    Retry.AFTER: "when the provider said",
}


WAITED_FOR = "an agent waits for it, so it is asked soon"
SOON = timedelta(seconds=90)
"""Between two looks at a refusal: so short only in the place of an agent."""


ROOM_FOR_PART = 14
"""Cells of a headline's last part at least, if it is to be cut and not left out."""


class Asking(NamedTuple):
    """Who asks at the moment, as far as it explains why nobody does."""

    paused: bool = False
    elsewhere: bool = False


class Paragraph(NamedTuple):
    """A label and what belongs to it, a paragraph a line before wrapping."""

    label: str
    texts: tuple[str, ...]
    style: str = ""


def brief_headline(lane: LaneView, page: Page) -> Line:
    """What of it has room on one line; the last part may be cut, if it can still be understood."""
    parts = _headline(lane, page)
    while len(parts) > 1 and joined(parts, SEPARATOR).width > page.width:
        if joined(parts[:-1], SEPARATOR).width + SEPARATOR.width + ROOM_FOR_PART <= page.width:
            break
        parts.pop()
    return joined(parts, SEPARATOR).cut(page.width)


def headlines(lane: LaneView, page: Page) -> list[Line]:
    """All of it, over as many lines as it takes."""
    lines: list[Line] = []
    for part in _headline(lane, page):
        longer = joined((lines[-1], part), SEPARATOR) if lines else part
        if lines and longer.width <= page.width:
            lines[-1] = longer
        else:
            lines.append(part.cut(page.width))
    return lines


def _headline(lane: LaneView, page: Page) -> list[Line]:
    """The word, since when, until when, and how old the news is."""
    judgement = lane.judgement
    parts = [styled(lane_word(judgement), lane_style(judgement))]
    if judgement.stale:
        parts.append(styled("too old to say how it is now"))
    elif judgement.verdict.blocked is None and judgement.observed_at is None:
        parts[0] = styled("never looked at", FAINT)
    elif not judgement.confirmed:
        parts.append(styled("suspected: a second look will tell a gate from a burst"))
    if lane.since is not None and not judgement.stale:
        parts[0] = line(parts[0], f" since {moment(lane.since, page.now, page.zone)}")
    if judgement.until is not None and judgement.until > page.now:
        until = judgement.until
        parts.append(styled(f"until {moment(until, page.now, page.zone)}, {ahead(page.until(until))}"))
    if judgement.observed_at is not None:
        parts.append(styled(f"seen {ago(page.since(judgement.observed_at))}", FAINT))
    if judgement.inferred_from is not None:
        parts.append(styled(f"inferred from {shown(judgement.inferred_from)}", FAINT))
    return parts


def sentence(lane: LaneView) -> str:
    """What is going on, in plain words."""
    judgement = lane.judgement
    if judgement.summary:
        return shown(judgement.summary)
    if judgement.stale and judgement.was is not None:
        return f"It was {verdict_word(judgement.was)} when it was last seen."
    return "Nobody has asked this lane yet." if judgement.observed_at is None else ""


def options(lane: LaneView) -> tuple[str, ...]:
    return tuple(shown(option) for option in lane.judgement.options)


def evidence_words(evidence: Evidence) -> str:
    """Status, error type, message and request id on one line."""
    parts = [str(evidence.status)] if evidence.status is not None else []
    if evidence.error_type:
        parts.append(shown(evidence.error_type))
    if evidence.message:
        parts.append(f"“{shown(evidence.message).strip()}”")
    if evidence.request_id:
        parts.append(shown(evidence.request_id))
    return " ".join(parts)


def next_look(lane: LaneView, view: CredentialView, page: Page, asking: Asking) -> str:
    """When it will be asked next, why then, and what that costs."""
    if asking.paused:
        return "none while paused"
    if asking.elsewhere:
        return "another quotaboard asks"
    if lane.next_look_at is None:
        name = shown(view.credential.name)
        key = page.keys["consent"]
        return "none planned" if view.consent else f"none: press {key} to allow looks at {name}"
    said = ahead(page.until(lane.next_look_at))
    if lane.next_look_cost is not None:
        said += f", about {price(lane.next_look_cost)}"
    why = WHY_THEN.get(lane.judgement.retry) if lane.judgement.retry else None
    seen_at = lane.judgement.observed_at
    if lane.judgement.retry is Retry.NO and seen_at is not None and lane.next_look_at - seen_at <= SOON:
        why = WAITED_FOR
    return f"{said}: {why}" if why else said


def last_look(lane: LaneView) -> str:
    """What the look behind this verdict cost and how long it took."""
    parts = [full_price(lane.cost)] if lane.cost is not None else []
    if lane.latency_ms is not None:
        parts.append(f"{lane.latency_ms} ms")
    return ", ".join(parts)


def paragraphs(lane: LaneView, view: CredentialView, page: Page, asking: Asking) -> list[Paragraph]:
    """The facts behind the sentence."""
    said = [
        Paragraph(OUTLOOK, outlook_sentences(view.windows, lane.lane.model, page)),
        Paragraph("evidence", (evidence_words(lane.judgement.evidence),)),
        Paragraph("next look", (next_look(lane, view, page, asking),)),
        Paragraph("last look", (last_look(lane),), FAINT),
        Paragraph("rule", (shown(lane.judgement.rule),), FAINT),
    ]
    return [one for one in said if any(one.texts)]


def ways_out(lane: LaneView) -> list[Paragraph]:
    """What helps, numbered, cheapest first."""
    return [
        Paragraph("what helps" if number == 1 else "", (f"{number}  {option}",))
        for number, option in enumerate(options(lane), 1)
    ]


def header_paragraph(lane: LaneView) -> list[Paragraph]:
    """The header values that were seen, one a line."""
    lines = tuple(f"{shown(name)}: {shown(value)}" for name, value in lane.judgement.evidence.headers)
    return [Paragraph("headers", lines, FAINT)] if lines else []


def credential_paragraphs(view: CredentialView, page: Page) -> list[Paragraph]:
    """Who it is, where it was found, and what looking at it costs."""
    credential = view.credential
    found = credential.found_in or (source_words(credential.source),)
    said = [
        Paragraph("credential", (f"{plan_words(credential)}, {_kind(credential.kind)}",)),
        Paragraph("found in", tuple(shown(place) for place in found)),
        Paragraph("read from", (shown(credential.source),)),
    ]
    if credential.base_url is not None:
        said.append(Paragraph("asked at", (shown(credential.base_url),)))
    if credential.expires_at is not None:
        said.append(Paragraph("expires", (_expiry(credential.expires_at <= page.now, view, page),)))
    if (pool := overage_words(view.overage)) is not None:
        said.append(Paragraph("paid pool", (pool,)))
    said.append(Paragraph("looking", (looking_words(view, page),)))
    return said


def _kind(kind: Kind) -> str:
    return KINDS[kind]


def _expiry(over: bool, view: CredentialView, page: Page) -> str:  # noqa: FBT001 - one fact of two
    at = view.credential.expires_at
    if at is None:
        return DOT
    return f"{ago(page.since(at))}" if over else f"{ahead(page.until(at))}"


def looking_words(view: CredentialView, page: Page) -> str:
    """Consent, cost and budget in one sentence."""
    today = f"{tokens(view.tokens_today)} today"
    budget = f" of a budget of {tokens(view.daily_budget)}" if view.daily_budget is not None else ""
    if not view.consent:
        cost = f": about {price(view.cost_per_day)} a day" if view.cost_per_day is not None else ""
        return f"not allowed; {page.keys['consent']} allows it{cost}"
    cost = f", about {price(view.cost_per_day)} a day" if view.cost_per_day is not None else ""
    return f"{today}{budget}{cost}"


def evidence_text(lane: LaneView) -> str:
    """What `y` copies: plain text that can be pasted into an issue."""
    judgement = lane.judgement
    lines = [
        lane_words(lane.lane),
        f"verdict: {judgement.verdict}" + (f" ({shown(judgement.reason)})" if judgement.reason else ""),
        f"rule: {shown(judgement.rule)}",
    ]
    if judgement.observed_at is not None:
        lines.append(f"seen: {judgement.observed_at:%Y-%m-%dT%H:%M:%SZ}")
    evidence = judgement.evidence
    if evidence.status is not None:
        lines.append(f"status: {evidence.status}")
    for label, value in (
        ("error type", evidence.error_type),
        ("message", evidence.message),
        ("request id", evidence.request_id),
    ):
        if value:
            lines.append(f"{label}: {shown(value)}")
    lines += [f"{shown(name)}: {shown(value)}" for name, value in evidence.headers]
    return "\n".join(lines) + "\n"
