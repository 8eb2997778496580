"""Numbers as people read them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from quotaboard.domain.board import Cost
from quotaboard.domain.reading import Money
from quotaboard.tui.draw import figures

NOW = datetime(2026, 11, 20, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0 %"),
        (0.004, "<1 %"),
        (0.03, "3 %"),
        (0.29, "29 %"),
        (0.999, "99 %"),
        (1.0, "100 %"),
        (1.02, "102 %"),
    ],
)
def test_a_share_is_never_rounded_up(share: float, said: str) -> None:
    assert figures.percent(share) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "now"),
        (0, "now"),
        (59, "<1m"),
        (60, "1m"),
        (2280, "38m"),
        (6480, "1h 48m"),
        (86_399, "23h 59m"),
        (356_400, "4d 3h"),
    ],
)
def test_a_countdown_is_told_to_the_minute(seconds: int, said: str) -> None:
    assert figures.countdown(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1m ago"),
        (3 * 3600, "3h ago"),
        (47 * 3600, "47h ago"),
        (3 * 86_400, "3d ago"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, said: str) -> None:
    assert figures.ago(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "16:00"),
        (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), "Sat 09:00"),
        (datetime(2026, 12, 3, 9, 0, tzinfo=UTC), "3 Dec"),
    ],
)
def test_a_moment_is_as_precise_as_it_needs_to_be(at: datetime, said: str) -> None:
    assert figures.moment(at, NOW, UTC) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 tokens"),
        (1, "1 token"),
        (9999, "9999 tokens"),
        (20_000, "20k tokens"),
        (12_345, "12.3k tokens"),
        (2_500_000, "2.5M tokens"),
    ],
)
def test_tokens_carry_their_unit(count: int, said: str) -> None:
    assert figures.tokens(count) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [("5", "USD", "$5.00"), ("-0.5", "usd", "-$0.50"), ("20.005", "EUR", "€20.01"), ("3", "CHF", "3.00 CHF")],
)
def test_money_carries_its_sign_or_code(amount: str, currency: str, said: str) -> None:
    assert figures.money(Money(Decimal(amount), currency)) == said


@pytest.mark.parametrize(
    ("usd", "short", "full"),
    [
        (None, "11 tokens", "11 tokens"),
        (Decimal("0.000015"), "11 tokens", "11 tokens, under $0.01"),
        (Decimal("0.25"), "11 tokens, $0.25", "11 tokens, $0.25"),
    ],
)
def test_a_price_names_money_where_it_matters(usd: Decimal | None, short: str, full: str) -> None:
    cost = Cost(10, 1, usd)
    assert figures.price(cost) == short
    assert figures.full_price(cost) == full
