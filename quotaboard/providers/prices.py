"""What tokens cost, from a table with a date."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files

from quotaboard.domain.board import Cost

_MILLION = Decimal(1_000_000)


def cost(provider: str, model: str, input_tokens: int, output_tokens: int) -> Cost:
    """The list price of so many tokens; without a known price only the tokens are told."""
    price = _price(provider, model)
    usd = None if price is None else (price[0] * input_tokens + price[1] * output_tokens) / _MILLION
    return Cost(input_tokens, output_tokens, usd)


def _price(provider: str, model: str) -> tuple[Decimal, Decimal] | None:
    table = _table().get(provider, {})
    names = [name for name in table if model.startswith(name)]
    return table[max(names, key=len)] if names else None


@cache
def _table() -> dict[str, dict[str, tuple[Decimal, Decimal]]]:
    import tomllib  # 5 ms, and only where money is shown

    text = (files("quotaboard.providers") / "prices.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text, parse_float=Decimal)
    return {
        provider: {
            model: (Decimal(price["input"]), Decimal(price["output"])) for model, price in models.items()
        }
        for provider, models in data.items()
        if isinstance(models, dict)
    }
