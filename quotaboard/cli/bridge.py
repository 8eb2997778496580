"""The status-line bridge: the user's own command runs as before, and what Claude Code tells is stored.

Claude Code runs this after each message, so nothing heavy is imported, and trouble of ours stays ours.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from quotaboard.domain.lane import Credential

SHELL = "/bin/sh"
MARKS = "statusline.json"
"""By session, what its newest answer told: a status line is drawn more often than a request is answered."""
KEPT = 32
SOURCE = "claude-code"
MOST = 1 << 20
TELLS = b'"rate_limits"'
GATEWAYS = "spend_limit"
"""What only the session of a gateway has among its limits."""


def bridge(command: str | None) -> int:
    """Pass the text on to the command, store what it tells, and end as the command ends."""
    text = sys.stdin.buffer.read(MOST)
    child = _start(command, text) if command else None
    if TELLS in text:
        with suppress(OSError):  # no process can be made: the status line goes on without us
            # What it says is read over there too: JSON takes 7 ms, and this process has no use for it.
            _aside(lambda: _store_if_new(text))
    if child is None:
        sys.stdout.write(_own_line(_limits(_parsed(text))) + "\n")
        return 0
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _start(command: str, text: bytes) -> int:
    """The command in a shell, as Claude Code itself runs it; it writes to our own output."""
    import signal

    reading, writing = os.pipe()
    child = os.posix_spawn(
        SHELL,
        [SHELL, "-c", command],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, reading, 0),
            (os.POSIX_SPAWN_CLOSE, reading),
            (os.POSIX_SPAWN_CLOSE, writing),
        ],
        setsigdef=[signal.SIGPIPE],
    )
    os.close(reading)
    try:
        os.write(writing, text)
    except BrokenPipeError:
        pass  # it does not read what it is told
    finally:
        os.close(writing)
    return child


def _parsed(text: bytes) -> Mapping[str, Any]:
    import json

    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _limits(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """The windows of the login's own plan: a gateway's session tells of the gateway's cap instead."""
    limits = told.get("rate_limits")
    return limits if isinstance(limits, dict) and GATEWAYS not in limits else {}


def _aside(work: Callable[[], None]) -> None:
    """Do it in a process that nobody waits for, with nothing open that somebody reads."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork() == 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(nothing, descriptor)
            work()
    finally:
        os._exit(0)


def _store_if_new(text: bytes) -> None:
    import sqlite3

    from quotaboard.config.paths import state_dir
    from quotaboard.store.trouble import StoreTrouble

    told = _parsed(text)
    limits = _limits(told)
    with suppress(OSError, ValueError, StoreTrouble, sqlite3.Error):
        if limits and _is_new(told, limits, state_dir() / MARKS):
            _store(limits, state_dir())


def _is_new(told: Mapping[str, Any], limits: Mapping[str, Any], path: Path) -> bool:
    """Whether a request was answered since: an idle session repeats what it was told long ago."""
    import json

    cost = told.get("cost")
    spent = cost.get("total_api_duration_ms") if isinstance(cost, dict) else None
    mark = json.dumps([limits, spent], sort_keys=True)
    session = str(told.get("session_id", ""))[:64]
    try:
        marks = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        marks = {}
    marks = marks if isinstance(marks, dict) else {}
    if marks.pop(session, None) == mark:
        return False
    marks[session] = mark
    newest = dict(list(marks.items())[-KEPT:])
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(newest, file)
    temporary.replace(path)
    return True


def _store(limits: Mapping[str, Any], folder: Path) -> None:
    """A passive reading of the login that this session uses, where it is one that we know."""
    from datetime import UTC, datetime

    from quotaboard.domain.reading import Origin, Reading
    from quotaboard.providers.anthropic.usage import usage_facts
    from quotaboard.store.opening import open_store

    windows, overage = usage_facts(limits)
    if not windows:
        return
    now = datetime.now(UTC)
    login = _login(now)
    with open_store(folder, now=now) as store:
        for known in store.credentials.all():
            if _is_same(known.credential, login):
                reading = Reading(now, Origin.PASSIVE, windows, overage)
                store.readings.keep(known.credential.name, reading, now=now, provider="anthropic")


def _login(now: datetime) -> Credential:
    """The login of the session that runs this, which gives it its own `CLAUDE_CONFIG_DIR`."""
    from pathlib import Path

    from quotaboard.sources.base import Surroundings, Wanted
    from quotaboard.sources.claude_code import read

    return read(Wanted(), Surroundings(os.environ, Path.home(), now)).credential


def _is_same(known: Credential, login: Credential) -> bool:
    """Whether a credential of ours is this login: another folder's is another account's.

    A login is renewed every few hours and keeps its account; where no account is told, its token tells.
    """
    if known.source != SOURCE:
        return False
    if known.account or login.account:
        return known.account == login.account
    return None in (known.fingerprint, login.fingerprint) or known.fingerprint == login.fingerprint


def _own_line(limits: Mapping[str, Any]) -> str:
    """For whoever had no status line before."""
    names = {"five_hour": "5h", "seven_day": "7d"}
    parts = []
    for key, name in names.items():
        window = limits.get(key)
        used = window.get("used_percentage") if isinstance(window, dict) else None
        if isinstance(used, int | float):
            parts.append(f"{name} {used:.0f} %")
    return "  ".join(parts)


def hear_failure(text: bytes) -> None:
    """What Claude Code says of a turn that failed, kept as an event of its. It may exit at once itself."""
    _aside(lambda: _tell(text))


def _tell(text: bytes) -> None:
    import json
    import sqlite3
    from datetime import UTC, datetime

    from quotaboard.config.paths import state_dir
    from quotaboard.domain.board import Event
    from quotaboard.domain.hiding import hide_secrets
    from quotaboard.store.opening import open_store
    from quotaboard.store.trouble import StoreTrouble

    try:
        told = json.loads(text)
        if not isinstance(told, dict) or told.get("hook_event_name") != "StopFailure":
            return
        said = " ".join(str(told.get("last_assistant_message") or "").split())
        sentence = hide_secrets(
            f"{told.get('error') or 'unknown'}: {said}" if said else str(told.get("error"))
        )
        now = datetime.now(UTC)
        with open_store(state_dir(), now=now) as store:
            mine = next((agent for agent in store.agents.all() if agent.id == SOURCE), None)
            lane = mine.lane.id if mine is not None and mine.lane is not None else None
            store.agents.tell(Event(now, SOURCE, "failed", sentence, lane))
    except (OSError, ValueError, RecursionError, StoreTrouble, sqlite3.Error):
        return
