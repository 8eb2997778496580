"""GitHub Copilot: percent that remains of a month.

Its five-hour and weekly limits stand in no API, only in a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from quotaboard.domain.reading import Balance, Overage, Window
from quotaboard.providers.base import Received
from quotaboard.providers.meters import Meters, from_amounts, from_percent_left, mapping, number, word
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

_PREMIUM = "premium_interactions"
_HEADER = "x-quota-snapshot-"


def quota_meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """`copilot_internal/user`, and the command line's `account.getQuota`."""
    if "entitlementRequests" in body and "remainingPercentage" in body:
        return _rpc(body)
    if not isinstance(body.get("quota_snapshots"), Mapping):
        return None
    resets_at = moment(body.get("quota_reset_date_utc") or body.get("quota_reset_date"))
    windows, notes = [], []
    serves = True
    permitted = False
    for name, told in body["quota_snapshots"].items():
        snapshot = mapping(told)
        if snapshot.get("unlimited") is True:
            notes.append(f"{name.replace('_', ' ').capitalize()}: unlimited, or billed by use.")
            continue
        used = from_percent_left(snapshot.get("percent_remaining"))
        if used is None:
            continue
        windows.append(_window(name, used, resets_at))
        if name == _PREMIUM:
            permitted = snapshot.get("overage_permitted") is True
            serves = used < 1
    return Meters(
        windows=tuple(windows),
        overage=Overage(status="allowed", in_use=not serves) if permitted else None,
        balance=_balance(serves=serves or permitted),
        plan=word(body.get("copilot_plan")),
        notes=tuple(notes),
    )


def header_meters(headers: Mapping[str, str], _at: datetime) -> Meters:
    """`x-quota-snapshot-<id>` of a served answer: a query string; an entitlement of -1 is unlimited."""
    windows, overage = [], None
    for name, value in headers.items():
        if not name.startswith(_HEADER):
            continue
        told = {key: values[-1] for key, values in parse_qs(value).items()}
        used = from_percent_left(told.get("rem"))
        if used is None or (number(told.get("ent")) or 0) < 0:
            continue
        quota = name.removeprefix(_HEADER)
        windows.append(_window(quota, used, moment(told.get("rst"))))
        if quota == _PREMIUM and told.get("ovPerm") == "true":
            overage = Overage(status="allowed", in_use=used >= 1)
    return Meters(windows=tuple(windows), overage=overage)


def _rpc(body: Mapping[str, Any]) -> Meters:
    """Its reset is the moment of the request, a known bug, and it is cached: only the share is taken."""
    used = from_percent_left(body.get("remainingPercentage"))
    if used is None:
        used = from_amounts(body.get("usedRequests"), body.get("entitlementRequests"))
    return Meters(windows=(Window("month", used),), balance=_balance(serves=used is None or used < 1))


def _window(quota: str, used: float, resets_at: datetime | None) -> Window:
    return Window("month", used, resets_at, model=None if quota == _PREMIUM else quota.replace("_", " "))


def _balance(*, serves: bool) -> Balance | None:
    """Requests of a month are bought: when they are used up the answer is 402."""
    return None if serves else Balance(available=False)


PROVIDER = Speaker(
    name="copilot",
    title="GitHub Copilot",
    host="https://api.githubcopilot.com",
    reading=Reading("copilot", quota_meters, header_meters),
    usage_urls=("https://api.github.com/copilot_internal/user",),
    probes=False,
    hides="Copilot's five-hour and weekly limits are visible in no API: they appear only in a refusal.",
)
