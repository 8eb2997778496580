from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.sources.dotenv import parse_dotenv
from tests.signs import ANY


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("export A=b", "b"),
        ("  export   A = b  ", "b"),
        ('A="b c"', "b c"),
        ("A='b c'", "b c"),
        ('A="b" # note', "b"),
        ("A=b # note", "b"),
        ("A=b#c", "b#c"),
        ("A= # note", ""),
        ("A=#note", ""),
        ("A=", ""),
        ('A=""', ""),
        ('A="b\\"c"', 'b"c'),
        ("A='b\\'c'", "b'c"),
        ('A="b\\nc"', "b\nc"),
        ("A='b\\nc'", "b\\nc"),
        ("A=b=c", "b=c"),
        ('A="half', '"half'),
        ("A=1\nA=2", "2"),
        ("A=b\r\n", "b"),
        ("\ufeffA=b", None),
        ("# A=b", None),
        ("A", None),
        ("1A=b", None),
    ],
)
def test_a_line_is_read_as_its_owner_reads_it(line: str, value: str | None) -> None:
    assert parse_dotenv(line).get("A") == value


def test_the_recorded_file_is_read(recorded: Path) -> None:
    assert parse_dotenv((recorded / "hermes/env.before").read_text()) == {
        "ANTHROPIC_TOKEN": "sk-ant-oat01-<redacted>",
        "OPENROUTER_API_KEY": "sk-or-v1-<redacted>",
        "TELEGRAM_HOME_CHANNEL": "123",
    }


@given(st.text(ANY))
def test_no_text_is_too_odd(text: str) -> None:
    parse_dotenv(text)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'\"#\\"), min_size=1))
def test_a_quoted_token_comes_back_as_it_is(token: str) -> None:
    for quote in ("", "'", '"'):
        assert parse_dotenv(f"export T={quote}{token}{quote}  # work") == {"T": token}
