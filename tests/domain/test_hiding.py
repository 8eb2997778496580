from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.hiding import _QUOTED_HEADER, HIDDEN, LOOKS_SECRET, SHORTEST, hide_secrets
from tests.signs import ANY


@given(
    st.from_regex(LOOKS_SECRET, fullmatch=True, alphabet=ANY)
    | st.from_regex(_QUOTED_HEADER, fullmatch=True, alphabet=ANY)
)
def test_nothing_that_looks_like_a_secret_is_too_short_to_be_hidden(text: str) -> None:
    assert len(text) >= SHORTEST
    assert HIDDEN in hide_secrets(text)


@given(st.text(ANY, max_size=SHORTEST - 1))
def test_a_short_word_is_left_as_it_is(text: str) -> None:
    assert hide_secrets(text) == text
