"""What `init` found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from quotaboard.cli.offers import Offer, Prices
from quotaboard.config.values import CredentialEntry
from quotaboard.domain.board import Cost
from quotaboard.domain.document import cost, moment
from quotaboard.domain.lane import Kind
from quotaboard.poll.plan import Tier
from quotaboard.tui.draw.figures import full_price, tokens
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.words import plan_words, source_words

SCHEMA = "quotaboard.init/1"
FREE_WORDS = {
    Tier.CACHED: "what Claude Code keeps",
    Tier.USAGE: "the usage endpoint",
    Tier.CLIENT: "the official client's usage",
}


def offer_lines(found: Sequence[Offer], costs: Sequence[Prices | None]) -> Iterator[str]:
    """Each credential with what it is, where it was found, and what looking at it costs."""
    for number, (offer, price) in enumerate(zip(found, costs, strict=True)):
        if number:
            yield ""
        yield f"{shown(offer.name)}: {plan_words(offer.credential)} ({_state(offer)})"
        places = [shown(place) for place in offer.credential.found_in]
        yield f"  found in {', '.join(places) or source_words(offer.credential.source)}"
        if offer.trouble is not None:
            yield f"  {shown(offer.trouble)}"
        if offer.watched.hint is not None:
            yield f"  {shown(offer.watched.hint)}"
        elif price is not None:
            yield from (f"  {line}" for line in _price_lines(offer, price))


def document(
    found: Sequence[Offer],
    costs: Sequence[Prices | None],
    entries: Sequence[CredentialEntry],
    path: Path,
    written: Path | None,
) -> dict[str, Any]:
    """The same as JSON. `probe` and `models` are as they are after this run."""
    decided = {entry.name: entry for entry in entries}
    return {
        "schema": SCHEMA,
        "config": str(path),
        "written": written is not None,
        "credentials": [
            _one(
                offer, price, decided.get(offer.name, offer.watched.entry) if written else offer.watched.entry
            )
            for offer, price in zip(found, costs, strict=True)
        ],
    }


def _state(offer: Offer) -> str:
    if not offer.configured:
        return "new" if offer.belongs else "cannot be used"
    return (
        "in the config, may be looked at"
        if offer.watched.entry.probe
        else "in the config, free readings only"
    )


def _price_lines(offer: Offer, price: Prices) -> Iterator[str]:
    free = ", ".join(FREE_WORDS.get(tier, str(tier)) for tier in price.free)
    rows = {
        "free readings": free or "none",
        "a look": f"{_price(price.plain, offer)}: how full the windows are",
        "a look with tools": f"{_price(price.tools, offer)}: whether an agent is served",
        "a day at most": f"{_price(price.day, offer)} of a budget of {tokens(price.budget)}",
    }
    width = max(map(len, rows))
    return (f"{name:<{width}}  {value}" for name, value in rows.items())


def _price(value: Cost, offer: Offer) -> str:
    """Money is told where somebody bills by token; a plan does not."""
    return full_price(value) if offer.credential.kind is Kind.API_KEY else tokens(value.tokens)


def _one(offer: Offer, price: Prices | None, entry: CredentialEntry) -> dict[str, Any]:
    credential = offer.credential
    return {
        "name": offer.name,
        "provider": credential.provider,
        "kind": credential.kind.value,
        "source": credential.source,
        "found_in": list(credential.found_in),
        "plan": credential.plan,
        "expires_at": moment(credential.expires_at),
        "trouble": offer.trouble,
        "hint": offer.watched.hint,
        "supported": offer.supported,
        "configured": offer.configured,
        "probe": entry.probe,
        "models": list(entry.models or offer.models),
        "costs": None
        if price is None
        else {
            "free": [tier.value for tier in price.free],
            "plain": cost(price.plain),
            "tools": cost(price.tools),
            "day": cost(price.day),
            "daily_token_budget": price.budget,
        },
    }
