"""Plain words for shares, moments and the paid pool."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.reading import Overage, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.wording import meaning, overage_words, percent, plan_use


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (0.0001, "under 1 %"),
        (0.03, "3 %"),
        (0.737, "73 %"),
        (0.996, "99 %"),
        (1.0, "100 %"),
        (1.02, "102 %"),
    ],
)
def test_a_share_reads_as_a_percentage(share: float, words: str) -> None:
    assert percent(share) == words


@given(st.floats(0, 10, exclude_min=True))
def test_used_is_never_called_unused_and_not_full_is_never_called_full(share: float) -> None:
    assert percent(share) != "0 %"
    assert share >= 1 or percent(share) != "100 %"


def test_the_fuller_window_of_the_account_is_the_use_of_the_plan() -> None:
    windows = [Window("5h", 0.03), Window("7d", 0.2), Window("7d_oi", 0.9, model="Fable")]
    assert plan_use(windows) == "Your plan is 20 % used"
    assert plan_use([Window("5h"), Window("7d_oi", 0.9)]) is None


@pytest.mark.parametrize(
    ("overage", "words"),
    [
        (None, None),
        (Overage(), None),
        (Overage(in_use=True, status="allowed"), "extra usage is being billed"),
        (Overage(status="allowed"), "extra usage is on: beyond the plan, requests are billed"),
        (Overage(status="rejected"), "extra usage is off"),
        (
            Overage(status="rejected", reason="org_level_disabled_until"),
            "extra usage is off until its limit resets",
        ),
        (Overage(status="rejected", reason="a_new_reason"), "extra usage is off"),
    ],
)
def test_the_paid_pool_in_words(overage: Overage | None, words: str | None) -> None:
    assert overage_words(overage) == words


def test_a_verdict_alone_has_a_sentence_with_its_reason() -> None:
    assert meaning(Verdict.GATED, "out_of_extra_usage") == (
        "Refused for what the request carries or who sends it, not for quota (out of extra usage)."
    )
    assert meaning(Verdict.OPEN, None) == "Serves on the plan or key."
