from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.config.durations import duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("2m", 120),
        ("1h", 3600),
        ("1h30m", 5400),
        ("7d", 604_800),
        (" 1 h 5 m ", 3900),
        ("0s", 0),
    ],
)
def test_a_span_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "-2m", "2 minutes", "1.5h", "2m!", "999999999d999999999d"])
def test_anything_else_is_no_span(text: str) -> None:
    assert parse_duration(text) is None


@given(st.integers(min_value=0, max_value=10**8))
def test_a_span_survives_being_written_and_read(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(duration_text(span)) == span
