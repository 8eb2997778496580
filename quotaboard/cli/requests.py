"""The requests that would be sent next, whole but for their secrets: to be read before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from quotaboard.cli.offers import Offer
from quotaboard.config.values import Config
from quotaboard.domain.document import cost
from quotaboard.domain.hiding import HIDDEN
from quotaboard.domain.lane import PLAIN, Client, Kind, Lane
from quotaboard.poll.means import PLAN_CLIENT, Means, has_own_client
from quotaboard.poll.place import Place
from quotaboard.providers.base import Request

SCHEMA = "quotaboard.requests/1"
ALLOWED = "when it is due"
INSTEAD = "where the one before does not tell"
BY_CLIENT = "only where the usage endpoint refuses, or the login has run out"
ISOLATING = "only where a request with more in it was refused"
WITHHELD = "not without your consent: quotaboard init --probe {name} --yes"


@dataclass(frozen=True, slots=True)
class Planned:
    """One request, why it would be sent, and when."""

    credential: str
    purpose: str
    when: str
    document: dict[str, Any]
    """The request, or the command, as it would go out."""


def planned(offers: Sequence[Offer], config: Config, place: Place) -> Iterator[Planned]:
    """What would be asked with each credential that can be used. Nothing is sent."""
    means = Means(config, place)
    for offer in offers:
        if offer.usable:
            yield from _of(offer, config, means)


def request_lines(one: Planned) -> Iterator[str]:
    """As a person reads it."""
    yield f"{one.credential}: {one.purpose}, {one.when}"
    asked = one.document
    if "command" in asked:
        yield f"  {asked['command']}"
        return
    yield f"  {asked['method']} {asked['url']}"
    yield from (f"  {name}: {value}" for name, value in asked["headers"].items())
    if asked["body"] is not None:
        yield f"  {json.dumps(asked['body'], ensure_ascii=False)}"


def request_document(one: Planned) -> dict[str, Any]:
    return {"credential": one.credential, "purpose": one.purpose, "when": one.when, **one.document}


def _of(offer: Offer, config: Config, means: Means) -> Iterator[Planned]:
    watched, provider = offer.watched, offer.watched.provider
    if provider is None:
        return
    has_secret = offer.credential.kind is not Kind.NONE
    usages = provider.usages(offer.credential, watched.base_url)
    for number, usage in enumerate(usages):
        when = INSTEAD if number else ALLOWED
        yield Planned(offer.name, "reads usage", when, _as_sent(usage, has_secret=has_secret))
    if has_own_client(watched) and (client := means.client_of(watched)) is not None:
        command = " ".join((str(client), *_own_words(watched.entry.source, means.client_address(watched))))
        yield Planned(offer.name, "reads usage", BY_CLIENT, {"command": command})
    for lane in watched.lanes if provider.probes else ():
        if lane.client is Client.OFFICIAL:
            asked: dict[str, Any] = {"command": f"{means.client() or 'claude'} -p ok --model {lane.model}"}
        else:
            shape = config.shape(lane.shape)
            request = provider.probe(offer.credential, lane.model, shape, watched.base_url)
            asked = _as_sent(request, has_secret=has_secret)
        asked["cost"] = cost(means.expected(watched, lane))
        yield Planned(offer.name, f"looks at {lane.id}", _when(offer, lane), asked)


def _own_words(source: str, base_url: str | None) -> Sequence[str]:
    """How the login's own client is started for its usage."""
    if source == PLAN_CLIENT:
        from quotaboard.providers.codex.app_server import arguments

        return arguments(base_url)
    return ("-p", "--input-format", "stream-json", "--output-format", "stream-json")


def _when(offer: Offer, lane: Lane) -> str:
    if not offer.watched.entry.probe:
        return WITHHELD.format(name=offer.name)
    heavier = any(other.model == lane.model and other.shape != PLAIN for other in offer.watched.lanes)
    return ISOLATING if lane.shape == PLAIN and lane.client is Client.DIRECT and heavier else ALLOWED


def _as_sent(request: Request, *, has_secret: bool) -> dict[str, Any]:
    headers = dict(request.headers)
    if has_secret and request.secret_header is not None:
        name, before = request.secret_header
        headers[name] = before + HIDDEN
    return {
        "method": request.method,
        "url": request.url,
        "headers": headers,
        "body": None if request.json is None else dict(request.json),
    }
