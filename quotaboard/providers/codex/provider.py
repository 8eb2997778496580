"""How a ChatGPT plan is asked: its usage endpoint alone. No request is ever sent to a model through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.lane import Credential, Kind
from quotaboard.providers.base import Request
from quotaboard.providers.codex.bodies import account_meters
from quotaboard.providers.codex.headers import header_meters
from quotaboard.providers.common import LOOK_AGAIN
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import both, says, without

_PRIVATE = "/backend-api"
OWN_RULES = (
    row(
        "codex.unknown.limits_unread",
        "misleading_reading",
        # Its words "rate limits" would pass for a throttle.
        both(says(r"failed to fetch codex rate limits"), without(says(r"failed: 40[123]\b"))),
        sentence="Codex could not read its own usage endpoint. This says nothing about the lanes",
        options=(LOOK_AGAIN,),
    ),
    row(
        "codex.unavailable.capacity",
        "overloaded",
        says(r"server_is_overloaded", r"selected model is at capacity"),
        proof=("cx-e13",),
    ),
    row("codex.not_entitled.plan", "entitlement_plan", says(r"to use codex with your chatgpt plan, upgrade")),
)


@dataclass(frozen=True, slots=True)
class Codex(Speaker):
    """Reads the plan's meters; whether a request is served is for Codex itself to find out."""

    def usages(self, credential: Credential, base_url: str) -> tuple[Request, ...]:
        if credential.kind is Kind.API_KEY or not credential.reads_usage:
            return ()  # a key's own provider is `openai`
        base = (base_url or self.host).rstrip("/")
        path = "/wham/usage" if _PRIVATE in base else "/api/codex/usage"
        headers = self._headers(credential, usage=True)
        if credential.account:
            headers["chatgpt-account-id"] = credential.account
        return (Request("GET", f"{base}{path}", headers, self.secret_header),)

    def read_told(self, body: object, asked: Asked, at: datetime, status: int | None) -> Answer | None:
        """A line of a rollout file is as old as it says."""
        said_at = moment(body.get("timestamp")) if isinstance(body, Mapping) else None
        return super(Codex, self).read_told(body, asked, min(said_at or at, at), status)

    def read_client(self, items: Sequence[object], at: datetime) -> Answer | None:
        """Lines of a rollout file or of the app server."""
        shown = None
        for item in items:
            if isinstance(item, Mapping) and ("payload" in item or "result" in item):
                shown = item
        return None if shown is None else self.read_told(shown, Asked(), at, None)


PROVIDER = Codex(
    name="codex",
    title="ChatGPT plan (Codex)",
    host="https://chatgpt.com/backend-api",
    reading=Reading("codex", account_meters, header_meters),
    rules=(*OWN_RULES, *RULES),
    probes=False,
    key_starts=("eyJ",),
)
