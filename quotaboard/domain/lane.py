"""Credentials and the lanes that stand on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

FILLER = "This line only fills the space of another. "
SMALL_TOOL = 200
"""About how many bytes a tool of ours takes before it is filled up."""

PLAIN = "plain"
TOOLS = "tools"


class Kind(StrEnum):
    """What a credential is."""

    OAUTH = "oauth"
    """A subscription login; its access token lives for hours."""
    SETUP_TOKEN = "setup_token"  # noqa: S105 - the name of a kind, not a secret
    """A subscription token for inference only; it cannot read usage."""
    API_KEY = "api_key"
    GATEWAY = "gateway"
    """A bearer token of somebody's gateway."""
    NONE = "none"
    """A local server that asks for nothing."""


class Client(StrEnum):
    """Who sends the request."""

    DIRECT = "direct"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a request carries that a provider may judge."""

    name: str
    system: str | None = None
    tools: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    system_length: int = 0
    """Characters of filler that stand for a system prompt where `system` gives none."""
    tool_bytes: int = 0
    """How large all tools are together, as JSON; 0 for small ones."""

    @property
    def system_text(self) -> str:
        """The system prompt, or filler of its length; empty for none."""
        return self.system or filler(self.system_length)

    @property
    def tool_filler(self) -> str:
        """What each tool's description is filled up with."""
        return filler(self.tool_bytes // self.tools - SMALL_TOOL) if self.tools else ""


def filler(length: int) -> str:
    """Text that says nothing, so many characters long."""
    return (FILLER * (max(length, 0) // len(FILLER) + 1))[: max(length, 0)]


PLAIN_SHAPE = Shape(PLAIN)
TOOLS_SHAPE = Shape(TOOLS, system="You are a coding agent. Use the tools that you are given.", tools=1)


@dataclass(frozen=True, slots=True)
class Lane:
    """credential × model × shape × client: the thing that is open or blocked."""

    credential: str
    provider: str
    model: str
    shape: str = PLAIN
    client: Client = Client.DIRECT

    @property
    def id(self) -> str:
        return f"{self.credential}/{self.model}/{self.shape}/{self.client}"


@dataclass(frozen=True, slots=True)
class Credential:
    """One way to authenticate with a provider: its facts, never its secret."""

    name: str
    provider: str
    kind: Kind
    source: str
    """Where it is read at each use, as the config says it: `claude-code`, `env:NAME`, `hermes:LABEL`, …"""
    found_in: tuple[str, ...] = ()
    """Every place that holds the same secret, as people read it."""
    plan: str | None = None
    expires_at: datetime | None = None
    fingerprint: str | None = None
    account: str | None = None
    """An identity that several credentials may share, such as an organisation id."""
    base_url: str | None = None
    """None for the provider's public host."""
    reads_usage: bool = True
    """Whether its scopes let it ask a usage endpoint."""
