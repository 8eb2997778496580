"""The agents on top of the board: can each work, if not why, and what to press. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from quotaboard.domain.advice import Advised, advise, brings, windows_of
from quotaboard.domain.board import AgentView, Board, LaneView, ProfileView, WindowView
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.account_words import balance_words
from quotaboard.tui.draw.events import lately_words
from quotaboard.tui.draw.figures import age, moment, percent
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.layout import MEDIUM, TALL, WIDE
from quotaboard.tui.draw.line import EMPTY, Line, between, cells, fit, joined, line, styled
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import (
    BLOCKED_STYLE,
    FAINT,
    lane_style,
    lane_word,
    loudness,
    short_model,
    window_words,
)

NAME_MOST = 20
MODEL_MOST = 24
PROFILE_MOST = 16
WORD = 9
SINCE = 5
SHARE_OF_SCREEN = 0.4
"""The strip never takes more of the height."""
EDGES = 2
GAP = "   "
MARK = "▸ "
NO_ROUTE = "NO ROUTE"
OTHER_LANE = "put the agent on a lane that is open"
"""What verdicts advise who do not know the agents."""


class Strip(NamedTuple):
    """The strip as it will stand on the screen, without its frame."""

    lines: tuple[Line, ...] = ()
    owners: tuple[str, ...] = ()
    """Of which agent each line tells, by its id; empty for a line that tells of none."""
    framed: bool = False

    @property
    def height(self) -> int:
        """With the frame."""
        return len(self.lines) + (EDGES if self.framed and self.lines else 0)


class Told(NamedTuple):
    """One agent in words."""

    agent: AgentView
    word: Line
    since: str
    reason: str
    ways: tuple[Line, ...]
    """The way out with its key, in ever fewer words."""
    loud: bool
    lately: str = ""
    """What happened to it last, with its time."""

    @property
    def why(self) -> Line:
        """The reason, then what happened last as far as there is room."""
        reason = styled(self.reason, "" if self.loud else FAINT) if self.reason else None
        return joined((reason, styled(self.lately, FAINT) if self.lately else None), styled(" · ", FAINT))


def strip_of(board: Board, page: Page, height: int, here: str | None = None) -> Strip:
    """As many lines an agent as there is room for; nothing at all without agents. `here` has the cursor."""
    if not board.agents:
        return Strip()
    framed = page.width >= MEDIUM and height >= TALL
    inner = page.wide(page.width - 2 - (EDGES if framed else 0))
    most = max(int(height * SHARE_OF_SCREEN) - (EDGES if framed else 0), 1)
    told = [told_of(agent, board, inner) for agent in board.agents]
    owned = _drawn(told, inner, most, here)
    if page.width < MEDIUM and height >= TALL:
        owned.append(("", styled("─" * inner.width, "$edge")))
    return Strip(tuple(one for _, one in owned), tuple(owner for owner, _ in owned), framed)


def _drawn(told: list[Told], page: Page, most: int, here: str | None) -> list[tuple[str, Line]]:
    marked = here is not None
    room = page.wide(page.width - (len(MARK) if marked else 0))
    if page.width >= WIDE - 2 * EDGES:
        shapes = [[[one] for one in _table(told, room)]]
    else:
        names = min(max(cells(shown(one.agent.id)) for one in told), NAME_MOST, max(room.width // 3, 6))
        both = [_two_lines(one, room, names + 1) for one in told]
        single = [lines[:1] for lines in both]
        mixed = [two if one.loud else first for one, two, first in zip(told, both, single, strict=True)]
        shapes = [mixed, single] if page.width < MEDIUM else [both, mixed, single]
    blocks = next((shape for shape in shapes if sum(map(len, shape)) <= most), shapes[-1])
    kept = list(range(len(told)))
    if len(told) > most and sum(map(len, blocks)) > most:
        # The loudest are kept, and the one under the cursor.
        ranked = sorted(kept, key=lambda n: (told[n].agent.id != here, *_loudness(told[n])))
        kept = sorted(ranked[: max(most - 1, 1)])
    lines = [
        (told[n].agent.id, _marked(one, row == 0 and told[n].agent.id == here) if marked else one)
        for n in kept
        for row, one in enumerate(blocks[n])
    ]
    hidden = [one for n, one in enumerate(told) if n not in kept]
    if hidden and len(lines) < most:
        loud = any(one.loud for one in hidden)
        lines.append(("", styled(f"+{len(hidden)} more", BLOCKED_STYLE if loud else FAINT)))
    return lines


def _marked(one: Line, here: bool) -> Line:  # noqa: FBT001 - one word tells all
    return line((MARK, "bold $here") if here else " " * len(MARK), one)


def _loudness(one: Told) -> tuple[int, int, int]:
    return (0 if one.loud else 1, *loudness(one.agent.judgement))


def _table(told: list[Told], page: Page) -> list[Line]:
    """Columns, the way out at the right end."""
    names = min(max((cells(shown(one.agent.id)) for one in told), default=0), NAME_MOST) + 2
    models = min(max((cells(_model(one.agent, MODEL_MOST)) for one in told), default=0), MODEL_MOST) + 2
    profiles = min(max((cells(_profile(one.agent)) for one in told), default=0), PROFILE_MOST) + 2
    return [_row(one, page, (names, models, profiles)) for one in told]


def _row(one: Told, page: Page, columns: tuple[int, int, int]) -> Line:
    """The reason is not cut for a way out that can be told in fewer words."""
    names, models, profiles = columns
    head = line(
        fit(styled(shown(one.agent.id), "bold").cut(names - 2), names),
        fit(styled(_model(one.agent, MODEL_MOST), "$model"), models),
        fit(styled(_profile(one.agent)).cut(profiles - 2), profiles),
        fit(one.word, WORD),
        fit(styled(one.since, FAINT), SINCE),
    )
    left = page.width - head.width - cells(one.reason) - len(GAP)
    way = _way_in(one, left) or next(iter(one.ways[-1:]), EMPTY)
    return between(line(head, one.why), line(GAP, way) if way else EMPTY, page.width)


def _two_lines(one: Told, page: Page, names: int) -> list[Line]:
    """Who and how, with the way out; then what it is on, and why."""
    agent = one.agent
    since = f" {one.since}" if one.since else ""
    head = line(fit(styled(shown(agent.id), "bold").cut(names - 1), names), one.word, (since, FAINT))
    room = page.width - head.width - 1
    # The word is never cut for the way out; of that the key stays longest.
    way = _way_in(one, room)
    why = one.why
    on = _on(agent) if page.width >= MEDIUM - EDGES - 2 else ""
    second = line("  ", (f"{on}: " if on and why else on, FAINT), why)
    return [between(head, way, page.width), fit(second, page.width)]


def _way_in(one: Told, room: int) -> Line:
    return next((way for way in one.ways if way.width <= room), EMPTY)


def told_of(agent: AgentView, board: Board, page: Page) -> Told:
    """What is said of one agent."""
    loud = is_loud(agent)
    since = age(page.since(agent.since)) if agent.since is not None else ""
    ways = ways_out(agent, board, page) if loud else ()
    lately = lately_words(agent.said, page)
    return Told(agent, word_of(agent), since, reason_of(agent, board, page), ways, loud, lately)


def is_blocked(agent: AgentView) -> bool:
    """Whether its next request will be refused, as far as is known."""
    return agent.judgement.blocked is True or _is_broken(agent)


def is_loud(agent: AgentView) -> bool:
    return is_blocked(agent) or agent.judgement.verdict is Verdict.PAID


def _is_broken(agent: AgentView) -> bool:
    return agent.now is not None and agent.now.trouble is not None


def has_no_route(agent: AgentView) -> bool:
    """Whether its config alone keeps its requests from being sent."""
    return _is_broken(agent) and agent.judgement.blocked is not True


def blocked_words(board: Board) -> Line:
    """`2 agents blocked`; nothing when none is."""
    count = sum(map(is_blocked, board.agents))
    return styled(f"{count} agent{'s' if count > 1 else ''} blocked", BLOCKED_STYLE) if count else EMPTY


def word_of(agent: AgentView) -> Line:
    """The word that carries the meaning."""
    if agent.now is None:
        return styled("UNREAD", "$lane-near")
    if has_no_route(agent):
        return styled(NO_ROUTE, _filled(BLOCKED_STYLE))
    style = lane_style(agent.judgement)
    return styled(lane_word(agent.judgement), _filled(style) if is_loud(agent) else style)


def _filled(style: str) -> str:
    """The loud word of an agent is louder than that of any lane: its colour is the ground."""
    return f"bold $background on {style.rpartition(' ')[2]}"


def reason_of(agent: AgentView, board: Board, page: Page) -> str:
    """Why it is so, in a few words."""
    if agent.now is None:
        return shown(agent.trouble or "its config cannot be read")
    if agent.now.trouble is not None:
        return shown(agent.now.trouble)
    if agent.lane is None:
        return "no key that is watched is the one it sends"
    known, used = agent.judgement, _used(agent, board)
    refused = _refused(known, page)
    if refused:
        return f"{refused}, {used}" if used and known.verdict is Verdict.GATED else refused
    if known.stale:
        return "seen too long ago to rely on"
    if known.blocked is None:
        return "not tried yet with such a request" if known.observed_at is None else "not known"
    return _outlook(agent, board, page) or used


def _refused(known: Judgement, page: Page) -> str:
    until = f" until {moment(known.until, page.now, page.zone)}" if known.until else ""
    match known.verdict:
        case Verdict.GATED:
            sure = "" if known.confirmed else " (suspected)"
            return f"this model refused{sure}" if known.reason == "bare_429" else f"tools refused{sure}"
        case Verdict.SPENT:
            return f"used up{until}"
        case Verdict.THROTTLED:
            return f"throttled{until}"
        case Verdict.UNFUNDED:
            return f"no money left{until}"
        case Verdict.PAID:
            return "every request is billed beyond the plan"
        case _ if known.blocked is True:
            return shown(known.summary.partition(". ")[0].rstrip("."))
        case _:
            return ""


def _fullest(agent: AgentView, board: Board) -> WindowView | None:
    fresh = [view for view in windows_of(agent.lane, board) if not view.stale]
    return max(fresh, key=lambda view: view.sighting.window.utilization or 0.0, default=None)


def _used(agent: AgentView, board: Board) -> str:
    view = _fullest(agent, board)
    if view is None:
        return ""
    window = view.sighting.window
    return f"{window_words(window)} {percent(window.utilization or 0.0)} used"


def _outlook(agent: AgentView, board: Board, page: Page) -> str:
    """Money where it is paid from a balance; else how long the fullest window lasts."""
    lane = agent.lane
    held = next((one for one in board.credentials if lane and one.credential.name == lane.credential), None)
    if held is not None and (said := balance_words(held.balance)):
        return said
    view = _fullest(agent, board)
    if view is None or view.forecast is None:
        return ""
    window = view.sighting.window
    if view.forecast.empty_at is not None:
        at = moment(view.forecast.empty_at, page.now, page.zone)
        return f"{_used(agent, board)}, empty at {at}"
    reset = f" at {moment(window.resets_at, page.now, page.zone)}" if window.resets_at else ""
    return f"{window_words(window)} lasts past its reset{reset}"


def ways_out(agent: AgentView, board: Board, page: Page) -> tuple[Line, ...]:
    """`openrouter is open  s`: the best profile that serves, and its key; the fullest words first."""
    if agent.host is not None:  # its other profiles are known there alone
        host = shown(agent.host)
        return (styled(f"see quotaboard on {host}", FAINT), styled(f"see {host}", FAINT), EMPTY)
    key = styled(page.keys["switch"], "$here")
    best = advise(agent, board).best
    if best is None or best.profile.active:
        return (line(("nothing else is open  ", FAINT), key), line(("no way out  ", FAINT), key), key)
    name, word = shown(best.name), f" is {open_words(best)}  "
    ways = (line(name, (word, FAINT), key), line(name, "  ", key), key)
    if (model := model_brought(best.profile, agent)) is None:
        return ways
    return (line(name, (f" with {model}{word}", FAINT), key), *ways)


def model_brought(profile: ProfileView, agent: AgentView) -> str | None:
    """The model that the agent would have there, unless it has that now or the profile's name says it."""
    model = brings(profile, agent)
    return None if model is None or model in profile.name else short_model(model, MODEL_MOST)


def named_ways_out(lane: LaneView, board: Board, page: Page) -> LaneView:
    """The lane with the switch that helps each agent on it, in place of the advice for agents in general.

    Where nothing else is open to any of them, that advice is none.
    """
    # Of an agent on another machine the profiles are known there alone.
    here = [agent for agent in board.agents if agent.lane == lane.lane and is_loud(agent) and not agent.host]
    if not here:
        return lane
    said = []
    press = f"press {key} to " if (key := page.keys["switch"]) else ""
    for agent in here:
        best = advise(agent, board).best
        if best is not None and not best.profile.active:
            model = model_brought(best.profile, agent)
            there = f"{shown(best.name)} with {model}" if model else shown(best.name)
            to = f"{shown(agent.id)} to {there}, which is {open_words(best)}"
            said.append(f"{press}switch {to}")
    general = (option for option in lane.judgement.options if option != OTHER_LANE)
    return replace(lane, judgement=replace(lane.judgement, options=(*said, *general)))


def led_lane(board: Board) -> str | None:
    """The lane that a person should look at first: that of the loudest agent."""
    loud = [one for one in board.agents if is_loud(one) and one.lane is not None]
    first = min(loud, key=lambda one: loudness(one.judgement), default=None)
    return first.lane.id if first is not None and first.lane is not None else None


def open_words(one: Advised) -> str:
    """How a profile that serves is, in small words."""
    known = one.profile.judgement.verdict
    words = {Verdict.OPEN: "open", Verdict.NEAR_LIMIT: "nearly used up", Verdict.PAID: "billed"}
    return words.get(known, "not known")


def strip_hints(keys: Mapping[str, str]) -> str:
    """What the keys do while the cursor is on the strip."""
    return f"{keys['switch']} switch · {keys['undo']} undo · enter its pane · esc back"


def _model(agent: AgentView, width: int) -> str:
    model = agent.now.model if agent.now else None
    return short_model(model, width) if model else "its usual model"


def _on(agent: AgentView) -> str:
    """Profile and model; many profiles say the model themselves."""
    profile, model = _profile(agent), _model(agent, MODEL_MOST)
    return profile if profile.endswith(model) else f"{profile}, {model}"


def _profile(agent: AgentView) -> str:
    return shown(agent.active or (agent.now.name if agent.now else "") or "?")
