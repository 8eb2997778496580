"""The agents on top of the board."""

from dataclasses import replace
from itertools import product

import pytest
from syrupy.assertion import SnapshotAssertion

from quotaboard.domain.board import Event
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.app import Quotaboard
from quotaboard.tui.draw.agents import OTHER_LANE, blocked_words, named_ways_out, strip_of
from quotaboard.tui.draw.header import Pulse, header_content
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.strip import agents_content
from quotaboard.tui.widgets.agents_strip import AgentsStrip
from tests.tui.boards import STATES, with_agents
from tests.tui.conftest import SIZES, Open, Snap, TextSnapshot, frame_text, screen_text, wait_for
from tests.tui.pieces import NOW, agent, before, board, judgement, lane, profile, view
from tests.tui.pieces import credential as credential_of


def words_of(width: int, height: int, state: str = "agents") -> list[str]:
    return [one.plain.rstrip() for one in strip_of(STATES[state](), Page(width, NOW), height).lines]


def reason_for(verdict: Verdict, **facts: object) -> str:
    seen = lane("max", "claude-sonnet-4-6", "tools", judgement(verdict, **facts))
    shown = board(
        view(credential_of("max"), (seen,)),
        agents=(agent("hermes", profile("max", seen)),),
    )
    return strip_of(shown, Page(140, NOW), 45).lines[0].plain


@pytest.mark.parametrize("state", ["one-agent", "agents", "hostile-agents"])
async def test_the_agents_stand_on_top_at_every_size_and_from_the_first_frame(
    opened: Open, snapshot: SnapshotAssertion, state: str
) -> None:
    app, _ = opened(state)
    async with app.run_test(size=SIZES[0]) as pilot:
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            text = screen_text(app)
            assert text == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)
            assert frame_text(state, width, height) == text, (width, height)


async def test_the_cursor_goes_to_the_agents(snap_each: Snap) -> None:
    await snap_each("agents", "a", "down")


async def test_without_agents_there_is_no_strip_and_no_empty_box(opened: Open) -> None:
    app, _ = opened("fleet")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not app.screen.query_one(AgentsStrip).display
        assert "agents" not in screen_text(app)


@pytest.mark.parametrize(
    ("verdict", "word", "reason"),
    [
        (Verdict.GATED, "GATED", "tools refused"),
        (Verdict.SPENT, "SPENT", "used up"),
        (Verdict.THROTTLED, "WAIT", "throttled"),
        (Verdict.UNFUNDED, "NO FUNDS", "no money left"),
        (Verdict.PAID, "PAID", "every request is billed beyond the plan"),
        (Verdict.UNKNOWN, "·", "not tried yet"),
    ],
)
def test_each_verdict_has_a_word_and_a_reason(verdict: Verdict, word: str, reason: str) -> None:
    said = reason_for(verdict)
    assert word in said
    assert reason in said


def test_what_is_known_to_open_again_says_when() -> None:
    assert "used up until " in reason_for(Verdict.SPENT, until=NOW.replace(hour=16))


def test_a_blocked_agent_names_the_way_out_and_its_key() -> None:
    hermes, openclaw, claude = words_of(140, 45)
    assert hermes.endswith("openrouter is open  s")
    assert not openclaw.endswith(" s")
    assert claude.endswith("nothing else is open  s")


def test_an_agent_that_works_is_quiet() -> None:
    said = words_of(140, 45)[1]
    assert "OPEN     10m" in said
    assert "is open" not in said
    assert not said.rstrip().endswith(" s")


def test_the_key_is_the_one_of_the_keymap() -> None:
    keys = {**Page(140, NOW).keys, "switch": "f6"}
    lines = strip_of(with_agents(), Page(140, NOW, keys=keys), 45).lines
    assert lines[0].plain.endswith("f6")


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "1 agent blocked"), (2, "1 agent blocked"), (3, "2 agents blocked")]
)
def test_the_header_counts_the_agents_that_cannot_work(count: int, said: str) -> None:
    shown = with_agents(count)
    assert blocked_words(shown).plain == said
    assert said in header_content(shown, Page(140, NOW), Pulse()).plain


def test_an_agent_that_cannot_be_read_says_why() -> None:
    shown = replace(with_agents(), agents=(agent("hermes", trouble="config.yaml, line 3: not YAML."),))
    said = strip_of(shown, Page(140, NOW), 45).lines[0].plain
    assert "UNREAD" in said
    assert "line 3" in said


def test_a_profile_without_a_key_is_no_route() -> None:
    gone = profile("codex", trouble="Its key is missing: `codex login` puts it there.")
    shown = replace(with_agents(), agents=(agent("codex", gone),))
    assert "NO ROUTE" in strip_of(shown, Page(140, NOW), 45).lines[0].plain
    assert blocked_words(shown).plain == "1 agent blocked"


@pytest.mark.parametrize("count", [1, 3, 12])
@pytest.mark.parametrize("state", ["agents", "hostile-agents"])
def test_the_strip_takes_no_more_than_its_share_and_no_line_is_too_wide(count: int, state: str) -> None:
    known = STATES[state]()
    agents = tuple(replace(known.agents[n % 3], id=f"{known.agents[n % 3].id}{n}") for n in range(count))
    shown = replace(known, agents=agents)
    for width, height in product([10, 20, 40, 59, 60, 80, 110, 140, 250], [4, 5, 8, 12, 16, 24, 45]):
        strip = strip_of(shown, Page(width, NOW), height, agents[-1].id)
        assert strip.height <= max(height * 0.4, 1 + 2 * strip.framed) + 1, (width, height)
        assert all(one.width <= max(width, 20) for one in strip.lines), (width, height)
        assert len(strip.owners) == len(strip.lines)


def test_where_not_all_fit_the_loudest_stay_and_the_rest_is_counted() -> None:
    known = with_agents()
    others = tuple(replace(known.agents[1], id=f"a{n}") for n in range(9))
    shown = replace(known, agents=others + known.agents)
    said = [one.plain for one in strip_of(shown, Page(80, NOW), 16).lines]
    assert any("hermes" in one for one in said)
    assert said[-1].strip() == "+9 more"


def test_the_status_line_tells_of_agents_first() -> None:
    assert agents_content(with_agents(1), Page(120, NOW)).plain == " hermes GATED → openrouter"
    assert not agents_content(with_agents(0), Page(120, NOW))


async def test_a_pane_as_low_as_a_status_bar_has_no_strip_of_its_own(opened: Open) -> None:
    app, _ = opened("one-agent")
    async with app.run_test(size=(120, 3)) as pilot:
        await pilot.pause()
        assert not app.screen.query_one(AgentsStrip).display
        assert "hermes GATED → openrouter │ max GATED" in screen_text(app)


async def test_ascii_uses_nothing_else(opened: Open) -> None:
    app, _ = opened("agents", ascii=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert screen_text(app).isascii()
        await pilot.resize_terminal(140, 24)
        await pilot.press("s")
        await wait_for(pilot, lambda: "what enter writes" in screen_text(app), "the preview")
        assert "switch hermes" in screen_text(app)
        assert screen_text(app).isascii()


async def test_up_from_the_first_card_leads_to_the_agents_and_down_back(opened: Open) -> None:
    app, _ = opened("agents")
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("g", "up")
        assert _here(app)
        await pilot.press("down", "down", "down")
        await pilot.pause()
        assert not _here(app)


async def test_a_click_on_an_agent_opens_it(opened: Open) -> None:
    app, _ = opened("agents")
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.click(AgentsStrip, offset=(4, 2))
        await pilot.pause()
        assert "switch openclaw" in screen_text(app)


async def test_the_strip_follows_what_is_stored(opened: Open) -> None:
    app, session = opened("agents")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session.become(with_agents(0))
        await pilot.pause()
        assert not app.screen.query_one(AgentsStrip).display


def test_how_long_it_is_so_is_said() -> None:
    known = with_agents(1)
    first = known.agents[0]
    assert first.now is not None
    long = replace(first, now=replace(first.now, since=before(hours=3)))
    assert " 3h " in strip_of(replace(known, agents=(long,)), Page(140, NOW), 45).lines[0].plain


@pytest.mark.parametrize(("width", "height"), [(140, 45), (80, 24), (40, 12)])
def test_what_happened_last_stands_beside_the_reason_with_its_time(width: int, height: int) -> None:
    text = "HTTP 400: You're out of extra usage. [b]Add more[/]"
    said = Event(before(minutes=8), "hermes", "failed", text, "max/claude-sonnet-4-6/tools/direct")
    known = with_agents(1)
    shown = replace(known, agents=(replace(known.agents[0], said=said),))
    strip = "".join(one.plain for one in strip_of(shown, Page(width, NOW), height).lines)
    assert " · 14:04 " in strip
    assert ("failed: HTTP" in strip) is (width > 40)
    old = replace(said, at=before(hours=13))
    shown = replace(known, agents=(replace(known.agents[0], said=old),))
    assert "HTTP 400" not in "".join(one.plain for one in strip_of(shown, Page(width, NOW), height).lines)


async def test_what_happens_to_an_agent_that_nobody_sees_is_a_toast(opened: Open) -> None:
    app, session = opened("one-agent")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        known = with_agents(1)
        said = Event(NOW, "hermes", "switched", "put on [openrouter] by itself: max is used up")
        session.become(replace(known, agents=(replace(known.agents[0], said=said),)))
        await pilot.pause()
        told = [notification.message for notification in app._notifications]
        assert told == ["hermes: put on [openrouter] by itself: max is used up"]


def _here(app: Quotaboard) -> bool:
    return app.screen_stack[0].query_one(AgentsStrip).has_class("-here")


def test_a_way_out_to_another_model_names_it_where_there_is_room() -> None:
    known = STATES["agents"]()
    hermes = known.agents[0]
    profiles = tuple(
        replace(one, model="claude-haiku-4-5") if one.name == "openrouter" else one for one in hermes.profiles
    )
    known = replace(known, agents=(replace(hermes, profiles=profiles), *known.agents[1:]))
    wide, narrow = (strip_of(known, Page(width, NOW), 45).lines[0].plain for width in (140, 40))
    assert "openrouter with claude-haiku-4-5 is open  s" in wide
    assert narrow.endswith(" openrouter  s")
    assert hermes.lane is not None
    here = next(one for one in known.lanes if one.lane == hermes.lane)
    told = named_ways_out(here, known, Page(140, NOW)).judgement.options[0]
    assert told == "press s to switch hermes to openrouter with claude-haiku-4-5, which is open"


def test_where_nothing_else_is_open_nobody_is_told_to_go_there() -> None:
    known = STATES["agents"]()
    hermes = known.agents[0]
    kept = tuple(one for one in hermes.profiles if one.active)
    here = next(one for one in known.lanes if one.lane == hermes.lane)
    here = replace(here, judgement=replace(here.judgement, options=(OTHER_LANE, "use an API key")))
    stuck = replace(known, agents=(replace(hermes, profiles=kept),))
    told = named_ways_out(here, stuck, Page(140, NOW)).judgement.options
    assert told == ("use an API key",)
    afar = replace(stuck, agents=(replace(hermes, profiles=kept, host="elsewhere"),))
    assert named_ways_out(here, afar, Page(140, NOW)) == here
