"""The names of the exported metrics and their labels: one side writes them, another reads them back.

They are an interface: dashboards and alert rules name them.
"""

from __future__ import annotations

import re
from datetime import datetime

from quotaboard.domain.hiding import hide_secrets

BUILD = "quotaboard_build"
UP = "quotaboard_up"

CREDENTIAL = "quotaboard_credential"
CREDENTIAL_USABLE = "quotaboard_credential_usable"
CREDENTIAL_EXPIRES = "quotaboard_credential_expires_timestamp_seconds"
CREDENTIAL_BUDGET = "quotaboard_credential_daily_budget_tokens"
CREDENTIAL_ALLOWED = "quotaboard_credential_probe_allowed"
CREDENTIAL_AGE = "quotaboard_credential_reading_age_seconds"

WINDOW_USE = "quotaboard_window_utilization_ratio"
WINDOW_STATUS = "quotaboard_window_status"
WINDOW_LENGTH = "quotaboard_window_length_seconds"
WINDOW_RESET = "quotaboard_window_reset_timestamp_seconds"
WINDOW_SEEN = "quotaboard_window_observed_timestamp_seconds"
WINDOW_EMPTY = "quotaboard_window_empty_timestamp_seconds"
WINDOW_LASTS = "quotaboard_window_lasts_until_reset"

OVERAGE_STATUS = "quotaboard_overage_status"
OVERAGE = "quotaboard_overage"
OVERAGE_IN_USE = "quotaboard_overage_in_use"
BALANCE_LEFT = "quotaboard_balance_remaining"
BALANCE_LIMIT = "quotaboard_balance_limit"

LANE = "quotaboard_lane"
LANE_VERDICT = "quotaboard_lane_verdict"
LANE_BLOCKED = "quotaboard_lane_blocked"
LANE_SEEN = "quotaboard_lane_observed_timestamp_seconds"
LANE_SINCE = "quotaboard_lane_since_timestamp_seconds"
LANE_UNTIL = "quotaboard_lane_until_timestamp_seconds"
LANE_NEXT = "quotaboard_lane_next_look_timestamp_seconds"
LANE_LATENCY = "quotaboard_lane_latency_seconds"

AGENT = "quotaboard_agent"
AGENT_VERDICT = "quotaboard_agent_verdict"
AGENT_RUNNING = "quotaboard_agent_running"

PROBE_REQUESTS = "quotaboard_probe_requests"
PROBE_TOKENS = "quotaboard_probe_tokens"
PROBE_COST = "quotaboard_probe_cost_dollars"

OF_CREDENTIAL = ("credential",)
OF_WINDOW = ("credential", "window", "model")
OF_LANE = ("credential", "model", "shape", "client")
OF_AGENT = ("agent",)

STATUSES = ("allowed", "allowed_warning", "rejected")
"""A provider's words for a window or for overage; any other word is not exported."""

LONGEST = 120
"""Characters of a label's value."""

_WORD = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")


def label(value: str | None) -> str:
    """Text for a label: one short line, without anything that looks like a secret; empty for nothing."""
    shown = hide_secrets(value or "")
    if not shown.isprintable():
        shown = "".join(sign for sign in shown if sign.isprintable())
    return shown[:LONGEST]


def word(value: str | None) -> str:
    """A machine word for a label; one that a server made up as it went is `other`."""
    return value if value and _WORD.fullmatch(value) else "other" if value else ""


def seconds(moment: datetime) -> float:
    """Seconds since 1970, as every timestamp here."""
    return moment.timestamp()
