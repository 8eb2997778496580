"""The providers by name. A row costs nothing; a module is imported when it is asked for.

Besides those here there are providers that the config declares, and those of third parties: objects of the
entry point group `quotaboard.providers`, under the entry's name, loaded when something asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any, Final, Protocol, cast

from quotaboard import plugins
from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.rules import Rule
from quotaboard.plugins import Broken
from quotaboard.providers.base import Provider, Received

GROUP: Final = "quotaboard.providers"
FALLBACK: Final = "anthropic"

_BUILT_IN = {
    "anthropic": "anthropic.provider:PROVIDER",
    "openrouter": "openrouter:PROVIDER",
    "openai": "openai.provider:PROVIDER",
    "codex": "codex.provider:PROVIDER",
    "relay": "relay:PROVIDER",
    "litellm": "litellm:PROVIDER",
    "groq": "groq:PROVIDER",
    "mistral": "mistral:PROVIDER",
    "azure": "azure:PROVIDER",
    "deepseek": "deepseek:PROVIDER",
    "moonshot": "moonshot:PROVIDER",
    "zai": "zai:PROVIDER",
    "kimi-code": "kimi_code:PROVIDER",
    "minimax": "minimax:PROVIDER",
    "ollama-cloud": "ollama_cloud:PROVIDER",
    "copilot": "copilot:PROVIDER",
    "gemini-code-assist": "gemini:PROVIDER",
    "antigravity": "gemini:ANTIGRAVITY",
    "gemini-api": "gemini:API",
    "opencode-go": "opencode_go:PROVIDER",
    "cursor": "cursor:PROVIDER",
    "commandcode": "commandcode:PROVIDER",
    "xiaomi-mimo": "mimo:PROVIDER",
    "bedrock": "clouds:BEDROCK",
    "vertex": "clouds:VERTEX",
    "ollama": "local.ollama:PROVIDER",
    "lmstudio": "local.lmstudio:PROVIDER",
}
"""Module and object, under this package."""

_ALIASES = {
    "one-api": "relay",
    "new-api": "relay",
    "opengateway": "relay",
    "deepai": "relay",
    "openai-codex": "codex",
    "chatgpt": "codex",
    "azure-openai": "azure",
    "litellm-proxy": "litellm",
    "z.ai": "zai",
    "glm": "zai",
    "zhipu": "zai",
    "kimi": "kimi-code",
    "moonshotai": "moonshot",
    "github-copilot": "copilot",
    "gemini": "gemini-api",
    "google": "gemini-api",
    "lm-studio": "lmstudio",
    "aws": "bedrock",
    "aws-bedrock": "bedrock",
    "amazon-bedrock": "bedrock",
    "vertex-ai": "vertex",
    "google-vertex": "vertex",
    "opencode": "opencode-go",
    "mimo": "xiaomi-mimo",
}
"""What other programs call them."""

_declared: dict[str, Mapping[str, Any]] = {}


class Reader(Protocol):
    """The part of a provider that reads and judges answers: cheap to import, and sends nothing."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def rules(self) -> Sequence[Rule]: ...

    def read(self, received: Received, asked: Asked) -> Answer: ...

    def read_client(self, items: Sequence[object], at: datetime) -> Answer | None:
        """The answer that the output of the provider's own client tells of, if it is such output."""

    def read_told(self, body: object, asked: Asked, at: datetime, status: int | None) -> Answer | None:
        """The answer that a text or an object tells of, without HTTP; None when it tells of none."""

    def demand(self, model: str | None) -> float | None: ...


def declare(tables: Mapping[str, Mapping[str, Any]]) -> None:
    """The providers that the config declares, as its checked tables; they replace those declared before."""
    _declared.clear()
    _declared.update(tables)
    _declared_provider.cache_clear()


def forget() -> None:
    """Look again for what is declared and installed."""
    _declared_provider.cache_clear()
    _plugged_in.cache_clear()
    _plugins.cache_clear()


def names() -> tuple[str, ...]:
    """Every provider that quotaboard knows."""
    return tuple(dict.fromkeys((*_BUILT_IN, *_declared, *_plugins())))


def built_in() -> tuple[str, ...]:
    """The names that every installation knows, whoever uses it."""
    return (*_BUILT_IN, *_ALIASES)


def canonical(name: str) -> str | None:
    """What a provider is called here; None for one that is not known."""
    plain = name.strip().casefold()
    plain = _ALIASES.get(plain, plain)
    return plain if plain in _BUILT_IN or plain in _declared or plain in _plugins() else None


def reader(name: str) -> Reader:
    """How answers of this provider are read; of an unknown one as Anthropic's, whose form gateways speak."""
    found = find(name)
    return _built_in(FALLBACK) if found is None or isinstance(found, Broken) else found


def find(name: str) -> Provider | Broken | None:
    """The provider that anybody calls so, why it cannot be used, or None for one that is not known."""
    known = canonical(name)
    if known is None:
        return None
    if known in _BUILT_IN:
        return _built_in(known)
    return _declared_provider(known) if known in _declared else _plugged_in(known)


def provider(name: str) -> Provider:
    """The provider of that name. Raises KeyError for one that cannot be had: ask `find` where that may be."""
    found = find(name)
    if found is None or isinstance(found, Broken):
        raise KeyError(name)
    return found


@cache
def _built_in(name: str) -> Provider:
    module, _, attribute = _BUILT_IN[name].partition(":")
    # The module's one promise.
    return cast("Provider", getattr(import_module(f"quotaboard.providers.{module}"), attribute))


@cache
def _declared_provider(name: str) -> Provider:
    from quotaboard.providers.declared import (
        declared_provider,
    )  # the dialect, 10 ms, and few configs declare any

    return declared_provider(name, _declared[name])


@cache
def _plugged_in(name: str) -> Provider | Broken:
    from quotaboard.providers.plugged import Plugged  # the common rules, and few have any plug-in

    loaded: Provider | Broken = plugins.load(_plugins()[name], Provider, made=Plugged)
    return loaded


@cache
def _plugins() -> Mapping[str, EntryPoint]:
    """Third parties' providers by name, not loaded. A built-in name cannot be taken."""
    return {name: entry for name, entry in plugins.entries(GROUP).items() if name not in _BUILT_IN}
