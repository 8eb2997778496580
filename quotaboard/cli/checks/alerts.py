"""Alerts: by what they reach a person, and why they would not."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quotaboard.cli.checks.section import Section, Wrong
from quotaboard.config.alerts import mark_text
from quotaboard.config.values import AlertSettings
from quotaboard.poll.alerts.desktop import NOT_INSTALLED, is_installed
from quotaboard.poll.alerts.terminal import way_of
from quotaboard.store.notes import ALERT_TROUBLE
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble


def alert_section(
    settings: AlertSettings, store: Store, environment: Mapping[str, str], now: datetime
) -> Section:
    """In the way is only what the config asks for and cannot be had."""
    way = way_of(settings.terminal, environment)
    hours = settings.quiet_hours
    facts: dict[str, Any] = {
        "kinds": [kind.value for kind in settings.kinds],
        "marks": [mark_text(mark) for mark in settings.marks],
        "bell": settings.bell,
        "terminal": way
        if isinstance(way, str)
        else f"{way.style}{' through tmux' if way.inside_tmux else ''}",
        "desktop": settings.desktop,
        "desktop_library": is_installed(),
        "hook": list(settings.hook),
        "quiet_hours": str(hours) if hours else None,
        "quiet": hours is not None and hours.covers(now),
        "muted": _is_muted(store),
    }
    wrong = []
    if settings.desktop and not is_installed():
        wrong.append(Wrong(NOT_INSTALLED, "pip install 'quotaboard[desktop]'"))
    if settings.hook and shutil.which(settings.hook[0], path=environment.get("PATH")) is None:
        wrong.append(
            Wrong(f"The hook of the alerts, {settings.hook[0]}, is not there: correct `hook` in [alerts].")
        )
    if trouble := _trouble(store):
        wrong.append(Wrong(f"The last alert did not get through. {trouble}", "quotaboard alerts test"))
    return Section("alerts", facts, tuple(wrong))


def _trouble(store: Store) -> str | None:
    try:
        return store.notes.get(ALERT_TROUBLE)
    except StoreTrouble:
        return None


def _is_muted(store: Store) -> bool | None:
    try:
        return store.alerts.muted
    except StoreTrouble:  # its own section says so
        return None
