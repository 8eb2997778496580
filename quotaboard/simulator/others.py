"""Providers of a scenario that are not Anthropic: what is said of each, and what its endpoints answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType

from quotaboard.simulator.tables import Table

PUBLIC = "none"
"""The kind of a server that asks for no key."""
KINDS = ("api_key", "oauth", "gateway", PUBLIC)
METHODS = ("GET", "POST")
SHAPES = ("plain", "tools")


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """What one endpoint answers. Every condition that is set must hold; the first one that fits answers."""

    path: str
    method: str = "GET"
    status: int = 200
    body: str = "{}"
    """JSON, with moments."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    model: str | None = None
    """A pattern such as `glm-*`."""
    tools: bool | None = None

    def fits(self, method: str, path: str, asked: Mapping[str, object]) -> bool:
        """Whether it answers this request."""
        return (
            (method, path) == (self.method, self.path)
            and (self.model is None or fnmatchcase(str(asked.get("model", "")), self.model))
            and (self.tools is None or bool(asked.get("tools")) is self.tools)
        )


@dataclass(frozen=True, slots=True)
class Other:
    """One pretend credential with a provider other than Anthropic."""

    name: str
    provider: str
    token: str
    """A pretend token; empty for a server that asks for none."""
    kind: str
    base: str
    """The path of its root: `/api/v1`."""
    source: str
    """Where a board should say that the credential was found."""
    plan: str | None
    account: str | None
    models: tuple[str, ...]
    shapes: tuple[str, ...]
    headers: Mapping[str, str]
    """Of each request that is served."""
    replies: tuple[ScriptedReply, ...]

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(reply.path for reply in self.replies)

    def is_asked(self, path: str, headers: Mapping[str, str]) -> bool:
        """Its token is in the request, in whatever header; without one its paths tell."""
        if self.kind == PUBLIC:
            return path in self.paths
        return any(self.token in value for value in headers.values())


def read_other(table: Table) -> Other:
    """One entry of `[[others]]`."""
    kind = table.text("kind", "api_key")
    if kind not in KINDS:
        raise table.error("kind", f"must be one of {', '.join(KINDS)}, got {kind!r}.")
    token = "" if kind == PUBLIC else table.text("token")
    if kind != PUBLIC and "demo" not in token:
        raise table.error("token", "must contain 'demo': scenario files hold pretend tokens only.")
    other = Other(
        name=table.text("name"),
        provider=table.text("provider"),
        token=token,
        kind=kind,
        base=table.text("base", "/v1").rstrip("/"),
        source=table.text("source"),
        plan=table.text("plan") if table.has("plan") else None,
        account=table.text("account") if table.has("account") else None,
        models=table.texts("models"),
        shapes=table.texts("shapes", SHAPES),
        headers=_headers(table),
        replies=tuple(_reply(each) for each in table.tables("replies")),
    )
    table.close()
    return other


def _reply(table: Table) -> ScriptedReply:
    method = table.text("method", METHODS[0])
    if method not in METHODS:
        raise table.error("method", f"must be one of {', '.join(METHODS)}, got {method!r}.")
    body = table.text("body", "{}")
    try:
        json.loads(body)
    except ValueError as trouble:
        raise table.error("body", f"must be JSON: {trouble}.") from trouble
    reply = ScriptedReply(
        path=table.text("path"),
        method=method,
        status=table.count("status", 200),
        body=body,
        headers=_headers(table),
        model=table.text("model") if table.has("model") else None,
        tools=table.flag("tools", default=False) if table.has("tools") else None,
    )
    table.close()
    return reply


def _headers(table: Table) -> MappingProxyType[str, str]:
    below = table.table("headers")
    return MappingProxyType({name: below.text(name) for name in below.keys()})  # noqa: SIM118 - not a dict
