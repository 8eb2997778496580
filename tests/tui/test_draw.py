"""What stands on the parts of the screen."""

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from quotaboard.domain.board import Board, WindowView
from quotaboard.domain.lane import Kind
from quotaboard.domain.reading import Balance, Money, Overage
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw import (
    account_words,
    arrange,
    banner,
    card,
    detail,
    gauge,
    header,
    key_bar,
    matrix,
    roster,
    story,
)
from quotaboard.tui.draw.arrange import Arrangement, Order
from quotaboard.tui.draw.changes import news_of
from quotaboard.tui.draw.commands import Situation
from quotaboard.tui.draw.detail import hanging
from quotaboard.tui.draw.grid import grid_of
from quotaboard.tui.draw.line import Line
from quotaboard.tui.draw.page import Page
from tests.tui import accounts, boards, pieces
from tests.tui.pieces import HAIKU, NOW, SONNET, after, before, credential, judgement, lane, view, window

PAGE = Page(66, NOW)


def plain(lines: list[Line] | tuple[Line, ...]) -> str:
    return "\n".join(one.plain.rstrip() for one in lines)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            window("5h", 0.03, after(hours=1, minutes=48), lasts=True),
            ["5h", "╸", "3", "%", "1h", "48m", "lasts"],
        ),
        (window("5h", 1.01, after(hours=2), status="rejected"), ["101", "%", "used", "up"]),
        (window("7d", 0.42, after(days=3), empty_at=after(days=1)), ["42", "%", "empty", "Sat", "14:12"]),
        (window("5h", None), ["5h", "·"]),
        (
            window("5h", 0.9, before(minutes=12), stale=True, seen=before(hours=1)),
            ["·", "reset", "12m", "ago"],
        ),
        (
            window("5h", 0.5, after(hours=1), stale=True, seen=before(hours=3)),
            ["50", "%", "seen", "3h", "ago"],
        ),
        (window("5h", 0.5, after(hours=1), seen=before(minutes=25), lasts=True), ["seen", "25m", "ago"]),
    ],
)
def test_a_gauge_says_how_full_until_when_and_how_old(told: WindowView, words: list[str]) -> None:
    said = gauge.gauge_line(told, PAGE, 2)
    assert said.width == PAGE.width
    assert set(words) <= {word for part in said.plain.split("━") for word in part.replace("─", " ").split()}


def test_a_window_that_has_reset_is_never_shown_as_full_or_as_nothing() -> None:
    said = gauge.gauge_line(window("5h", 1.0, before(minutes=1), status="rejected"), PAGE, 2).plain
    assert "100" not in said
    assert "0 %" not in said
    assert "━" not in said


@pytest.mark.parametrize(
    ("share", "drawn"),
    [
        (0.0, "──────────"),
        (0.001, "╸─────────"),
        (0.5, "━━━━━─────"),
        (1.0, "━━━━━━━━━━"),
        (1.7, "━━━━━━━━━━"),
        (None, " " * 10),
    ],
)
def test_a_bar_is_drawn_to_half_a_cell(share: float | None, drawn: str) -> None:
    assert gauge.bar_content(share, 10, "$gauge-ok").plain == drawn


def test_the_matrix_has_a_word_for_every_lane_and_knows_where_it_stands() -> None:
    told = accounts.gated_max()
    drawn = matrix.matrix_drawing(grid_of(told), PAGE, f"max/{SONNET}/tools/direct")
    assert plain(drawn.lines).splitlines()[0].split() == ["plain", "tools", "official"]
    assert plain(drawn.lines).splitlines()[2].split() == [SONNET, "OPEN", "▸GATED", "OPEN"]
    spot = drawn.spot(f"max/{SONNET}/tools/direct")
    assert spot is not None
    assert drawn.at(spot.x, spot.y) == spot.lane
    assert drawn.at(0, 0) is None


def test_a_matrix_that_does_not_fit_becomes_a_list() -> None:
    drawn = matrix.matrix_drawing(grid_of(accounts.gated_max()), PAGE.wide(28), None)
    assert plain(drawn.lines).splitlines()[0].split() == ["haiku-4-5", "plain", "OPEN"]
    assert len(drawn.lines) == len(drawn.spots) == 6


@pytest.mark.parametrize("state", ["fleet", "trouble", "stale", "hostile", "loading"])
def test_a_card_is_as_tall_as_it_was_measured(state: str) -> None:
    for width, brief in product([20, 30, 40, 66, 76, 136], [True, False]):
        for told in boards.STATES[state]().credentials:
            drawn = card.card_drawing(told, PAGE.wide(width - 4), None, brief=brief)
            assert card.card_height(told, PAGE.wide(width), brief=brief) == len(drawn.lines) + 2


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"consent": False}, "no reading yet: c allows looks, about 348 tokens a day"),
        ({"consent": False, "cost_per_day": None}, "no reading yet: c allows looks"),
        ({}, "no reading yet"),
    ],
)
def test_a_card_without_readings_says_why(facts: dict[str, Any], said: str) -> None:
    assert card.nothing_line(view(credential("x"), **facts), PAGE, busy=False).plain.rstrip() == said


def test_a_card_says_that_the_first_look_is_under_way_or_due() -> None:
    planned = view(
        credential("x"), (replace(lane("x", HAIKU, "plain", Verdict.UNKNOWN), next_look_at=after(minutes=3)),)
    )
    assert "the first look is in 3m" in card.nothing_line(planned, PAGE, busy=False).plain
    assert "first look under way" in card.nothing_line(planned, PAGE, busy=True).plain


def test_a_key_without_windows_says_so() -> None:
    told = view(credential("x", None, kind=Kind.API_KEY), (lane("x", HAIKU, "plain", Verdict.OPEN),))
    assert "it reports no windows" in plain(card.card_drawing(told, PAGE, None).lines)


@pytest.mark.parametrize(
    ("balance", "said"),
    [
        (None, None),
        (Balance(), None),
        (Balance(Money(Decimal(5), "USD")), "$5.00 left"),
        (
            Balance(Money(Decimal(5), "USD"), Money(Decimal(20), "USD"), "monthly"),
            "$5.00 of $20.00 left this month",
        ),
    ],
)
def test_a_balance_is_told_in_words(balance: Balance | None, said: str | None) -> None:
    assert account_words.balance_words(balance) == said


def test_a_spend_cap_is_the_pools_gauge_and_not_drawn_twice() -> None:
    on = Overage("allowed", utilization=0.73)
    capped = view(credential("it"), windows=(window("spend", 0.73, after(days=11)),), overage=on)
    assert plain(card.window_lines(capped, PAGE)).count("73 %") == 1


def test_a_billed_pool_is_loud_in_the_frame_and_has_a_gauge() -> None:
    told = accounts.paid_team()
    assert ("extra usage is being billed", "bold $lane-paid") in card.subtitle_content(told).runs
    assert "$21.07" in plain(card.card_drawing(told, PAGE, None).lines)


@pytest.mark.parametrize(
    ("state", "width", "said"),
    [
        ("fleet", 100, "12 of 34 lanes blocked · 4 billed · 4 near · 6 not known"),
        ("fleet", 40, "12 of 34 lanes blocked · 4 billed"),
        ("fleet", 28, "12 of 34 blocked · 4 billed"),
        ("fleet", 10, "12 of 34 blocked · 4 billed"),
        ("all-well", 40, "all 12 lanes serve"),
        ("empty", 40, "no lanes yet"),
        ("loading", 40, "4 not known"),
    ],
)
def test_the_header_counts_what_matters_and_drops_what_does_not_fit(
    state: str, width: int, said: str
) -> None:
    assert header.counts_content(header.tally_of(boards.STATES[state]().credentials), width).plain == said


def test_a_board_where_all_is_well_is_quiet() -> None:
    styles = {
        style for _, style in header.counts_content(header.tally_of(boards.all_well().credentials), 80).runs
    }
    assert not any("lane-" in style for style in styles)


@pytest.mark.parametrize(
    ("pulse", "said"),
    [
        (header.Pulse(), "next look 2m · 61 tokens today"),
        (header.Pulse(busy=True), "looking now · 61 tokens today"),
        (header.Pulse(busy=True, paused=True), "paused · 61 tokens today"),
    ],
)
def test_the_header_says_what_comes_next(pulse: header.Pulse, said: str) -> None:
    assert header.next_content(boards.tools_gated(), PAGE, pulse).plain == said


def test_the_bar_keeps_help_and_quit_however_narrow() -> None:
    for width in (20, 40, 80, 200):
        ids = [key.command.id for key in key_bar.keys_in(Situation(), width)]
        assert ids[-2:] == ["help", "quit"]
    assert len(key_bar.keys_in(Situation(), 200)) > len(key_bar.keys_in(Situation(), 40))


def test_at_most_two_notices_and_the_most_pressing_first() -> None:
    board = replace(boards.no_network(), trouble="The store is locked.", watched_elsewhere=True)
    notices = banner.notices_of(board, paused=True, stopped=None, filtered="only “x”")
    assert [notice.text for notice in notices] == [
        "The store is locked.",
        "no network: nothing answers; each lane keeps what was last seen",
    ]


def test_one_lane_that_answers_means_that_there_is_a_network() -> None:
    offline = boards.no_network()
    assert banner.is_offline(offline)
    assert not banner.is_offline(replace(offline, credentials=(*offline.credentials, accounts.gated_max())))
    assert not banner.is_offline(boards.empty())


def test_the_list_shows_the_fullest_window_that_governs_all_models() -> None:
    told = accounts.near_pro()
    assert roster.fullest_shown(told.windows, PAGE).sighting.window.name == "5h"


@pytest.mark.parametrize(
    ("here", "count", "limit", "first"),
    [(0, 30, 10, 0), (29, 30, 10, 20), (15, 30, 10, 10), (2, 3, 10, 0)],
)
def test_the_list_keeps_the_cursor_in_sight(here: int, count: int, limit: int, first: int) -> None:
    assert roster.first_shown(here, count, limit) == first


def names(how: Arrangement, board: Board) -> list[str]:
    return [told.credential.name for told in arrange.arranged(board.credentials, how)]


def test_orders() -> None:
    board = boards.fleet()
    assert names(Arrangement(), board)[0] == "max"
    assert names(Arrangement(Order.TROUBLE), board)[:3] == ["old", "max", "side"]
    assert names(Arrangement(Order.FULLEST), board)[0] == "work"
    assert names(Arrangement(Order.NAME), board)[0] == "max"
    assert names(Arrangement(Order.NAME, reverse=True), board)[0] == "work"
    assert Order.NAME.following is Order.CONFIG


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ("gated", ["max", "side"]),
        ("GATED tools", ["max", "side"]),
        ("max haiku gated", ["max"]),
        ("openrouter", ["router"]),
        ("keyring", ["spare"]),
        ("bare_429", ["side"]),
        ("nothing like it", []),
    ],
)
def test_a_filter_needs_every_word_in_the_credential_or_the_lane(wanted: str, left: list[str]) -> None:
    assert names(Arrangement(filter=wanted), boards.fleet()) == left


def test_a_filter_that_names_the_credential_keeps_all_its_lanes() -> None:
    (told,) = arrange.arranged(boards.fleet().credentials, Arrangement(filter="work hermes"))
    assert len(told.lanes) == 6


def test_news_are_changes_that_cannot_be_seen() -> None:
    old, new = boards.tools_gated(), pieces.board(accounts.serving("max", "max_20x", 0.1, 0.1))
    assert news_of(old, new, frozenset()) == "max / claude-haiku-4-5 / tools is OPEN now, and 1 more changed."
    assert news_of(old, new, {told.lane.id for told in new.lanes}) is None
    assert news_of(boards.loading(), new, frozenset()) is None


def headline(told: object) -> str:
    return story.brief_headline(lane("max", HAIKU, "tools", told), PAGE.wide(200)).plain  # type: ignore[arg-type]


def test_a_headline_leaves_out_what_would_be_a_stump_and_goes_on_below_where_there_is_room() -> None:
    told = lane("max", HAIKU, "tools", judgement(Verdict.GATED))
    narrow = PAGE.wide(28)
    assert story.brief_headline(told, narrow).plain == "GATED since 14:02"
    assert [one.plain for one in story.headlines(told, narrow)] == ["GATED since 14:02", "seen just now"]
    whole = "GATED since 14:02 · seen just now"
    assert [one.plain for one in story.headlines(told, PAGE)] == [whole]
    assert story.brief_headline(told, PAGE.wide(len(whole))).plain == whole


def test_an_option_that_has_one_line_ends_at_a_comma_where_it_can() -> None:
    said = "1  press s to switch hermes to team, which is open"
    assert [one.plain for one in hanging(said, 40, "", limit=1)] == ["1  press s to switch hermes to team"]
    assert [one.plain for one in hanging(said, 20, "", limit=1)] == ["1  press s to switc…"]
    assert [one.plain for one in hanging(said, 60, "", limit=1)] == [said]


def test_the_headline_says_since_until_and_how_sure() -> None:
    assert headline(judgement(Verdict.GATED)) == "GATED since 14:02 · seen just now"
    assert headline(judgement(Verdict.GATED, confirmed=False)).startswith("GATED? since 14:02 · suspected")
    assert "until 16:12, in 2h 00m" in headline(judgement(Verdict.SPENT, until=after(hours=2)))
    assert "inferred from max/x/plain/direct" in headline(
        judgement(Verdict.OPEN, inferred_from="max/x/plain/direct"),
    )
    assert headline(judgement(Verdict.UNKNOWN)) == "never looked at"
    old = judgement(Verdict.UNKNOWN, stale=True, was=Verdict.OPEN, observed_at=before(hours=3))
    assert headline(old) == "open · too old to say how it is now · seen 3h ago"


@pytest.mark.parametrize(
    ("lane_facts", "view_facts", "asking", "said"),
    [
        (
            {},
            {},
            story.Asking(),
            "in 2m, about 10 tokens: such a refusal has no reset, so it is asked rarely",
        ),
        (
            {"next_look_at": after(seconds=50)},
            {},
            story.Asking(),
            "in under a minute, about 10 tokens: an agent waits for it, so it is asked soon",
        ),
        ({}, {}, story.Asking(paused=True), "none while paused"),
        ({}, {}, story.Asking(elsewhere=True), "another quotaboard asks"),
        ({"next_look_at": None}, {"consent": False}, story.Asking(), "none: press c to allow looks at max"),
        ({"next_look_at": None}, {}, story.Asking(), "none planned"),
    ],
)
def test_the_next_look_has_a_time_a_price_and_a_reason(
    lane_facts: dict[str, Any],
    view_facts: dict[str, Any],
    asking: story.Asking,
    said: str,
) -> None:
    told = replace(lane("max", HAIKU, "tools", Verdict.GATED), **lane_facts)
    assert story.next_look(told, view(credential("max"), **view_facts), PAGE, asking) == said


def test_the_panel_keeps_one_way_out_however_low_it_is() -> None:
    told = accounts.gated_max()
    subject = detail.Subject(told, told.lanes[1])
    for height in (4, 5, 6, 9):
        text = plain(detail.detail_lines(subject, PAGE.wide(76), height))
        assert "what helps  1  Run this in Claude Code" in text
        assert len(text.splitlines()) <= height


def test_the_panel_of_a_credential_without_lanes_tells_of_the_credential() -> None:
    told = view(credential("half", None), (), trouble="The file is half written.")
    text = plain(detail.detail_lines(detail.Subject(told, None), PAGE, 10))
    assert "The file is half written." in text
    assert "found in    Claude Code" in text


def test_copied_evidence_is_plain_and_complete() -> None:
    told = accounts.spent_work().lanes[0]
    text = story.evidence_text(told)
    assert "verdict: spent (5h)" in text
    assert "retry-after: 7200" in text
    assert "seen: 2026-11-20T14:11:22Z" in text


def test_looking_is_told_with_its_budget() -> None:
    assert story.looking_words(view(credential("x")), PAGE) == (
        "61 tokens today of a budget of 20k tokens, about 348 tokens a day"
    )
    assert (
        story.looking_words(view(credential("x"), consent=False), PAGE)
        == "not allowed; c allows it: about 348 tokens a day"
    )


def test_no_overage_no_words() -> None:
    assert card.subtitle_content(view(credential("x"), tokens_today=0)).plain == ""
    assert Overage().can_serve is False
