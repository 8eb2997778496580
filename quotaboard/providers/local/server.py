"""The five states of a local server: down, up, model not there, there but not loaded, loaded.

Told from lists alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from quotaboard.domain.answer import Answer, Asked, Endpoint, ErrorFacts
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import Credential, Shape
from quotaboard.domain.rules import Rule
from quotaboard.domain.verdict import Scope, Verdict
from quotaboard.providers.base import Received, Request
from quotaboard.providers.bodies import opened
from quotaboard.providers.meters import mapping
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import read_answer
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import LISTED, coded


class State(StrEnum):
    """What a server says of one model."""

    THERE = "there"
    """On disk; it is loaded at the first request."""
    UNLOADED = "not_loaded"
    LOADED = "loaded"


Listing = Mapping[str, State]
ListReader = Callable[[Mapping[str, Any]], Listing | None]

_MISSING = "model_not_pulled"
_UNLOADED = "The model is there but not loaded."


def _served(state: str) -> str:
    return (
        f"The server is up and {state}. It was asked for its list alone: nothing was sent to the model, "
        "and nothing was loaded."
    )


LOCAL_RULES = (
    row("local.not_found.model", "model_not_pulled", coded(_MISSING), proof=("lo-02",)),
    row(
        "local.unauthorized.cloud",
        "token_expired",
        lambda answer, _context: answer.error is not None and bool(answer.error.details.get("signin")),
        sentence="The server itself is fine, but this is a cloud model and nobody is signed in for it",
        options=("run `ollama signin`", "choose a model that is on this machine"),
        scope=Scope.MODEL,
        proof=("lo-07",),
    ),
    Rule(
        id="local.unknown.not_loaded",
        verdict=Verdict.UNKNOWN,
        reason="not_loaded",
        scope=Scope.MODEL,
        when=lambda answer, _context: answer.allowed and _UNLOADED in answer.notes,
        summary=lambda _answer, _context, _detail: (
            "The server is up and has the model, but it is not loaded: the first request loads it, "
            "unless loading on demand is off."
        ),
        options=("load the model there",),
        proof=("lo-08",),
    ),
    Rule(
        id="local.open.loaded",
        verdict=Verdict.OPEN,
        when=lambda answer, _context: answer.allowed and bool(answer.notes),
        summary=lambda answer, _context, _detail: _served(
            "has the model loaded" if "Loaded." in answer.notes else "has the model"
        ),
    ),
    Rule(
        id="local.unknown.up",
        verdict=Verdict.UNKNOWN,
        reason="not_tried",
        scope=Scope.ENDPOINT,
        when=lambda answer, _context: (
            answer.asked.endpoint is Endpoint.USAGE
            and answer.error is None
            and answer.fault is None
            and answer.status == 200
        ),
        summary=lambda _answer, _context, _detail: "The server is up. Which model is meant was not said.",
        proof=("lo-01", "lo-02", "lo-08"),
    ),
)


@dataclass(frozen=True, slots=True)
class LocalServer(Speaker):
    """Asked with one free list, whatever the lane; never with a completion."""

    rules: Sequence[Rule] = (*LOCAL_RULES, *RULES)
    list_path: str = "/v1/models"
    listing: ListReader = lambda _body: None
    """What a list says of each model; None for a body of another form."""

    def probe(self, credential: Credential, model: str, shape: Shape, base_url: str) -> Request:
        """The list of models: free, and it tells of every lane at once."""
        del model, shape
        return self._list(credential, base_url)

    def probe_cost(self, model: str, shape: Shape) -> Cost:
        del model, shape
        return Cost(0, 0)

    def usages(self, credential: Credential, base_url: str) -> tuple[Request, ...]:
        return (self._list(credential, base_url),)

    def read(self, received: Received, asked: Asked) -> Answer:
        listing = self.listing(mapping(opened(received.body))) if received.status < 400 else None
        if listing is None:
            return read_answer(self.reading, received, asked)
        answer = Answer(
            self.reading.provider, received.at, asked, received.status, latency_ms=received.latency_ms
        )
        if asked.model is None or asked.endpoint is Endpoint.USAGE:
            asked = replace(asked, endpoint=Endpoint.USAGE)
            return replace(answer, asked=asked, notes=(LISTED, _names(listing)))
        return replace(answer, **_about(asked.model, listing))

    def demand(self, model: str | None) -> float | None:
        """Each model stands for itself."""
        del model
        return None

    def _list(self, credential: Credential, base_url: str) -> Request:
        root = (base_url or self.host).rstrip("/").removesuffix("/v1")
        return Request(
            "GET", f"{root}{self.list_path}", self._headers(credential, usage=True), self._secret(credential)
        )


def state_of(model: str, listing: Listing) -> State | None:
    """The state of a model; one without a tag is `:latest`. None when it is not there."""
    for name in (model, f"{model}:latest"):
        if name in listing:
            return listing[name]
    return None


def _about(model: str, listing: Listing) -> dict[str, Any]:
    state = state_of(model, listing)
    if state is None:
        known = ", ".join(sorted(listing)[:6]) or "none"
        return {"error": ErrorFacts(type=_MISSING, message=f"{model} is not among the models there: {known}")}
    notes = {State.THERE: "There.", State.LOADED: "Loaded.", State.UNLOADED: _UNLOADED}
    return {"notes": (notes[state],)}


def _names(listing: Listing) -> str:
    counted = "1 model" if len(listing) == 1 else f"{len(listing)} models"
    loaded = sum(state is State.LOADED for state in listing.values())
    return f"{counted}, {loaded} loaded." if loaded else f"{counted}."
