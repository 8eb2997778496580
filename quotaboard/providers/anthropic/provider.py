"""How the Messages API is asked: the cheapest honest request of each shape, and the usage endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from quotaboard import __version__
from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import Credential, Kind, Shape
from quotaboard.domain.rules import Rule
from quotaboard.domain.secret import Secret
from quotaboard.providers import prices
from quotaboard.providers.anthropic.pasted import client_answer
from quotaboard.providers.anthropic.reading import NAME, read_answer, told_answer
from quotaboard.providers.anthropic.rules import RULES
from quotaboard.providers.base import Received, Request
from quotaboard.providers.bodies import error_in, opened

PUBLIC_HOST = "https://api.anthropic.com"
USER_AGENT = f"quotaboard/{__version__} (+https://pypi.org/project/quotaboard/)"
API_VERSION = "2023-06-01"
BETA = "anthropic-beta"
OAUTH_BETA = "oauth-2025-04-20"

_SUBSCRIPTION = (Kind.OAUTH, Kind.SETUP_TOKEN)
_FAMILIES = ("haiku", "sonnet", "opus", "fable", "mythos")
"""From the least demanding on."""

_PLAIN_INPUT = 8
_TOOLS_BASE = 346
_PER_TOOL = 60
_CHARACTERS_PER_TOKEN = 4


class Anthropic:
    """The provider `anthropic`."""

    name = NAME
    title = "Anthropic"
    rules: Sequence[Rule] = RULES
    default_models: Sequence[str] = ("claude-haiku-4-5", "claude-sonnet-4-6")
    probes = True
    hides: str | None = None

    def base_url(self, environment: Mapping[str, str]) -> str:
        return (environment.get("ANTHROPIC_BASE_URL") or PUBLIC_HOST).rstrip("/")

    def probe(self, credential: Credential, model: str, shape: Shape, base_url: str) -> Request:
        body: dict[str, object] = {
            "model": model,
            "max_tokens": 1,
            "messages": [{"role": "user", "content": "."}],
        }
        if shape.system_text:
            body["system"] = shape.system_text
        if shape.tools:
            body["tools"] = [_tool(number, shape.tool_filler) for number in range(1, shape.tools + 1)]
        headers = {**shape.headers, **_headers(credential)}
        betas = [*shape.headers.get(BETA, "").split(","), headers.get(BETA, "")]
        if told := dict.fromkeys(beta for beta in betas if beta):
            headers[BETA] = ",".join(told)
        return Request("POST", f"{base_url}/v1/messages", headers, _secret_header(credential), body)

    def probe_cost(self, model: str, shape: Shape) -> Cost:
        tokens = _PLAIN_INPUT + len(shape.system_text) // _CHARACTERS_PER_TOKEN
        if shape.tools:
            tokens += _TOOLS_BASE + max(_PER_TOOL * shape.tools, shape.tool_bytes // _CHARACTERS_PER_TOKEN)
        return prices.cost(NAME, model, tokens, 1)

    def cost(self, model: str, input_tokens: int, output_tokens: int) -> Cost:
        return prices.cost(NAME, model, input_tokens, output_tokens)

    def usage(self, credential: Credential, base_url: str) -> Request | None:
        if credential.kind is not Kind.OAUTH or not credential.reads_usage:
            return None
        return Request("GET", f"{base_url}/api/oauth/usage", _headers(credential), _secret_header(credential))

    def usages(self, credential: Credential, base_url: str) -> Sequence[Request]:
        request = self.usage(credential, base_url)
        return () if request is None else (request,)

    def read(self, received: Received, asked: Asked) -> Answer:
        return read_answer(received, asked)

    def read_told(self, body: object, asked: Asked, at: datetime, status: int | None) -> Answer | None:
        error = error_in(opened(body))
        return None if error is None else told_answer(error, asked, at, status)

    def read_client(self, items: Sequence[object], at: datetime) -> Answer | None:
        return client_answer(items, at)

    def demand(self, model: str | None) -> float | None:
        named = (model or "").casefold()
        return next((float(rank) for rank, family in enumerate(_FAMILIES) if family in named), None)

    def secret_fits(self, secret: Secret) -> bool:
        return secret.reveal().startswith("sk-ant-")


def _headers(credential: Credential) -> dict[str, str]:
    headers = {
        "anthropic-version": API_VERSION,
        "content-type": "application/json",
        "accept": "application/json",
        "user-agent": USER_AGENT,
    }
    if credential.kind in _SUBSCRIPTION:
        headers[BETA] = OAUTH_BETA
    return headers


def _secret_header(credential: Credential) -> tuple[str, str]:
    return ("x-api-key", "") if credential.kind is Kind.API_KEY else ("authorization", "Bearer ")


def _tool(number: int, filled: str) -> dict[str, object]:
    """A small tool of the kind that agents carry; a provider judges that it is there, not what it does."""
    return {
        "name": f"read_file_{number}",
        "description": f"Reads a text file of the project. {filled}".strip(),
        "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
    }


PROVIDER = Anthropic()
