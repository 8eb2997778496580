"""The switch screen as lines: profiles in the order of advice, what a switch would write and did. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from quotaboard.domain.advice import Advice, Advised, Fit, brings, windows_of
from quotaboard.domain.agent import Applied, Refusal, Route, SwitchPlan, TakesEffect, Undone
from quotaboard.domain.board import AgentView, Board
from quotaboard.tui.draw.agents import is_loud, reason_of, word_of
from quotaboard.tui.draw.figures import age, moment, percent
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.layout import MEDIUM, WIDE
from quotaboard.tui.draw.line import EMPTY, Line, cells, fit, line, styled, wrapped
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import FAINT, lane_style, lane_word, price_words

NAME_MOST = 24
WORD, USED, FORECAST, PRICE = 10, 10, 17, 16
ACTIVE = "• "
MARK = "▸"
DIFF_STYLES = {"+": "$lane-open", "-": "$lane-near", "@": FAINT}


class Listed(NamedTuple):
    """The profiles as lines."""

    lines: list[Line]
    owners: list[str]
    """Of which profile each line tells."""


def standing_lines(agent: AgentView, board: Board, page: Page) -> list[Line]:
    """What the agent is on now, how that is, and what is best."""
    since = f" {age(page.since(agent.since))}" if is_loud(agent) and agent.since is not None else ""
    on = shown(agent.active or (agent.now.name if agent.now else "") or "nothing that can be read")
    model = f", {shown(agent.now.model)}" if agent.now and agent.now.model else ""
    head = line(word_of(agent), (since, FAINT), ("  on ", FAINT), (on, "bold"), (model, "$model"))
    return [head.cut(page.width), *wrapped(reason_of(agent, board, page), page.width, FAINT, limit=2)]


def advice_lines(advice: Advice, width: int, limit: int) -> list[Line]:
    """What to do, and what stands against doing anything."""
    agent = advice.agent
    lines = wrapped(shown(advice.sentence), width, limit=limit)
    for one in (agent.locked, *agent.warnings):
        if one:
            lines += wrapped(shown(one), width, "$lane-near", limit=limit)
    return lines


def profile_lines(advice: Advice, board: Board, page: Page, here: str | None) -> Listed:
    """Best first; one line each where it is wide, else two."""
    names = min(max((cells(shown(one.name)) for one in advice.ranked), default=0), NAME_MOST)
    names = min(names, max(page.width // 3, 8)) + 2
    words = max((cells(lane_word(one.profile.judgement)) for one in advice.ranked), default=0) + 1
    columns = (names, WORD if page.width >= MEDIUM else words)
    lines: list[Line] = []
    owners: list[str] = []
    for one in advice.ranked:
        block = _profile_block(one, advice.agent, board, page, columns, here=one.name == here)
        lines += block
        owners += [one.name] * len(block)
    return Listed(lines, owners)


def _profile_block(
    one: Advised, agent: AgentView, board: Board, page: Page, columns: tuple[int, int], *, here: bool
) -> list[Line]:
    known, style = one.profile.judgement, "bold $here" if here else "bold"
    names, words = columns
    head = line(
        (MARK if here else " ", "bold $here"),
        (ACTIVE if one.profile.active else "  ", FAINT),
        fit(styled(shown(one.name), style).cut(names - 1), names),
        fit(styled(lane_word(known), lane_style(known)), words),
    )
    if page.width >= MEDIUM:
        used = f"{percent(one.used)} used" if one.used is not None else ""
        head = line(
            head, fit(styled(used), USED + 1), fit(styled(forecast_words(one, board, page)), FORECAST)
        )
    price = styled(price_words(one.profile, brief=page.width < MEDIUM), FAINT)
    model = brings(one.profile, agent) if one.fit <= Fit.PAID else None
    why = f"with {model}: {one.why}" if model else one.why
    why = shown(f"{why[:1].upper()}{why[1:]}")
    if page.width >= WIDE:
        return [line(head, fit(price, PRICE), (why, "" if here else FAINT)).cut(page.width)]
    indent = " " * 3
    most = 1 if not here else 2 if page.width < MEDIUM else 4
    said = wrapped(why, page.width - len(indent), "" if here else FAINT, limit=most)
    return [line(head, price).cut(page.width), *(line(indent, part) for part in said)]


def forecast_words(one: Advised, board: Board, page: Page) -> str:
    """`lasts`, `empty 16:00`; nothing where nothing is foreseen, or it does not serve."""
    if one.fit > Fit.PAID:
        return ""
    if one.lasts.ends_at is not None:
        return f"empty {moment(one.lasts.ends_at, page.now, page.zone)}"
    seen = [view.forecast for view in windows_of(one.profile.lane, board) if not view.stale]
    return "lasts" if seen and all(view and view.lasts_until_reset for view in seen) else ""


def plan_lines(plan: SwitchPlan | Refusal | None, width: int) -> list[Line]:
    """What a switch would write, and when that reaches the agent."""
    if plan is None:
        return [styled("reading its files…", FAINT)]
    if isinstance(plan, Refusal):
        return refusal_lines(plan, width)
    if not plan.edits:
        said = f"It is on {plan.profile.name} already: there is nothing to write."
        return [*wrapped(shown(said), width), *warning_lines(plan.warnings, width)]
    lines = [styled("what enter writes", FAINT)]
    lines += wrapped(f"from {route_words(plan.before)} to {route_words(plan.after)}", width)
    lines += warning_lines(plan.warnings, width)
    lines += [diff_line(one, width) for one in plan.diff.splitlines()]
    return [*lines, EMPTY, *effect_lines(plan.effects, width)]


def diff_line(text: str, width: int) -> Line:
    style = FAINT if text.startswith(("---", "+++")) else DIFF_STYLES.get(text[:1], "")
    return styled(shown(text), style).cut(width)


def refusal_lines(refusal: Refusal, width: int) -> list[Line]:
    where = (
        f" ({shown(refusal.path)}{f', line {refusal.line}' if refusal.line else ''})" if refusal.path else ""
    )
    named = refusal.path is not None and refusal.path in refusal.sentence
    return wrapped(shown(refusal.sentence) + ("" if named else where), width, "$lane-near")


def warning_lines(warnings: Sequence[str], width: int) -> list[Line]:
    return [one for warning in warnings for one in wrapped(f"Mind: {shown(warning)}", width, "$lane-near")]


def effect_lines(effects: Sequence[TakesEffect], width: int) -> list[Line]:
    """When it takes effect, and what to type."""
    lines: list[Line] = []
    for effect in effects:
        lines += wrapped(f"{shown(effect.what)}: {shown(effect.sentence)}", width, FAINT)
        if effect.command:
            lines += [line("    ", one) for one in wrapped(shown(effect.command), width - 4, "$here")]
    return lines


def applied_lines(done: Applied, width: int) -> list[Line]:
    """What was written, and whether the agent will read it as it was meant."""
    plan = done.plan
    lines: list[Line] = []
    for path in dict.fromkeys(edit.path for edit in plan.edits):
        lines += wrapped(f"Written: {shown(path)}", width)
    if not plan.edits:
        lines += wrapped(shown(f"It was on {plan.profile.name} already: nothing was written."), width)
    if done.verified:
        lines += wrapped(f"Verified: read back as the agent reads it, {route_words(plan.after)}.", width)
    elif isinstance(done.now_on, Refusal):
        lines += wrapped(f"Not verified: {shown(done.now_on.sentence)}", width, "$lane-near")
    else:
        said = f"Not verified: the agent reads {route_words(done.now_on)}. u takes it back."
        lines += wrapped(said, width, "$lane-near")
    return [*lines, *effect_lines(plan.effects, width)]


def undone_lines(done: Undone, width: int) -> list[Line]:
    """What was taken back."""
    lines = wrapped(shown(f"The switch to {done.profile} was taken back."), width)
    if isinstance(done.now_on, Refusal):
        lines += refusal_lines(done.now_on, width)
    else:
        lines += wrapped(f"It is on {route_words(done.now_on)}.", width)
    if done.merged:
        lines += wrapped("What others have edited since is kept.", width)
    if done.settles_at is not None:
        said = "In ten seconds, once running sessions have noticed, the file is put back exactly as it was."
        lines += wrapped(said, width, FAINT)
    return [*lines, *effect_lines(done.effects, width)]


def route_words(route: Route | None) -> str:
    """`anthropic (claude-sonnet-4-6)`."""
    if route is None:
        return "nothing that can be read"
    where = f" at {route.host}" if route.host else ""
    return shown(f"{route.provider} ({route.model or 'its usual model'}){where}")
