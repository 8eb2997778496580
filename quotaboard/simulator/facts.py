"""What the simulated provider looks at in a request: facts, read once from raw bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from quotaboard.simulator.scenario import Client, Shape

OAUTH_BETA = "oauth-2025-04-20"


@dataclass(frozen=True, slots=True)
class Presented:
    """A credential as a request presents it."""

    token: str
    bearer: bool
    """True for `Authorization: Bearer`, false for `x-api-key`."""


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """The body of a messages request, as far as an answer depends on it."""

    model: str
    max_tokens: int | None
    """None when the request does not say, as for token counting."""
    tools: int
    stream: bool
    input_tokens: int
    """An estimate from the length of the text, as the real count needs the tokenizer."""
    system_length: int

    @property
    def shape(self) -> Shape:
        return Shape.TOOLS if self.tools else Shape.PLAIN


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case, the last value where one repeats."""
    body: bytes = b""

    @property
    def user_agent(self) -> str:
        return self.headers.get("user-agent", "")

    @property
    def client(self) -> Client:
        """The real provider looks closer; for a pretend one the name that a client gives is enough."""
        return Client.OFFICIAL if self.user_agent.startswith("claude-cli/") else Client.THIRD_PARTY

    @property
    def betas(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.headers.get("anthropic-beta", "").split(","))

    @property
    def presented(self) -> Presented | None:
        """The credential that decides: a bearer token goes before a key."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return Presented(token.strip(), bearer=True)
        key = self.headers.get("x-api-key", "").strip()
        return Presented(key, bearer=False) if key else None


def read_message(body: bytes, *, counting: bool = False) -> MessageFacts | str:
    """The facts of a messages body, or the sentence with which the provider refuses it."""
    try:
        fields = json.loads(body)
    except (ValueError, UnicodeDecodeError):
        return "The request body is not valid JSON."
    if not isinstance(fields, dict):
        return "Input should be a valid dictionary"
    model, messages, maximum = fields.get("model"), fields.get("messages"), fields.get("max_tokens")
    if not isinstance(model, str) or not model:
        return "model: Field required"
    if not isinstance(messages, list):
        return "messages: Field required"
    if not messages:
        return "messages: at least one message is required"
    if not counting and (isinstance(maximum, bool) or not isinstance(maximum, int)):
        return "max_tokens: Field required"
    if isinstance(maximum, int) and maximum < 0:
        return "max_tokens: must be greater than or equal to 0"
    tools = fields.get("tools") or []
    if not isinstance(tools, list):
        return "tools: Input should be a valid list"
    return MessageFacts(
        model=model,
        max_tokens=maximum if isinstance(maximum, int) else None,
        tools=len(tools),
        stream=fields.get("stream") is True,
        input_tokens=_estimate(messages, fields.get("system"), tools),
        system_length=_text_length(fields.get("system")),
    )


def _estimate(messages: list[object], system: object, tools: list[object]) -> int:
    described = len(json.dumps(tools)) if tools else 0
    return 7 + (3 + _text_length(messages) + _text_length(system) + described) // 4


def _text_length(part: object) -> int:
    """How many characters of text a system prompt or a list of messages carries, at any depth."""
    match part:
        case str():
            return len(part)
        case list():
            return sum(_text_length(each) for each in part)
        case dict():
            return sum(_text_length(part[key]) for key in ("text", "content") if key in part)
        case _:
            return 0
