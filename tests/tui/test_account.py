"""Money, notes, and what a provider hides, as lines of a card."""

from decimal import Decimal
from typing import Any

import pytest

from quotaboard.domain.board import CredentialView
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.reading import Balance, Money
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.account import account_lines
from quotaboard.tui.draw.account_words import balance_words
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.words import plan_words
from tests.tui.pieces import NOW, lane, window

PAGE = Page(60, NOW)
HIDES = "Windows are not visible through this gateway."


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def told(**facts: Any) -> str:
    view = CredentialView(Credential("it", "litellm", Kind.API_KEY, "env:K"), **facts)
    return " / ".join(line.plain.strip() for line in account_lines(view, PAGE))


@pytest.mark.parametrize(
    ("balance", "said"),
    [
        (Balance(used=usd("3.2")), "$3.20 used"),
        (Balance(used=usd("3.2"), period="weekly"), "$3.20 used this week"),
        (Balance(limit=usd("20")), "limit $20.00, how much is used is not told"),
        (Balance(available=False), "no money left"),
        (Balance(remaining=usd("-0.1"), available=False), "-$0.10 left"),
        (Balance(Money(Decimal(1_500_000), "quota units")), "1.5M quota units left"),
        (
            Balance(Money(Decimal(1_500_000), "quota units"), Money(Decimal(5_000_000), "quota units")),
            "1.5M of 5M quota units left",
        ),
    ],
)
def test_money_is_told_as_far_as_it_is_known(balance: Balance, said: str) -> None:
    assert balance_words(balance) == said


def test_what_cannot_be_seen_is_said_on_a_card_without_numbers_and_only_there() -> None:
    served = (lane("it", "glm-5", "plain", Verdict.OPEN),)
    assert told(hides=HIDES, lanes=served) == HIDES
    assert HIDES not in told(hides=HIDES, lanes=served, windows=(window("5h", 0.2),))
    assert HIDES not in told(hides=HIDES, lanes=served, balance=Balance(used=usd("1")))
    assert told(hides=HIDES) == "", "before anything was read nobody knows what is missing"


def test_a_list_of_models_proves_the_key_and_a_local_server_says_how_many_it_has() -> None:
    assert told(notes=("Models are listed.",)) == "The key is accepted."
    assert told(notes=("Models are listed.", "3 models, 1 loaded.")) == "3 models, 1 loaded."


def test_advice_on_the_address_comes_first() -> None:
    said = told(hint="The base URL is https://x/v1.", balance=Balance(used=usd("1")))
    assert said == "The base URL is https://x/v1. / $1.00 used"


def test_every_provider_has_a_name_for_people() -> None:
    from quotaboard.providers import registry

    for name in registry.names():
        words = plan_words(Credential("it", name, Kind.API_KEY, "env:K"))
        assert words[0].isupper() or name == "opencode-go", words
