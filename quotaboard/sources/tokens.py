"""What a token looks like, whose it is, and whether it can still be sent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources.base import Found, Lack

MARGIN = timedelta(seconds=60)
"""A token with less time left may expire on the way; its owner renews it about then."""

LONGEST = 16 * 1024
"""Letters. Servers refuse longer headers; the longest tokens (JWTs) have about 3,000."""

_SENDABLE = re.compile(r"[!#-&(-~]+")
"""Printable ASCII without blanks and quotes."""

_OWNERS = {
    "sk-ant-": "anthropic",
    "sk-or-": "openrouter",
}
"""Prefixes that only one provider gives out."""

VARIABLES = {
    "CLAUDE_CODE_OAUTH_TOKEN": "anthropic",
    "ANTHROPIC_TOKEN": "anthropic",
    "ANTHROPIC_API_KEY": "anthropic",
    "ANTHROPIC_AUTH_TOKEN": "anthropic",
    "OPENROUTER_API_KEY": "openrouter",
    "OPENAI_API_KEY": "openai",
    "DEEPSEEK_API_KEY": "deepseek",
    "GEMINI_API_KEY": "gemini",
    "GROQ_API_KEY": "groq",
    "KIMI_API_KEY": "kimi",
    "MINIMAX_API_KEY": "minimax",
    "MISTRAL_API_KEY": "mistral",
    "MOONSHOT_API_KEY": "moonshot",
    "OLLAMA_API_KEY": "ollama",
    "XAI_API_KEY": "xai",
    "ZAI_API_KEY": "zai",
}
"""The provider that each conventional variable holds a key of."""


def owner_of(token: str) -> str | None:
    """The provider that gave the token out, when its prefix says so."""
    return next((provider for prefix, provider in _OWNERS.items() if token.startswith(prefix)), None)


def kind_of(token: str, *, bearer: bool = False) -> Kind:
    """What the token is by its looks. `bearer`: it was kept where only bearer tokens go."""
    if token.startswith("sk-ant-oat"):
        return Kind.OAUTH
    if token.startswith("sk-ant-"):
        return Kind.API_KEY
    return Kind.GATEWAY if bearer else Kind.API_KEY


def is_subscription(token: str) -> bool:
    """Whether it speaks for a Claude plan; a login and a setup-token look the same."""
    return token.startswith("sk-ant-oat")


def hold(credential: Credential, token: str, now: datetime, *, renew: str, path: Path | None = None) -> Found:
    """The credential with this token as its secret, or with the reason why the token is not to be sent.

    `renew` ends the sentence of an expired one: who renews it.
    """
    token = token.strip()
    place = credential.found_in[0] if credential.found_in else credential.source
    if not token:
        return lacking(credential, f"{place} holds an empty token: {renew}.", path=path)
    if not _SENDABLE.fullmatch(token) or len(token) > LONGEST:
        sentence = f"{place} holds something that cannot be a token: put the token alone there, on one line."
        return lacking(credential, sentence, Lack.INVALID, path)
    secret = Secret(token)
    credential = replace(credential, fingerprint=secret.fingerprint)
    if token.startswith("sk-ant-ort"):
        sentence = f"{place} holds a refresh token, which is never used: put an access token or a key there."
        return lacking(credential, sentence, Lack.INVALID, path)
    if token.startswith("sk-ant-admin"):
        sentence = f"{place} holds an admin key, which serves no model: put an API key there."
        return lacking(credential, sentence, Lack.INVALID, path)
    if has_expired(credential, now):
        return lacking(credential, f"This login has expired: {renew}.", Lack.EXPIRED, path)
    return Found(credential, secret, path=path)


def has_expired(credential: Credential, now: datetime) -> bool:
    """Whether too little time is left to send it."""
    return credential.expires_at is not None and credential.expires_at - now < MARGIN


def lacking(
    credential: Credential, trouble: str, lack: Lack = Lack.MISSING, path: Path | None = None
) -> Found:
    """The credential without a secret, and why."""
    return Found(credential, trouble=trouble, lack=lack, path=path)
