"""What tokens cost: our table, and the user's own before it."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from quotaboard.providers import prices


@pytest.fixture(autouse=True)
def ours_alone() -> Iterator[None]:
    yield
    prices.use(None)


def usd(provider: str, model: str) -> Decimal | None:
    return prices.cost(provider, model, 1_000_000, 0).usd


def test_the_longest_name_that_fits_counts_and_an_unknown_model_has_no_price() -> None:
    assert usd("anthropic", "claude-opus-5-5-20261001") == 4
    assert usd("anthropic", "claude-opus-5") == 5
    assert usd("relay", "claude-opus-5") is None
    assert prices.as_of() == "2026-11-18"


def test_the_users_own_table_comes_first_and_adds_providers(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(
        '[anthropic]\n"claude-opus-5-5" = { input = 3.5, output = 1 }\n'
        '[relay]\n"glm-5" = { input = 0.6, output = 2.2 }\n'
    )
    prices.use(own)
    assert usd("anthropic", "claude-opus-5-5") == Decimal("3.5")
    assert usd("anthropic", "claude-haiku-4-5") == 1
    assert usd("relay", "glm-5") == Decimal("0.6")
    assert prices.own_table() == own


@pytest.mark.parametrize("text", ["[relay", '[relay]\n"m" = 3', '[relay]\n"m" = { input = -1, output = 2 }'])
def test_a_table_that_cannot_be_read_is_said_and_not_used(tmp_path: Path, text: str) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(text)
    prices.use(own)
    assert usd("anthropic", "claude-haiku-4-5") == 1
    said = prices.trouble()
    assert said is not None
    assert str(own) in said
    assert prices.own_table() is None


def test_no_such_table_is_no_trouble(tmp_path: Path) -> None:
    prices.use(tmp_path / "prices.toml")
    assert (prices.trouble(), prices.own_table()) == (None, None)
