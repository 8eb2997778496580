"""What tokens cost: our table, with its date, and before it the user's own beside the config."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from quotaboard.domain.board import Cost

Price = tuple[Decimal, Decimal]
"""Of a million tokens in, and of a million tokens out."""
Table = dict[str, dict[str, Price]]

_MILLION = Decimal(1_000_000)
_own: Path | None = None


def use(path: Path | None) -> None:
    """The user's own table, if there is such a file."""
    global _own  # noqa: PLW0603 - one table holds for the whole process, as the declared providers do
    if path != _own:
        _own = path
        _tables.cache_clear()


def cost(provider: str, model: str, input_tokens: int, output_tokens: int) -> Cost:
    """The list price of so many tokens; without a known price only the tokens are told."""
    price = _price(provider, model)
    usd = None if price is None else (price[0] * input_tokens + price[1] * output_tokens) / _MILLION
    return Cost(input_tokens, output_tokens, usd)


def as_of() -> str:
    """The day of our table, as ISO date."""
    return _tables()[1]


def own_table() -> Path | None:
    """The user's own table, where it is in force."""
    return _own if _tables()[2] is None and _own is not None and _own.exists() else None


def trouble() -> str | None:
    """What is wrong with the user's own table, in a sentence; it is not used then."""
    return _tables()[2]


def _price(provider: str, model: str) -> Price | None:
    table = _tables()[0].get(provider, {})
    names = [name for name in table if model.startswith(name)]
    return table[max(names, key=len)] if names else None


@cache
def _tables() -> tuple[Table, str, str | None]:
    """All prices, the day of ours, and what is wrong with the user's."""
    text = (files("quotaboard.providers") / "prices.toml").read_text(encoding="utf-8")
    ours, day = _parsed(text)
    try:
        theirs = _parsed(_own.read_text(encoding="utf-8"))[0] if _own is not None else {}
    except (FileNotFoundError, NotADirectoryError):
        theirs = {}
    except (OSError, ValueError, InvalidOperation) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        return ours, day, f"The prices in {_own} are not used: {said}."
    names = {*ours, *theirs}
    return {name: {**ours.get(name, {}), **theirs.get(name, {})} for name in names}, day, None


def _parsed(text: str) -> tuple[Table, str]:
    import tomllib  # 5 ms, and only where money is shown

    document = tomllib.loads(text, parse_float=Decimal)
    tables = {name: models for name, models in document.items() if isinstance(models, dict)}
    table = {
        provider: {model: _of(price, f"{provider}.{model}") for model, price in models.items()}
        for provider, models in tables.items()
    }
    return table, str(document.get("as_of", ""))


def _of(price: Any, key: str) -> Price:
    told = price if isinstance(price, Mapping) else {}
    amounts = [told.get(side) for side in ("input", "output")]
    if any(isinstance(one, bool) or not isinstance(one, int | Decimal) or one < 0 for one in amounts):
        raise ValueError(f"{key} needs input and output, in dollars for a million tokens")
    return Decimal(amounts[0]), Decimal(amounts[1])  # type: ignore[arg-type]  # checked just before
