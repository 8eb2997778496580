"""What Claude Code remembers about its account in `.claude.json`: facts and cached usage, no secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quotaboard.sources.base import Surroundings
from quotaboard.sources.documents import Trouble, mapping, moment, read_json, text

STATE_LIMIT = 64 << 20
"""Bytes. The file keeps the history of every project and grows to many megabytes."""


@dataclass(frozen=True, slots=True)
class CachedUsage:
    """The answer of the usage endpoint as Claude Code last saw it."""

    fetched_at: datetime
    account_uuid: str | None
    utilization: Mapping[str, object]
    """The whole body of the usage endpoint, unread."""


@dataclass(frozen=True, slots=True)
class ClientState:
    """The account that Claude Code is signed in with, as far as its state file tells."""

    path: Path
    account_uuid: str | None = None
    organization_uuid: str | None = None
    rate_limit_tier: str | None = None
    seat_tier: str | None = None
    extra_usage_enabled: bool | None = None
    cached_usage: CachedUsage | None = None
    """None too when what is cached belongs to another account than the one signed in."""
    overage_reason_known: bool = False
    """Whether Claude Code has ever seen whether and why the paid pool is off."""
    overage_reason: str | None = None
    """Why it is off; None, when known, means that nothing forbids it."""

    @property
    def signed_in(self) -> bool:
        return self.account_uuid is not None or self.organization_uuid is not None


def state_path(around: Surroundings) -> Path:
    """Beside the config folder that the variable names; by default in the home itself, not in `.claude`."""
    return around.folder("CLAUDE_CONFIG_DIR", ".") / ".claude.json"


def client_state(path: Path) -> ClientState | Trouble:
    """The state file, read now."""
    document = read_json(path, "open Claude Code, which restores it from its backup", STATE_LIMIT)
    if isinstance(document, Trouble):
        return document
    account = mapping(document.get("oauthAccount"))
    extra = account.get("hasExtraUsageEnabled")
    return ClientState(
        path=path,
        account_uuid=text(account.get("accountUuid")),
        organization_uuid=text(account.get("organizationUuid")),
        rate_limit_tier=text(account.get("organizationRateLimitTier")),
        seat_tier=text(account.get("seatTier")),
        extra_usage_enabled=extra if isinstance(extra, bool) else None,
        cached_usage=_cached(document.get("cachedUsageUtilization"), text(account.get("accountUuid"))),
        overage_reason_known="cachedExtraUsageDisabledReason" in document,
        overage_reason=text(document.get("cachedExtraUsageDisabledReason")),
    )


def _cached(value: object, signed_in: str | None) -> CachedUsage | None:
    cached = mapping(value)
    fetched_at = moment(cached.get("fetchedAtMs"))
    utilization = mapping(cached.get("utilization"))
    owner = text(cached.get("accountUuid"))
    if fetched_at is None or not utilization or (owner and signed_in and owner != signed_in):
        return None
    return CachedUsage(fetched_at, owner, utilization)
