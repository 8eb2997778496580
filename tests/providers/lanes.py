"""The recorded answers of every provider but Anthropic, as `explain` is given them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
FOLDERS = ("openrouter", "openai", "codex", "litellm", "others")
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
READINGS = ("usage_reading", "balance_reading", "misleading_reading", "liveness", "usage_endpoint_throttled")

VERDICTS = {
    "ok": "open",
    **dict.fromkeys(READINGS, "unknown"),
    **dict.fromkeys(("plan_window_exhausted", "daily_limit_exhausted"), "spent"),
    **dict.fromkeys(("gated_extra_usage", "client_gated", "fair_use_block"), "gated"),
    **dict.fromkeys(("credit_exhausted", "spend_limit"), "unfunded"),
    **dict.fromkeys(("entitlement_plan", "entitlement_model"), "not_entitled"),
    **dict.fromkeys(("missing_key", "invalid_key", "token_expired", "token_revoked"), "unauthorized"),
    **dict.fromkeys(("workspace_disabled", "workspace_invalid", "scope_missing"), "forbidden"),
    **dict.fromkeys(("model_not_found", "model_not_loaded", "route_unavailable"), "not_found"),
    **dict.fromkeys(("per_minute_limit", "concurrency_limit", "transient_throttle"), "throttled"),
    **dict.fromkeys(("upstream_throttle", "upstream_down", "overloaded", "server_error"), "unavailable"),
    **dict.fromkeys(("bad_request", "context_too_long", "setup_error"), "bad_request"),
}
"""The design's verdict for each meaning of the reference."""

PAID_INSTEAD = {"cx-u06": "paid"}
"""The plan is used up, and credits serve: the recording's `expect` says that nothing is blocked."""


def rows() -> list[dict[str, Any]]:
    """Every recording that is an answer of a provider."""
    files = (path for folder in FOLDERS for path in sorted((RECORDED / folder).glob("*.json")))
    return [row for path in files for row in json.loads(path.read_text()) if "provider" in row]


def is_reading(row: dict[str, Any]) -> bool:
    """Whether it came from a usage, quota, key, balance or list endpoint."""
    request = row.get("request", "")
    return request.startswith("GET") or "retrieveUserQuota" in request or row["meaning"] in READINGS


def item(row: dict[str, Any], *, named: bool = True) -> str:
    """The recording as a person gives it to `explain`."""
    given: dict[str, Any] = {"status": row["status"], "headers": row["headers"], "body": row["body"]}
    if named:
        given["provider"] = row["provider"]
    if is_reading(row) and row["status"] is not None:
        given["endpoint"] = "usage"
    if len(row["date"]) == 10 and "read_at" not in row.get("expect", {}):
        given["at"] = f"{row['date']}T00:00:00Z"
    return json.dumps(given)


def wanted(row: dict[str, Any]) -> str:
    """The verdict that it must have."""
    return PAID_INSTEAD.get(row["id"], VERDICTS[row["meaning"]])
