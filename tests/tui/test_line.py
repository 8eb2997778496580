"""Lines are cut, filled and wrapped by cells, and nothing that others wrote gets out of its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.tui.draw.foreign import LONGEST, in_ascii, shown
from quotaboard.tui.draw.line import EMPTY, Line, between, cells, fit, joined, line, styled, wrapped
from tests.signs import ANY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", "plain"),
        ("a\nb\tc\rd", "a b c d"),
        ("\x1b[31mred\x07", "�[31mred�"),
        ("a\u202eb\u2066c\u200bd\ufeffe", "a�b�c�d�e"),
        ("\ud800", "�"),
        ("[red]not markup[/]", "[red]not markup[/]"),
        ("x" * 3000, "x" * LONGEST + "…"),
    ],
)
def test_foreign_text_is_made_harmless(text: str, said: str) -> None:
    assert shown(text) == said


@given(st.text(ANY, max_size=60), st.integers(1, 40))
def test_a_fitted_line_has_exactly_its_width(text: str, width: int) -> None:
    one = fit(styled(shown(text)), width)
    assert width - 1 <= one.width <= width  # a wide character may leave one cell over, which is filled
    assert "\n" not in one.plain


@given(st.text(ANY, max_size=200), st.integers(2, 40), st.integers(1, 5))
def test_wrapped_text_stays_in_its_room(text: str, width: int, limit: int) -> None:
    lines = wrapped(shown(text), width, limit=limit)
    assert len(lines) <= limit
    assert all(one.width <= width for one in lines)


@given(st.text(alphabet="abc  ", max_size=80), st.integers(3, 20))
def test_wrapping_loses_no_letter(text: str, width: int) -> None:
    kept = "".join(one.plain for one in wrapped(text, width))
    assert kept.replace(" ", "") == "".join(text.split())


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    assert fit(line("one ", ("two", "bold")), 6).plain == "one t…"
    assert wrapped("one two three four", 7, limit=2)[-1].plain == "three …"


def test_the_left_text_gives_way_to_the_right_one() -> None:
    assert between(styled("left side"), styled("right"), 11).plain == "left …right"


def test_only_parts_that_exist_are_joined() -> None:
    assert joined((styled("a"), None, EMPTY, styled("b")), styled(" · ")).plain == "a · b"


def test_cells_are_counted_as_a_terminal_does() -> None:
    assert [cells(text) for text in ("a", "漢", "e\u0301", "━")] == [1, 2, 1, 1]


def test_lines_with_the_same_runs_are_the_same() -> None:
    assert Line(("a", "bold")) == Line(("a", "bold"))
    assert Line(("a", "bold")) != Line(("a", ""))


def test_in_ascii_every_character_keeps_its_place() -> None:
    assert in_ascii(styled("▸GATED · ━━╸── … 漢")).plain == ">GATED . ==-.. ~ ?"
