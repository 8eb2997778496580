"""Bodies of the endpoints that tell about a plan: its usage, and whose it is."""

from collections.abc import Sequence
from datetime import datetime

from quotaboard.simulator.catalog import ORGANIZATION_TYPES
from quotaboard.simulator.meters import OverageNow, WindowNow
from quotaboard.simulator.scenario import Account

IDLE = (
    "seven_day_oauth_apps",
    "seven_day_opus",
    "seven_day_sonnet",
    "seven_day_cowork",
    "seven_day_omelette",
    "tangelo",
    "iguana_necktie",
    "nimbus_quill",
)
"""Keys that the real body has whether or not the account has such a window."""

Body = dict[str, object]


def usage_body(windows: Sequence[WindowNow], overage: OverageNow) -> Body:
    """The body of `/api/oauth/usage` as captured in September 2026; percentages from 0 to 100."""
    body: Body = {"five_hour": None, "seven_day": None}
    body |= dict.fromkeys(IDLE)
    for window in windows:
        # The Fable allowance has no flat key: it is told in `limits` alone.
        if window.claim != "seven_day_overage_included":
            body[window.claim] = _flat(window)
    return body | {
        "extra_usage": _extra_usage(overage),
        "limits": _limits(windows),
        "spend": _spend(overage),
        "member_dashboard_available": False,
    }


def profile_body(account: Account, number: int, overage: OverageNow) -> Body:
    """The body of `/api/oauth/profile`."""
    organization_type, tier = ORGANIZATION_TYPES[account.plan]
    return {
        "account": {
            "uuid": account_id(number),
            "full_name": account.name,
            "display_name": account.name,
            "email": f"{account.name}@example.com",
            "has_claude_max": organization_type == "claude_max",
            "has_claude_pro": organization_type == "claude_pro",
            "created_at": "2025-01-01T00:00:00Z",
        },
        "organization": {
            "uuid": organization_id(number),
            "name": account.name,
            "organization_type": organization_type,
            "billing_type": "stripe_subscription",
            "rate_limit_tier": tier,
            "has_extra_usage_enabled": overage.pays,
            "subscription_status": "active",
            "subscription_created_at": "2025-01-01T00:00:00Z",
        },
    }


def account_id(number: int) -> str:
    """The pretend UUID of a scenario's n-th account."""
    return f"00000000-0000-4000-8000-{number:011d}1"


def organization_id(number: int) -> str:
    """The pretend UUID of that account's organisation."""
    return f"00000000-0000-4000-8000-{number:011d}2"


def _flat(window: WindowNow) -> Body:
    return {
        "utilization": _percent(window),
        "resets_at": _iso(window.resets_at),
        "limit_dollars": None,
        "used_dollars": None,
        "remaining_dollars": None,
        "locked_reason": None,
    }


def _limits(windows: Sequence[WindowNow]) -> list[Body]:
    listed = [window for window in windows if window.family in (None, "fable")]
    fullest = max((window.utilization for window in listed), default=0.0)
    return [
        {
            "kind": _limit_kind(window),
            "group": "session" if window.name == "5h" else "weekly",
            "percent": int(_percent(window)),
            "severity": _severity(window.utilization),
            "resets_at": _iso(window.resets_at),
            "scope": _scope(window),
            "is_active": window.utilization == fullest > 0,
        }
        for window in listed
    ]


def _limit_kind(window: WindowNow) -> str:
    if window.family is not None:
        return "weekly_scoped"
    return "session" if window.name == "5h" else "weekly_all"


def _scope(window: WindowNow) -> Body | None:
    if window.family is None:
        return None
    return {"model": {"id": None, "display_name": window.family.title()}, "surface": None}


def _extra_usage(overage: OverageNow) -> Body:
    limit, used = _money(overage)
    return {
        "is_enabled": overage.pays,
        "monthly_limit": limit,
        "used_credits": float(used) if overage.utilization is not None else None,
        "utilization": min(100.0, overage.utilization * 100) if overage.utilization is not None else None,
        "currency": "USD",
        "decimal_places": 2,
        "disabled_reason": overage.reason,
        "user_disabled": False,
    }


def _spend(overage: OverageNow) -> Body:
    limit, used = _money(overage)
    return {
        "used": _amount(used),
        "limit": _amount(limit) if limit is not None else None,
        "percent": min(100, int((overage.utilization or 0.0) * 100)),
        "severity": _severity(overage.utilization or 0.0),
        "enabled": overage.pays,
        "disabled_reason": overage.reason,
        "cap": None,
        "balance": None,
        "auto_reload": None,
        "can_purchase_credits": False,
        "can_toggle": False,
    }


def _money(overage: OverageNow) -> tuple[int | None, int]:
    """The monthly limit and what is used of it, in cents: always of $100, where there is a pool."""
    if overage.utilization is None:
        return None, 0
    return 10_000, round(overage.utilization * 10_000)


def _amount(cents: int) -> Body:
    return {"amount_minor": cents, "currency": "USD", "exponent": 2}


def _severity(utilization: float) -> str:
    if utilization >= 0.9:
        return "critical"
    return "warning" if utilization >= 0.75 else "normal"


def _percent(window: WindowNow) -> float:
    """Whole percents, capped at 100 unlike the headers' fractions."""
    return float(min(100, int(window.utilization * 100 + 1e-6)))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="microseconds") if at is not None else None
