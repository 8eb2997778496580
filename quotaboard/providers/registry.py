"""The providers by name. A row costs nothing; a module is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.rules import Rule
from quotaboard.providers.base import Provider, Received

_MODULES = {"anthropic": "quotaboard.providers.anthropic"}


class Reader(Protocol):
    """The part of a provider that reads and judges answers: cheap to import, and sends nothing."""

    name: str
    title: str
    rules: Sequence[Rule]

    def read(self, received: Received, asked: Asked) -> Answer: ...

    def read_client(self, items: Sequence[object], at: datetime) -> Answer | None:
        """The answer that the output of the provider's own client tells of, if it is such output."""

    def demand(self, model: str | None) -> float | None: ...


def names() -> tuple[str, ...]:
    """Every provider that quotaboard knows."""
    return tuple(_MODULES)


def reader(name: str) -> Reader:
    """How answers of this provider are read; those of one that is not known as Anthropic's, whose form gateways speak."""
    return provider(name) if name in _MODULES else provider("anthropic")


def provider(name: str) -> Provider:
    """The provider of that name. Raises KeyError for one that is not known: the config has checked it before."""
    module = import_module(_MODULES[name] + ".provider")
    return cast("Provider", module.PROVIDER)  # the module's one promise
