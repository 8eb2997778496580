"""Paperclip's API on this machine: who its agents are, and what each is on. Values of variables it hides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.reading import mapping, read_document, text_of
from quotaboard.domain.agent import Key, Refusal, RefusalKind, Route
from quotaboard.domain.lane import Kind
from quotaboard.domain.loopback import stays_here
from quotaboard.domain.secret import Secret

_PORT: Final = 3100
_PATIENCE: Final = 3.0
"""Seconds; it runs on this machine."""
_TOKEN: Final = "PAPERCLIP_API_KEY"  # noqa: S105 - the name of a variable
PROVIDERS: Final = {
    "claude_local": "anthropic",
    "codex_local": "openai",
    "gemini_local": "gemini",
    "grok_local": "xai",
    "kimi_local": "kimi",
}
"""By adapter type, of those that stand for one provider."""
ADAPTERS: Final = {provider: adapter for adapter, provider in PROVIDERS.items()}
_KEYS: Final = ("CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_API_KEY")
_ADDRESSES: Final = ("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL")
_HIDDEN: Final = "***REDACTED***"
LOGIN: Final = "the login of the machine that it runs on"


@dataclass(frozen=True, slots=True)
class PaperclipAgent:
    """One agent, as the API tells of it."""

    url: str
    key: str
    """Its short name."""
    name: str
    adapter: str
    config: Mapping[str, Any]
    """Its `adapterConfig`, with the values of variables hidden."""

    @property
    def route(self) -> Route:
        return route_of(self.adapter, self.config)

    @property
    def content(self) -> bytes:
        """What a switch changes, as one text that is the same for the same settings."""
        document = {"adapterType": self.adapter, "adapterConfig": self.config}
        return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()

    @property
    def hides_its_address(self) -> bool:
        environment = mapping(self.config.get("env"))
        return any(name in environment and not _plain(environment[name]) for name in _ADDRESSES)


def address(instance: Path, around: Surroundings) -> str:
    """Where the API of an instance listens, as Paperclip's own command finds it."""
    if named_url := around.variable("PAPERCLIP_API_URL"):
        return named_url.rstrip("/").removesuffix("/api")
    config = read_document(instance / "config.json")
    server = mapping({} if isinstance(config, Refusal) else config.get("server"))
    host = text_of(server.get("host"))
    port = server.get("port")
    reachable = "127.0.0.1" if host in ("", "0.0.0.0", "::", "localhost") else host  # noqa: S104 - compared
    return f"http://{reachable}:{port if isinstance(port, int) else _PORT}"


def read_all(base: str, around: Surroundings) -> list[PaperclipAgent] | Refusal:
    """Every agent of every company."""
    companies = _asked("GET", f"{base}/api/companies", around)
    if isinstance(companies, Refusal):
        return companies
    found = []
    for company in _rows(companies):
        agents = _asked("GET", f"{base}/api/companies/{text_of(company.get('id'))}/agents", around)
        if isinstance(agents, Refusal):
            return agents
        found += [one for row in _rows(agents) if (one := _agent(base, row))]
    return found


def read_one(url: str, around: Surroundings) -> PaperclipAgent | Refusal:
    """The agent at this address of the API."""
    row = _asked("GET", url, around)
    if isinstance(row, Refusal):
        return row
    agent = _agent(url.partition("/api/agents/")[0], mapping(row))
    return agent or Refusal(RefusalKind.BROKEN, f"{url} does not tell of an agent: is this Paperclip?", url)


def change(url: str, body: Mapping[str, Any], around: Surroundings) -> Refusal | None:
    """Send new settings of one agent. The server keeps a revision of the old ones, too."""
    answer = _asked("PATCH", url, around, body)
    return answer if isinstance(answer, Refusal) else None


def route_of(adapter: str, config: Mapping[str, Any]) -> Route:
    """Where its runs go. Of a hidden value only the place is known."""
    environment = mapping(config.get("env"))
    url = next((value for name in _ADDRESSES if (value := _plain(environment.get(name)))), None)
    variable = next((name for name in _KEYS if name in environment), None)
    key = Key(LOGIN, kind=Kind.OAUTH)
    if variable:
        token = _plain(environment[variable])
        kind = Kind.SETUP_TOKEN if variable == _KEYS[0] else Kind.API_KEY
        key = Key(f"{variable} of the agent", Secret(token).fingerprint if token else None, kind, variable)
    return Route(
        PROVIDERS.get(adapter, adapter), text_of(config.get("model")) or None, url, None, key, adapter
    )


def _agent(base: str, row: Mapping[str, Any]) -> PaperclipAgent | None:
    identity = text_of(row.get("id"))
    if not identity:
        return None
    name = text_of(row.get("name")) or identity
    return PaperclipAgent(
        f"{base}/api/agents/{identity}",
        text_of(row.get("urlKey")) or identity,
        name,
        text_of(row.get("adapterType")),
        mapping(row.get("adapterConfig")),
    )


def _asked(
    method: str, url: str, around: Surroundings, body: Mapping[str, Any] | None = None
) -> object | Refusal:
    """What it answers. Nothing is ever sent to another machine."""
    if not stays_here(url):
        sentence = (
            f"Paperclip at {url} is not on this machine: switch its agents there, with its own command."
        )
        return Refusal(RefusalKind.UNSUPPORTED, sentence, url)
    import httpx  # 60 ms, for the few who have a Paperclip

    token = around.variable(_TOKEN)
    verify = url.startswith("https:")  # to load whom to trust takes 20 ms, and plain HTTP asks nobody
    headers = {"authorization": f"Bearer {token}"} if token else {}
    try:
        with httpx.Client(timeout=_PATIENCE, trust_env=False, verify=verify, headers=headers) as client:
            answer = client.request(method, url, json=body)
            document: object = answer.json() if answer.content else None
    except (httpx.HTTPError, ValueError) as error:
        sentence = (
            f"Paperclip does not answer at {url.partition('/api')[0]} ({type(error).__name__}): "
            "start it with `paperclipai run`."
        )
        return Refusal(RefusalKind.FAILED, sentence, url)
    if answer.status_code in (401, 403):
        sentence = f"Paperclip asks for a login at {url.partition('/api')[0]}: give one in {_TOKEN}."
        return Refusal(RefusalKind.LACKING, sentence, url)
    if answer.is_error:
        said = text_of(mapping(document).get("error")) or f"HTTP {answer.status_code}"
        return Refusal(RefusalKind.FAILED, f"Paperclip refuses it: {said}. Nothing was changed.", url)
    return document


def _rows(document: object) -> list[Mapping[str, Any]]:
    listed = isinstance(document, Sequence) and not isinstance(document, str)
    return [mapping(row) for row in document] if listed and isinstance(document, Sequence) else []


def _plain(binding: object) -> str:
    """A variable's value where it is written out; a stored secret and a hidden value stay what they are."""
    table = mapping(binding)
    value = text_of(table.get("value")) if table.get("type") == "plain" else text_of(binding)
    return "" if value == _HIDDEN else value
