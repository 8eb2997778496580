"""Tokens and keys in environment variables."""

from __future__ import annotations

from typing import Final

from quotaboard.domain.lane import Credential, Kind
from quotaboard.sources.base import Found, Surroundings, Wanted
from quotaboard.sources.naming import variable_name
from quotaboard.sources.tokens import VARIABLES, hold, is_subscription, kind_of, lacking, owner_of

WORD: Final = "env"

_BEARER = {"ANTHROPIC_AUTH_TOKEN"}
_GATEWAY_ADDRESS = {"ANTHROPIC_AUTH_TOKEN": "ANTHROPIC_BASE_URL"}
"""Whoever sets a gateway's token sets its address beside it; the token must not go anywhere else."""


def discover(around: Surroundings) -> list[Found]:
    """Only variables whose meaning is agreed upon; the rest of the environment is nobody's business."""
    return [_in(name, None, around) for name in VARIABLES if around.variable(name)]


def read(wanted: Wanted, around: Surroundings) -> Found:
    """The variable that the config names, whatever it is called."""
    return _in(wanted.detail or "", wanted.provider, around)


def _in(variable: str, provider: str | None, around: Surroundings) -> Found:
    token = around.variable(variable) or ""
    kind = kind_of(token, bearer=variable in _BEARER)
    if variable == "CLAUDE_CODE_OAUTH_TOKEN" and is_subscription(token):
        kind = Kind.SETUP_TOKEN
    address = _GATEWAY_ADDRESS.get(variable) if kind is Kind.GATEWAY else None
    credential = Credential(
        name=variable_name(variable),
        provider=owner_of(token) or provider or VARIABLES.get(variable, ""),
        kind=kind,
        source=f"{WORD}:{variable}",
        found_in=(f"environment ({variable})",),
        base_url=around.variable(address) if address else None,
        # Its scopes are not known; asking a usage endpoint with a setup-token is refused each time.
        reads_usage=not is_subscription(token),
    )
    if not token:
        sentence = f"The environment variable {variable} is not set: export it where quotaboard starts."
        return lacking(credential, sentence)
    return hold(credential, token, around.now, renew=f"put a new token into {variable}")
