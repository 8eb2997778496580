"""Plots, outlooks and timelines as tables of what is said and drawn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quotaboard.domain.board import WindowView
from quotaboard.domain.forecast import Use
from quotaboard.domain.history import Past, Trail, Turn
from quotaboard.domain.outlook import Burn
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.foreign import in_ascii
from quotaboard.tui.draw.outlook import burn_words, even_words, outlook_sentences, outlook_words
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.past import panel_lines, tabs, tabs_content, timeline_lines
from quotaboard.tui.draw.plot import Course, Span, columns_of, plot_lines, span_of
from quotaboard.tui.draw.spark import spark_content
from tests.tui.accounts import spent_work
from tests.tui.pieces import NOW, after, before, window

PAGE = Page(46, NOW, UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def trail(*points: tuple[float, float, float]) -> Trail:
    """Hours ago, share, and in how many hours it resets."""
    uses = [Use(NOW - ago * HOUR, share, NOW + reset * HOUR) for ago, share, reset in points]
    return Trail("5h", None, 18_000, tuple(uses))


FILLING = trail(*((5 - step / 10, 0.02 * step, 1.0) for step in range(50)))


def sized(view: WindowView, seconds: int = 18_000) -> WindowView:
    seen = view.sighting
    return replace(view, sighting=replace(seen, window=replace(seen.window, seconds=seconds)))


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (window("5h", 0.5, after(hours=2), lasts=True), "lasts until its reset at 16:12"),
        (
            window("5h", 0.5, after(hours=2), empty_at=after(minutes=40)),
            "empty about 14:52, 1h 20m before its reset",
        ),
        (window("5h", 0.5, after(hours=2)), "resets at 16:12"),
        (window("5h", 1.0, after(hours=2)), "used up until it resets at 16:12"),
        (window("5h", 1.0), "used up"),
        (window("5h", 0.5, before(minutes=5)), "reset at 14:07; not seen since"),
        (window("5h", 0.5), None),
    ],
)
def test_the_outlook_of_a_window_is_a_sentence(view: WindowView, said: str | None) -> None:
    assert outlook_words(view, PAGE) == said


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        (Burn(0.06, 0.04, 0.09), "6 % an hour (4 to 9)"),
        (Burn(0.06, 0.06, 0.06), "6 % an hour"),
        (Burn(0.005, 0.004, 0.006), "12 % a day (10 to 14)"),
        (Burn(0.0001, 0.0, 0.0), None),
        (None, None),
    ],
)
def test_a_burn_rate_has_an_interval(pace: Burn | None, said: str | None) -> None:
    assert burn_words(pace) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.6, "as an even spend would be"),
        (0.85, "25 % ahead of an even spend"),
        (0.5, "10 % behind an even spend"),
    ],
)
def test_pace_is_held_against_an_even_spend(share: float, said: str) -> None:
    assert even_words(sized(window("5h", share, after(hours=2))), PAGE) == said


def test_an_old_reading_has_no_pace() -> None:
    assert even_words(sized(window("5h", 0.5, after(hours=2), stale=True)), PAGE) is None


def test_the_panel_names_what_runs_out_else_that_all_lasts() -> None:
    lasting = [window(name, 0.2, after(hours=2), lasts=True) for name in ("5h", "7d")]
    ending = window("5h", 0.8, after(hours=2), empty_at=after(hours=1))
    scoped = window("7d_sonnet", 0.8, after(hours=2), empty_at=after(hours=1), model="Sonnet")
    assert outlook_sentences(lasting, "claude-haiku-4-5", PAGE) == ("5h and 7d last until their resets",)
    assert outlook_sentences(lasting[:1], "claude-haiku-4-5", PAGE) == ("5h lasts until its reset",)
    assert outlook_sentences([ending, lasting[1]], "claude-haiku-4-5", PAGE) == (
        "5h empty about 15:12, 1h 00m before its reset",
    )
    assert outlook_sentences([scoped], "claude-haiku-4-5", PAGE) == ()
    assert len(outlook_sentences([scoped], "claude-sonnet-4-6", PAGE)) == 1
    assert outlook_sentences([window("5h", 0.2)], "claude-haiku-4-5", PAGE) == ()


def test_a_plot_is_as_wide_and_as_high_as_asked() -> None:
    for width in (20, 46, 140):
        lines = plot_lines(FILLING, None, span_of(5 * HOUR, NOW), PAGE.wide(width), 5)
        assert len(lines) == 6
        assert {one.width for one in lines} == {width}


def test_a_plot_rises_and_says_where_now_is() -> None:
    lines = [one.plain for one in plot_lines(FILLING, None, span_of(5 * HOUR, NOW), PAGE, 5)]
    assert lines[0].startswith("100 % ")
    assert lines[4].startswith("  0 % ⣀")
    filled = [sum(character > "\u2800" for character in one) for one in lines[:5]]
    assert filled == sorted(filled)
    assert "now" in lines[5]
    low = plot_lines(trail((2, 0.03, 2)), None, span_of(5 * HOUR, NOW), PAGE, 5)
    assert low[0].plain.index("│") == lines[5].index("now") + 1


def test_a_forecast_goes_on_from_now_in_thin_dots() -> None:
    span = span_of(5 * HOUR, NOW)
    bare = plot_lines(FILLING, None, span, PAGE, 5)
    course = Course(1.0, NOW + 30 * MINUTE, alarming=True)
    drawn = plot_lines(FILLING, course, span, PAGE, 5)
    right = span.place(NOW, PAGE.width - 6) + 7
    assert not any(character > "\u2800" for one in bare[:5] for character in one.plain[right:])
    assert any(character > "\u2800" for one in drawn[:5] for character in one.plain[right:])
    assert any("$gauge-warn" in style for one in drawn[:5] for _, style in one.runs)


def test_a_reset_is_marked_under_the_plot() -> None:
    begun = trail((4, 0.7, -2), (3, 0.9, -2), (1, 0.1, 3), (0.1, 0.2, 3))
    lines = plot_lines(begun, None, span_of(5 * HOUR, NOW), PAGE, 5)
    assert lines[5].plain.count("↺") == 1


def test_a_share_is_held_for_a_while_but_not_past_a_reset_nor_into_the_future() -> None:
    span = Span(NOW - 4 * HOUR, NOW + HOUR, NOW)
    held = columns_of(trail((3.5, 0.4, 9), (1.2, 0.6, 9)), span, 20)
    # A column is a quarter of an hour.
    assert held[2:8] == [0.4, 0.4, 0.4, 0.4, None, None]
    assert held[11:16] == [0.6, 0.6, 0.6, 0.6, None]
    begun = columns_of(trail((3.5, 0.4, -3), (1.2, 0.6, 9)), span, 20)
    assert begun[2:6] == [0.4, 0.4, None, None]


def test_little_use_is_drawn_on_a_smaller_scale() -> None:
    lines = plot_lines(trail((2, 0.03, 2), (1, 0.04, 2)), None, span_of(5 * HOUR, NOW), PAGE, 5)
    assert lines[0].plain.startswith(" 10 % ")


def test_a_plot_of_nothing_is_empty_and_does_not_fail() -> None:
    for span in (5 * HOUR, 30 * 24 * HOUR):
        lines = plot_lines(Trail("5h", None, None), None, span_of(span, NOW), PAGE, 3)
        assert not any(character > "\u2800" for one in lines for character in one.plain)


@pytest.mark.parametrize("hours", [5, 24, 168, 720])
def test_plots_can_be_drawn_in_ascii(hours: int) -> None:
    lines = plot_lines(FILLING, None, span_of(hours * HOUR, NOW), PAGE, 5)
    assert all(in_ascii(one).plain.isascii() for one in lines)
    assert all("?" not in in_ascii(one).plain for one in lines)


def test_a_sparkline_is_blank_where_nothing_was_seen() -> None:
    assert spark_content((None, 0.0, 0.5, 1.0, 1.4)).plain == " ▁▅██"
    assert spark_content((None, None, 0.5)).plain == "   "


def test_ranges_stand_beside_each_other_as_far_as_they_fit() -> None:
    assert tabs_content(1, PAGE.wide(40)).plain.rstrip() == "1 5 h  2 24 h  3 7 d  4 30 d"
    for width in (40, 20, 5):
        line = tabs_content(0, PAGE.wide(width))
        assert line.width == width
        for tab in tabs(width):
            assert line.plain[tab.x] == str(tab.number + 1)


def turn(at: datetime, word: Verdict, was: Verdict | None = Verdict.OPEN, evidence: str = "200") -> Turn:
    return Turn("max/claude-haiku-4-5/tools/direct", at, was, word, "out_of_extra_usage", "rule", evidence)


def test_a_timeline_says_when_what_and_by_what_evidence() -> None:
    lines = timeline_lines(
        [
            turn(before(minutes=10), Verdict.GATED, evidence="400 You're out of extra usage. req_011CV"),
            turn(before(hours=30), Verdict.OPEN, None),
        ],
        Page(70, NOW, UTC),
        since=before(hours=5),
    )
    assert [one.plain.rstrip() for one in lines] == [
        "14:02     GATED    was OPEN · out of extra usage",
        "          400 You're out of extra usage. req_011CV",
        "Thu 08:12 OPEN     out of extra usage · 200",
    ]


def test_a_timeline_of_all_lanes_names_them_and_counts_what_it_leaves_out() -> None:
    turns = [turn(before(minutes=minute), Verdict.OPEN) for minute in range(5)]
    lines = timeline_lines(turns, Page(70, NOW, UTC), names=True, limit=2)
    assert lines[0].plain.startswith("14:12     OPEN     haiku-4-5 tools")
    assert lines[-1].plain.strip() == "3 more before"
    assert timeline_lines([], Page(70, NOW, UTC))[0].plain == "No verdict has changed in this time."


def test_a_panel_of_the_past_fills_its_room_and_needs_something_to_show() -> None:
    view = spent_work()
    turn = Turn(
        view.lanes[0].lane.id, before(minutes=5), None, Verdict.SPENT, "5h", "rule", "429 " + "x" * 40
    )
    unseen = Turn(view.lanes[1].lane.id, before(minutes=6), None, Verdict.UNKNOWN)
    past = Past(before(days=1), NOW, (FILLING,), (turn, unseen))
    assert panel_lines(view, Past(before(days=1), NOW), Page(136, NOW, UTC), 18) == []
    for width in (76, 136):
        lines = panel_lines(view, past, Page(width, NOW, UTC), 18)
        said = "\n".join(one.plain for one in lines)
        assert 14 <= len(lines) <= 18
        assert all(one.width <= width for one in lines)
        assert "SPENT" in said
        assert "xxxx" not in said
        assert "plain" in said
    assert "· " not in lines[2].plain.partition("verdicts")[2]
