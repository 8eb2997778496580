"""One poller among several processes: a lease that expires, and that a dead holder loses at once."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from quotaboard.store.database import Database, Row
from quotaboard.store.times import MILLISECOND, from_ms, to_ms

ABSURD = 2
"""A lease that ends later than this many times its span from now was dated by a wrong clock."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that may hold leases, and where it runs."""

    id: str
    pid: int
    host: str
    """Processes of equal hosts see each other's ids."""
    boot: str = ""
    """Differs after a restart of the machine; empty when it cannot be told."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that somebody holds."""

    holder: Holder
    expires_at: datetime


class Leases:
    """Leases by name, for one process."""

    def __init__(self, database: Database, holder: Holder | None = None) -> None:
        self._database = database
        self.holder = holder or this_process()

    def acquire(self, name: str, span: timedelta, *, now: datetime) -> bool:
        """Take the lease, or renew it. False while somebody else holds it: then read what they store.

        A holder that finds it lost stops asking. `span` is how long it lasts without being renewed.
        """
        uptime_ms = _uptime_ms()
        span_ms = span // MILLISECOND
        with self._database.writing(quietly=True) as sql:
            row = self._row(name)
            if row is not None and not self._is_free(row, to_ms(now), uptime_ms, span_ms):
                return False
            holder = self.holder
            sql.execute(
                "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    name,
                    holder.id,
                    holder.pid,
                    holder.host,
                    holder.boot,
                    to_ms(now) + span_ms,
                    None if uptime_ms is None else uptime_ms + span_ms,
                ),
            )
            if row is None or row[0] != holder.id:
                sql.execute("UPDATE meta SET value = value + 1 WHERE key = 'changes'")
            return True

    def renew(self, name: str, span: timedelta, *, now: datetime) -> bool:
        """Hold it for longer. False when it was lost, even if nobody has it now: acquire it then."""
        row = self._row(name)
        if row is None or row[0] != self.holder.id:
            return False
        return self.acquire(name, span, now=now)

    def release(self, name: str) -> None:
        """Give it back, if it is ours."""
        with self._database.writing() as sql:
            sql.execute("DELETE FROM leases WHERE name = ? AND holder = ?", (name, self.holder.id))

    def held(self, name: str, span: timedelta, *, now: datetime) -> Held | None:
        """Who holds it; None when it can be had. Our own counts too."""
        row = self._row(name)
        if row is None or (
            row[0] != self.holder.id and self._is_free(row, to_ms(now), _uptime_ms(), span // MILLISECOND)
        ):
            return None
        holder, pid, host, boot, expires_at, _ = row
        return Held(Holder(holder, pid, host, boot), from_ms(expires_at))

    def _row(self, name: str) -> Row | None:
        return self._database.row(
            "SELECT holder, pid, host, boot, expires_at, expires_uptime FROM leases WHERE name = ?", (name,)
        )

    def _is_free(self, row: Row, now_ms: int, uptime_ms: int | None, span_ms: int) -> bool:
        holder, pid, host, boot, expires_at, expires_uptime = row
        if holder == self.holder.id:
            return True
        if host == self.holder.host:
            if boot != self.holder.boot or not is_alive(pid):
                return True
            if boot and expires_uptime is not None and uptime_ms is not None:
                # The time since start-up is the same for both, and nobody can set it.
                return bool(expires_uptime <= uptime_ms)
        return bool(expires_at <= now_ms or expires_at > now_ms + ABSURD * span_ms)


def this_process() -> Holder:
    """The process that runs this."""
    node = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    room = ""
    with suppress(OSError):
        # Containers may share a name, yet not see each other's processes.
        room = str(Path("/proc/self/ns/pid").readlink())
    boot = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return Holder(os.urandom(8).hex(), os.getpid(), f"{node} {room}".strip(), boot)


def is_alive(pid: int) -> bool:
    """Whether a process of this machine still runs; True when that cannot be told."""
    if os.name == "nt":
        return True  # there, a signal of 0 would interrupt it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _uptime_ms() -> int | None:
    """Since start-up, sleep included; None where processes do not share such a clock."""
    clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return None if clock is None else int(time.clock_gettime(clock) * 1000)
