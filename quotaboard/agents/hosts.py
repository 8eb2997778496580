"""Whose a host and a key are, as far as their looks tell: a key must not reach another's host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from quotaboard.domain.agent import Refusal, RefusalKind, Route

_HOSTS: Final = {
    "anthropic.com": "anthropic",
    "openrouter.ai": "openrouter",
    "openai.com": "openai",
    "chatgpt.com": "openai",
    "deepseek.com": "deepseek",
    "googleapis.com": "gemini",
    "groq.com": "groq",
    "mistral.ai": "mistral",
    "moonshot.ai": "moonshot",
    "moonshot.cn": "moonshot",
    "x.ai": "xai",
    "z.ai": "zai",
    "bigmodel.cn": "zai",
    "minimax.io": "minimax",
    "minimaxi.com": "minimax",
    "kimi.com": "kimi",
    "ollama.com": "ollama",
}
_KEYS: Final = {
    "sk-ant-": "anthropic",
    "sk-or-": "openrouter",
    "gsk_": "groq",
    "xai-": "xai",
    "AIza": "gemini",
}


def owner_of_host(url: str | None) -> str | None:
    """The provider behind a public address; None for an address of somebody's own."""
    try:
        host = (urlsplit(url).hostname or "").lower() if url else ""
    except ValueError:
        return None
    return next((owner for name, owner in _HOSTS.items() if host == name or host.endswith(f".{name}")), None)


def owner_of_key(token: str | None) -> str | None:
    """The provider that gave the key out, when its beginning says so."""
    return next((owner for start, owner in _KEYS.items() if token and token.startswith(start)), None)


@dataclass(frozen=True, slots=True)
class Held:
    """A route, and the secret behind its key, which stays here."""

    route: Route
    token: str = field(default="", repr=False)

    @property
    def owner(self) -> str | None:
        """Whose the key looks to be."""
        return owner_of_key(self.token)


def leak(owner: str | None, provider: str, url: str | None, path: str) -> Refusal | None:
    """Why a key of this owner must not go there; None when it may, as far as can be told."""
    receiver = owner_of_host(url) if url else (provider if provider in _HOSTS.values() else None)
    if owner is None or receiver is None or owner == receiver:
        return None
    where = f"correct the endpoint or the key of {provider} in {path}."
    sentence = f"It would send a key of {owner} to {receiver}: {where}"
    return Refusal(RefusalKind.LEAK, sentence, path)
