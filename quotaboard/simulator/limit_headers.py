"""Rate-limit headers: the unified ones of a plan, and the classic ones of an API key."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from quotaboard.simulator.meters import MinuteMeter, OverageNow, WindowNow

UNIFIED = "anthropic-ratelimit-unified-"
CLASSIC = "anthropic-ratelimit-"
_SEVERITY = ("allowed", "allowed_warning", "rejected")


def plan_headers(windows: Sequence[WindowNow], overage: OverageNow) -> dict[str, str]:
    """What an answer says about the plan, in the order of the wire: every window, the claim, the policy."""
    headers: dict[str, str] = {}
    claimed = claimed_window(windows)
    if claimed is not None:
        headers["status"] = claimed.status
    for window in windows:
        headers[f"{window.name}-status"] = window.status
        if window.resets_at is not None:
            headers[f"{window.name}-reset"] = _epoch(window.resets_at)
        if window.surpassed is not None:
            headers[f"{window.name}-surpassed-threshold"] = str(window.surpassed)
        headers[f"{window.name}-utilization"] = _share(window.utilization)
    if claimed is not None:
        headers["representative-claim"] = claimed.claim
    headers["fallback-percentage"] = "0.5"
    if claimed is not None and claimed.resets_at is not None:
        headers["reset"] = _epoch(claimed.resets_at)
    return _prefixed(headers | _overage_headers(overage))


def paid_headers(overage: OverageNow) -> dict[str, str]:
    """What an answer says that was billed: the paid pool, and nothing about the plan."""
    headers = {
        "status": overage.status,
        "representative-claim": "overage",
        "fallback-percentage": "0.5",
        "overage-in-use": "true",
    }
    if overage.resets_at is not None:
        headers["reset"] = _epoch(overage.resets_at)
    return _prefixed(headers | _overage_headers(overage))


def key_headers(meter: MinuteMeter) -> dict[str, str]:
    """What an answer to an API key says: limits, what remains of them, and RFC 3339 resets."""
    limits = meter.limits
    remaining_input = max(0, limits.input_tokens - meter.input_tokens)
    remaining_output = max(0, limits.output_tokens - meter.output_tokens)
    rows = (
        ("input-tokens", limits.input_tokens, _thousands(remaining_input)),
        ("output-tokens", limits.output_tokens, _thousands(remaining_output)),
        ("requests", limits.requests, max(0, limits.requests - meter.requests)),
        (
            "tokens",
            limits.input_tokens + limits.output_tokens,
            _thousands(remaining_input) + _thousands(remaining_output),
        ),
    )
    resets_at = meter.resets_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    headers: dict[str, str] = {}
    for name, limit, remaining in rows:
        headers[f"{CLASSIC}{name}-limit"] = str(limit)
        headers[f"{CLASSIC}{name}-remaining"] = str(remaining)
        headers[f"{CLASSIC}{name}-reset"] = resets_at
    return headers


def claimed_window(windows: Sequence[WindowNow]) -> WindowNow | None:
    """The window that decided: the most severe one, the latest to reset if several are spent."""
    if not windows:
        return None
    worst = max(_SEVERITY.index(window.status) for window in windows)
    deciding = [window for window in windows if _SEVERITY.index(window.status) == worst]
    if _SEVERITY[worst] != "rejected":
        return deciding[0]
    return max(deciding, key=lambda window: window.resets_at.timestamp() if window.resets_at else 0.0)


def seconds_until(at: datetime, now: datetime) -> str:
    """A `retry-after`: whole seconds, at least one."""
    return str(max(1, math.ceil((at - now).total_seconds())))


def _overage_headers(overage: OverageNow) -> dict[str, str]:
    headers: dict[str, str] = {}
    if overage.reason is not None:
        headers["overage-disabled-reason"] = overage.reason
    headers["overage-status"] = overage.status
    if overage.resets_at is not None:
        headers["overage-reset"] = _epoch(overage.resets_at)
    if overage.utilization is not None:
        headers["overage-utilization"] = _share(overage.utilization)
    if overage.surpassed is not None:
        headers["overage-surpassed-threshold"] = str(overage.surpassed)
    return headers


def _prefixed(headers: dict[str, str]) -> dict[str, str]:
    return {UNIFIED + name: value for name, value in headers.items()}


def _share(utilization: float) -> str:
    # Two decimals, rounded down, so that a window that still serves never reads 1.0.
    return str(math.floor(utilization * 100 + 1e-6) / 100)


def _epoch(at: datetime) -> str:
    return str(math.ceil(at.timestamp()))


def _thousands(tokens: int) -> int:
    """Remaining tokens are shown in whole thousands."""
    return round(tokens, -3)
