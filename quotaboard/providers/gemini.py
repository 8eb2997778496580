"""Google's Code Assist, Antigravity and the Gemini API: fractions that remain, per model or group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quotaboard.domain.lane import Credential
from quotaboard.domain.reading import Window
from quotaboard.providers.base import Received, Request
from quotaboard.providers.meters import (
    DAY,
    FIVE_HOURS,
    WEEK,
    Meters,
    from_share_left,
    mapping,
    objects,
    word,
)
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import ends_soon, says

_LENGTHS = {"5h": ("5h", FIVE_HOURS), "weekly": ("7d", WEEK), "daily": ("1d", DAY)}
_PRIVATE_HOST = "https://cloudcode-pa.googleapis.com"

NO_PROJECT = "Google names no project for this login yet, so its quota cannot be read."

OWN_RULES = (
    row(
        "gemini.unavailable.capacity",
        "overloaded",
        says(r"MODEL_CAPACITY_EXHAUSTED", r"no capacity available"),
    ),
    row("gemini.bad_request.key", "invalid_key", says(r"API_KEY_INVALID", r"API key not valid")),
    row("gemini.throttled.rate", "per_minute_limit", says(r"RATE_LIMIT_EXCEEDED"), detail=ends_soon),
)


def quota_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """`retrieveUserQuota`: a day per model.

    `retrieveUserQuotaSummary`: windows per group. No fraction is not known.
    """
    if isinstance(body.get("groups"), list):
        return Meters(windows=tuple(_grouped(body["groups"])))
    if isinstance(body.get("buckets"), list):
        return Meters(windows=tuple(_per_model(body["buckets"])))
    if "currentTier" in body or "allowedTiers" in body:
        return _signed_in(body)
    return None


def _signed_in(body: Mapping[str, Any]) -> Meters:
    """`loadCodeAssist`: the plan, and the project whose quota it is."""
    told = body.get("cloudaicompanionProject")
    project = word(told) or word(mapping(told).get("id"))
    tier = mapping(body.get("currentTier"))
    # Its name is the product's; the id tells free from standard.
    plan = (word(tier.get("id")) or "").removesuffix("-tier") or None
    return Meters(plan=plan, account=project, notes=() if project else (NO_PROJECT,))


def _per_model(buckets: object) -> Iterator[Window]:
    for bucket in objects(buckets):
        used = from_share_left(bucket.get("remainingFraction"))
        model = word(bucket.get("modelId"))
        if used is not None and model is not None:
            yield Window("1d", used, moment(bucket.get("resetTime")), model=model, seconds=DAY)


def _grouped(groups: object) -> Iterator[Window]:
    for group in objects(groups):
        scope = word(group.get("displayName"))
        found = []
        for bucket in objects(group.get("buckets")):
            used = from_share_left(bucket.get("remainingFraction"))
            length = word(bucket.get("window"))
            if used is not None and length is not None:
                name, seconds = _LENGTHS.get(length, (length, None))
                found.append(
                    Window(name, used, moment(bucket.get("resetTime")), model=scope, seconds=seconds)
                )
        yield from sorted(found, key=lambda window: window.seconds or 0)


@dataclass(frozen=True, slots=True)
class CodeAssist(Speaker):
    """Asked for the quota of a project: without one every fraction is a meaningless 1."""

    def usages(self, credential: Credential, base_url: str) -> tuple[Request, ...]:
        """The quota where the project is known (as the credential's account), else what tells the project."""
        base = (base_url or self.host).rstrip("/")
        headers, secret = self._headers(credential, usage=True), self._secret(credential)
        if credential.account is None:
            return (Request("POST", f"{base}/v1internal:loadCodeAssist", headers, secret, {}),)
        body = {"project": credential.account}
        return tuple(Request("POST", f"{base}/{path}", headers, secret, body) for path in self.usage_urls)


_RULES = (*OWN_RULES, *RULES)

PROVIDER = CodeAssist(
    name="gemini-code-assist",
    title="Gemini Code Assist",
    host=_PRIVATE_HOST,
    reading=Reading("gemini-code-assist", quota_meters),
    rules=_RULES,
    usage_urls=("v1internal:retrieveUserQuota",),
    usage_method="POST",
    probes=False,
    hides="The quota endpoint may leave out the limit that blocks: a refusal counts more than what it shows.",
)

ANTIGRAVITY = CodeAssist(
    name="antigravity",
    title="Antigravity",
    host=_PRIVATE_HOST,
    reading=Reading("antigravity", quota_meters),
    rules=_RULES,
    usage_urls=("v1internal:retrieveUserQuotaSummary",),
    usage_method="POST",
    probes=False,
)

API = Speaker(
    name="gemini-api",
    title="Gemini API",
    host="https://generativelanguage.googleapis.com/v1beta/openai",
    reading=Reading("gemini-api"),
    rules=_RULES,
    key_starts=("AIza",),
    hides="Google shows a key no quota: its limits appear only in a refusal.",
)
