"""Each credential: where it is, whether it can be sent, how it is asked, and what that has cost today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from quotaboard.cli.checks.section import Section, Wrong
from quotaboard.cli.offers import Offer, Prices
from quotaboard.domain.board import CredentialView
from quotaboard.domain.document import cost, moment
from quotaboard.domain.renewal import renewal_of
from quotaboard.sources.base import Lack


def credential_section(
    offer: Offer, prices: Prices | None, view: CredentialView | None, *, watched: bool
) -> Section:
    """`view` is what the store knows of it, if anything; what is not watched is in nobody's way."""
    credential, entry = offer.credential, offer.watched.entry
    facts: dict[str, Any] = {
        "name": offer.name,
        "provider": credential.provider,
        "kind": credential.kind.value,
        "plan": credential.plan,
        "source": credential.source,
        "found_in": list(credential.found_in),
        "configured": offer.configured,
        "usable": offer.usable,
        "trouble": offer.trouble,
        "hint": offer.watched.hint,
        "expires_at": moment(credential.expires_at),
        "host": _host(offer.watched.base_url),
        "free_readings": [tier.value for tier in prices.free] if prices else [],
        "looks": _consent(offer, view),
        "models": list(offer.models),
        "shapes": list(entry.shapes),
        "last_look_at": moment(_last_look(view)),
        "tokens_today": view.tokens_today if view else 0,
        "daily_token_budget": prices.budget if prices else None,
        "a_look": cost(prices.plain) if prices else None,
        "a_look_with_tools": cost(prices.tools) if prices else None,
        "a_day_at_most": cost(prices.day) if prices else None,
    }
    return Section(f"credential {offer.name}", facts, tuple(_wrong(offer, view)) if watched else ())


def client_section(wanted: bool, facts: Mapping[str, Any]) -> Section:  # noqa: FBT001 - one word tells all
    """The provider's own command-line client; in the way only when the config asks it."""
    wrong: tuple[Wrong, ...] = ()
    if wanted and facts["path"] is None:
        wrong = (
            Wrong(
                'The config asks the official client (clients = ["official"]); no `claude` is on the PATH.',
                "npm install -g @anthropic-ai/claude-code",
            ),
        )
    return Section("official client", dict(facts), wrong)


def _wrong(offer: Offer, view: CredentialView | None) -> list[Wrong]:
    if offer.trouble is not None:
        return [Wrong(f"{offer.name}: {offer.trouble}", _fix(offer))]
    if offer.watched.hint is not None:
        return [Wrong(f"{offer.name}: {offer.watched.hint}")]
    if view is not None and view.daily_budget is not None and view.tokens_today >= view.daily_budget:
        return [Wrong(f"{offer.name}: today's budget for looking is used up; looks go on tomorrow (UTC).")]
    return []


def _fix(offer: Offer) -> str | None:
    source = offer.credential.source.partition(":")[0]
    if source == "claude-code" and offer.watched.reason != Lack.EXPIRED:
        return "claude /login"
    is_renewed = source == "keyring" or offer.watched.reason == Lack.EXPIRED
    return renewal_of(offer.credential) if is_renewed else None


def _consent(offer: Offer, view: CredentialView | None) -> str:
    if offer.watched.entry.probe:
        return "allowed by the config"
    return "allowed on the board" if view is not None and view.consent else "not allowed"


def _last_look(view: CredentialView | None) -> datetime | None:
    if view is None:
        return None
    seen = [lane.judgement.observed_at for lane in view.lanes]
    seen += [window.sighting.observed_at for window in view.windows]
    return max((at for at in seen if at is not None), default=None)


def _host(url: str) -> str | None:
    """Without a user name, which an address may hold by mistake."""
    try:
        parts = urlsplit(url)
        return (
            f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"
            if parts.hostname
            else None
        )
    except ValueError:
        return None
