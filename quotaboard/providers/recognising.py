"""Whose answer a captured one is, when nobody says it: by signs that only one provider gives.

What gives no such sign is read in a generic way: as Anthropic's, or as the OpenAI dialect where it has its
form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from quotaboard.providers import registry
from quotaboard.providers.bodies import opened
from quotaboard.providers.meters import mapping, objects
from quotaboard.providers.openai.errors import error_facts

DIALECT = "relay"
"""Who reads the OpenAI dialect of nobody in particular."""

_LOOKED_AT = 20_000
_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_HEADERS = (
    (re.compile(r"^x-codex-"), "codex"),
    (re.compile(r"^x-quota-snapshot-"), "copilot"),
    (re.compile(r"^anthropic-(?:ratelimit|organization)"), "anthropic"),
    (re.compile(r"^x-groq-"), "groq"),
    (re.compile(r"^x-amzn-"), "bedrock"),
    (re.compile(r"^x-ratelimit-(?:limit|remaining)-(?:tokens|req)-minute$"), "mistral"),
    (re.compile(r"^(?:apim-request-id|azureml-model-session)$"), "azure"),
    (re.compile(r"^openai-(?:organization|processing-ms|version|project)$"), "openai"),
    (re.compile(r"^x-litellm-"), "litellm"),
    (re.compile(r"^x-ratelimit-(?:limit|remaining|reset)-(?:requests|tokens)$"), DIALECT),
)
_HOSTS = {
    "api.anthropic.com": "anthropic",
    "openrouter.ai": "openrouter",
    "api.openai.com": "openai",
    "chatgpt.com": "codex",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral",
    "api.deepseek.com": "deepseek",
    "api.moonshot.cn": "moonshot",
    "api.moonshot.ai": "moonshot",
    "api.z.ai": "zai",
    "open.bigmodel.cn": "zai",
    "api.kimi.com": "kimi-code",
    "api.minimax.io": "minimax",
    "api.minimaxi.com": "minimax",
    "ollama.com": "ollama-cloud",
    "api.githubcopilot.com": "copilot",
    "api.github.com": "copilot",
    "cloudcode-pa.googleapis.com": "gemini-code-assist",
    "generativelanguage.googleapis.com": "gemini-api",
    "opencode.ai": "opencode-go",
    "cursor.com": "cursor",
    "api.commandcode.ai": "commandcode",
}
_PORTS = {11434: "ollama", 1234: "lmstudio"}
_WORDS = (
    (r"access_terminated_error|Kimi For Coding", "kimi-code"),
    (r"openrouter\.ai/|free-models-per-|openrouter_free", "openrouter"),
    (r"platform\.openai\.com/", "openai"),
    (r"console\.groq\.com/", "groq"),
    (r"chatgpt\.com/(?:explore|settings|backend-api)", "codex"),
    (r"\b(?:usage_limit_reached|token_invalidated|usage_not_included)\b", "codex"),
    (r"\b(?:deactivated_workspace|connector_rate_limit)\b", "codex"),
    (r"\b(?:one|new)_api_error\b|无可用渠道|该令牌", DIALECT),
    (r"aiplatform\.googleapis\.com|cloud\.google\.com/vertex-ai|publishers/anthropic/", "vertex"),
    (r"console\.x\.ai|\bgrok\.com/", DIALECT),
    (r"\bbedrock:|on-demand throughput isn.t supported|security token included in the request", "bedrock"),
    (r"\bexceeded_current_quota_error\b", "moonshot"),
    (r"\buser_\w+_rate_limited\b", "copilot"),
    (r"premium (?:model quota|request allowance)|Copilot token usage|Copilot model requests", "copilot"),
    (r"exhausted your (?:daily )?(?:capacity|quota) on this model", "gemini-code-assist"),
    (r"\(Console Go\)|OpenCode Go\b", "opencode-go"),
    (r"usage limit exceeded.*\(2056\)|insufficient balance \(1008\)", "minimax"),
    (r"domain cloudcode-pa\.googleapis\.com|cloudcode-pa\.googleapis\.com", "gemini-code-assist"),
    (r"PerProjectPerModel|generativelanguage\.googleapis\.com", "gemini-api"),
    (r"code (?:1308|1113|1302|1305)\b|Insufficient balance or no resource package", "zai"),
    (r"try pulling it first", "ollama"),
    (r"No models loaded\. Please load", "lmstudio"),
    (r"\bDeepseekException\b", "deepseek"),
    (r"I'm alive!|\bbudget_exceeded\b|\btoken_not_found_in_db\b|LiteLLM_VerificationToken", "litellm"),
)
_WORD_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), name) for pattern, name in _WORDS)
_ANTHROPIC = re.compile(r"anthropic|claude", re.IGNORECASE)
_DIALECT_CODES = re.compile(
    r"(?:code|type) (?:insufficient_quota|billing_not_active|invalid_api_key|rate_limit_exceeded"
    r"|quota_exceeded|context_length_exceeded|model_not_found|insufficient_user_quota)\b"
)


def provider_of(named: object, headers: Mapping[str, str], body: object, url: str | None = None) -> str:
    """The provider that the input names, else the one that gives itself away, else the generic reader."""
    known = registry.canonical(named) if isinstance(named, str) else None
    if known is not None:
        return known
    found = _by_host(url) or _by_headers(headers, body) or _by_body(opened(body))
    return found or registry.FALLBACK


def _by_host(url: str | None) -> str | None:
    if not url:
        return None
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError:
        return None
    name = (parts.hostname or "").casefold()
    if name.endswith(".amazonaws.com"):
        return "bedrock"
    if name.endswith("aiplatform.googleapis.com"):
        return "vertex"
    return _HOSTS.get(name.removeprefix("www.")) or (_PORTS.get(port) if port is not None else None)


def _by_headers(headers: Mapping[str, str], body: object) -> str | None:
    for pattern, name in _HEADERS:
        if any(pattern.match(header.strip().lower()) for header in headers):
            if name == "litellm" and _ANTHROPIC.search(_text(body)):
                return None  # the supplier's own words decide, and they are Anthropic's
            return name
    return None


def _by_body(body: object) -> str | None:
    if isinstance(body, Mapping):
        for name, is_its in _SHAPES:
            if is_its(body):
                return name
    said = _said(body)
    for pattern, name in _WORD_PATTERNS:
        if pattern.search(said):
            return name
    if _ANTHROPIC.search(said):
        return None
    return DIALECT if _speaks_dialect(body) or _DIALECT_CODES.search(said) else None


def _is_codex(body: Mapping[str, Any]) -> bool:
    return (
        "primary_window" in mapping(body.get("rate_limit"))
        or "rate_limit_reset_credits" in body
        or "individual_limit" in mapping(body.get("spend_control"))
        or "rateLimitsByLimitId" in mapping(body.get("result"))
        or isinstance(mapping(body.get("payload")).get("rate_limits"), Mapping)
    )


def _is_relay(body: Mapping[str, Any]) -> bool:
    return _data(body).get("object") == "token_usage" or body.get("object") == "billing_subscription"


def _is_kimi(body: Mapping[str, Any]) -> bool:
    return "limit_5h" in mapping(body.get("usages")) or "ratelimitCode5h" in body or _counts_of_kimi(body)


def _data(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(body.get("data"))


_SHAPES: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("codex", _is_codex),
    ("minimax", lambda body: "model_remains" in body or "model_remains" in _data(body)),
    ("copilot", lambda body: "quota_snapshots" in body or "entitlementRequests" in body),
    (
        "zai",
        lambda body: any(
            {"unit", "number", "percentage"} <= one.keys() for one in objects(_data(body).get("limits"))
        ),
    ),
    ("deepseek", lambda body: "balance_infos" in body),
    ("moonshot", lambda body: {"available_balance", "cash_balance"} <= _data(body).keys()),
    (
        "gemini-code-assist",
        lambda body: any("remainingFraction" in one for one in objects(body.get("buckets"))),
    ),
    ("antigravity", lambda body: any("buckets" in one for one in objects(body.get("groups")))),
    ("openrouter", lambda body: "limit_remaining" in _data(body) or "is_free_tier" in _data(body)),
    ("cursor", lambda body: {"billingCycleEnd", "individualUsage"} <= body.keys()),
    (DIALECT, _is_relay),
    ("commandcode", lambda body: "windowLimits" in body),
    (
        "ollama-cloud",
        lambda body: any("usage" in mapping(one) for one in mapping(body.get("limits")).values()),
    ),
    ("kimi-code", _is_kimi),
    ("litellm", lambda body: {"spend", "max_budget"} <= mapping(body.get("info")).keys()),
)
"""Bodies of usage endpoints, by names that only one of them has."""


def _counts_of_kimi(body: Mapping[str, Any]) -> bool:
    every = [
        *objects(body.get("limits")),
        *(one for usage in objects(body.get("usages")) for one in objects(usage.get("limits"))),
    ]
    return any("timeUnit" in mapping(one.get("window")) for one in every)


def _speaks_dialect(body: object) -> bool:
    """`{"error": {"message", "type", "param", "code"}}`, a list of models, or a chat completion."""
    told = mapping(body)
    error = told.get("error")
    if isinstance(error, Mapping) and told.get("type") != "error":
        return "param" in error or "code" in error or "metadata" in error
    return isinstance(mapping(told.get("detail")).get("code"), str) or told.get("object") in (
        "chat.completion",
        "list",
    )


def _said(body: object) -> str:
    """What the error says; never what somebody wrote to a model."""
    error = error_facts(body, _SOME_TIME) if isinstance(body, str | list | Mapping) else None
    if error is None:
        return ""
    details = " ".join(str(value) for value in error.details.values())
    return f"code {error.code} type {error.type} {error.message} {details}"


def _text(body: object) -> str:
    return body[:_LOOKED_AT] if isinstance(body, str) else str(body)[:_LOOKED_AT]
