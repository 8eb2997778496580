"""A provider of the OpenAI dialect, described by what is its own; most providers are one such value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from quotaboard import __version__
from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import Credential, Kind, Shape
from quotaboard.domain.rules import Rule
from quotaboard.domain.secret import Secret
from quotaboard.providers import prices
from quotaboard.providers.base import Received, Request
from quotaboard.providers.openai.addresses import address_of, host_of
from quotaboard.providers.openai.reading import Reading, read_answer, read_told
from quotaboard.providers.openai.rules import RULES

USER_AGENT = f"quotaboard/{__version__} (+https://pypi.org/project/quotaboard/)"
BEARER = ("authorization", "Bearer ")

_PLAIN_INPUT = 8
_TOOLS_BASE = 60
_PER_TOOL = 40
_CHARACTERS_PER_TOKEN = 4
_NEWER = re.compile(r"(?:^|/)(?:gpt-[5-9]|o\d)", re.IGNORECASE)
"""Models that want `max_completion_tokens`."""
_SMALL = re.compile(r"nano|mini|flash|lite|haiku|small|tiny|air|instant|\b[1-9]b\b", re.IGNORECASE)
_LARGE = re.compile(r"opus|pro\b|max\b|large|ultra|heavy|405b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """One provider. What a field leaves out is as OpenAI has it."""

    name: str
    title: str
    host: str
    """The public root that requests are added to; empty when everybody has their own."""
    reading: Reading
    variable: str | None = None
    """The environment variable that conventionally names another root."""
    rules: Sequence[Rule] = RULES
    default_models: Sequence[str] = ()
    usage_urls: Sequence[str] = ("models",)
    """Free readings, the most telling first: a path under the root, from the host (`/…`), or a URL."""
    usage_method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_header: tuple[str, str] = BEARER
    key_starts: Sequence[str] = ()
    """How its keys begin; empty when they can look like anything."""
    probes: bool = True
    """Whether a lane is tried with a request; False where only meters are read."""
    hides: str | None = None
    """One sentence on what cannot be seen of it."""

    def base_url(self, environment: Mapping[str, str]) -> str:
        named = environment.get(self.variable, "").strip() if self.variable else ""
        return (named or self.host).rstrip("/")

    def probe(self, credential: Credential, model: str, shape: Shape, base_url: str) -> Request:
        body, otherwise = chat_bodies(model, shape)
        headers = {**shape.headers, **self._headers(credential)}
        url = f"{address_of(base_url).root}/chat/completions"
        return Request("POST", url, headers, self._secret(credential), body, otherwise)

    def probe_cost(self, model: str, shape: Shape) -> Cost:
        if not self.probes:
            return Cost(0, 0)
        tokens = _PLAIN_INPUT + len(shape.system_text) // _CHARACTERS_PER_TOKEN
        if shape.tools:
            tokens += _TOOLS_BASE + max(_PER_TOOL * shape.tools, shape.tool_bytes // _CHARACTERS_PER_TOKEN)
        return prices.cost(self.name, model, tokens, 1)

    def cost(self, model: str, input_tokens: int, output_tokens: int) -> Cost:
        return prices.cost(self.name, model, input_tokens, output_tokens)

    def usage(self, credential: Credential, base_url: str) -> Request | None:
        return next(iter(self.usages(credential, base_url)), None)

    def usages(self, credential: Credential, base_url: str) -> tuple[Request, ...]:
        """Every free reading; where the first is not answered, the next one may be."""
        if not base_url or not credential.reads_usage:
            return ()
        headers, secret = self._headers(credential, usage=True), self._secret(credential)
        body: dict[str, object] | None = {} if self.usage_method == "POST" else None
        return tuple(
            Request(self.usage_method, self._usage_address(base_url, path), headers, secret, body)
            for path in self.usage_urls
        )

    def _usage_address(self, base_url: str, path: str) -> str:
        """A host of its own that meters have goes with the public one; elsewhere all is at one place."""
        if "://" in path and host_of(base_url) != host_of(self.host):
            path = urlsplit(path).path
        return usage_address(base_url, path)

    def read(self, received: Received, asked: Asked) -> Answer:
        return read_answer(self.reading, received, asked)

    def read_told(self, body: object, asked: Asked, at: datetime, status: int | None) -> Answer | None:
        return read_told(self.reading, body, asked, at, status)

    def read_client(self, items: Sequence[object], at: datetime) -> Answer | None:  # noqa: ARG002 - the port
        return None

    def demand(self, model: str | None) -> float | None:
        return demand(model)

    def secret_fits(self, secret: Secret) -> bool:
        return not self.key_starts or secret.reveal().startswith(tuple(self.key_starts))

    def _headers(self, credential: Credential, *, usage: bool = False) -> dict[str, str]:
        del credential
        headers = {"accept": "application/json", "user-agent": USER_AGENT, **self.headers}
        if not usage or self.usage_method == "POST":
            headers["content-type"] = "application/json"
        return headers

    def _secret(self, credential: Credential) -> tuple[str, str] | None:
        return None if credential.kind is Kind.NONE else self.secret_header


def usage_address(base_url: str, path: str) -> str:
    """A path under the root, one beside it, or an address of its own."""
    if path.startswith(("https://", "http://")):
        return path
    root = address_of(base_url).root
    return f"{host_of(root)}{path}" if path.startswith("/") else f"{root}/{path}"


def chat_bodies(model: str, shape: Shape) -> tuple[dict[str, object], dict[str, object]]:
    """The one-token request, and the same with the other name for the limit of its output."""
    messages: list[dict[str, object]] = [{"role": "user", "content": "."}]
    if shape.system_text:
        messages.insert(0, {"role": "system", "content": shape.system_text})
    body: dict[str, object] = {"model": model, "messages": messages}
    if shape.tools:
        body["tools"] = [_tool(number, shape.tool_filler) for number in range(1, shape.tools + 1)]
    names = (
        ("max_completion_tokens", "max_tokens")
        if _NEWER.search(model)
        else ("max_tokens", "max_completion_tokens")
    )
    # Some models have a smallest output that is larger than one token.
    return {**body, names[0]: 1}, {**body, names[1]: 16}


def demand(model: str | None) -> float | None:
    """Small, usual or large, by the words that makers put into names."""
    if not model:
        return None
    return 0.0 if _SMALL.search(model) else 2.0 if _LARGE.search(model) else 1.0


def _tool(number: int, filled: str) -> dict[str, object]:
    parameters = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
    function = {
        "name": f"read_file_{number}",
        "description": f"Reads a text file of the project. {filled}".strip(),
        "parameters": parameters,
    }
    return {"type": "function", "function": function}
