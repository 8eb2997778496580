"""Back-offs outlive the process that learned them."""

from datetime import datetime, timedelta
from pathlib import Path

from quotaboard.store.opening import open_store
from quotaboard.store.schedule import Slot


def test_slots_come_back_after_a_restart(folder: Path, now: datetime) -> None:
    slots = [Slot("lane", now + timedelta(minutes=30), 3, now), Slot("usage"), Slot("\ud800")]
    with open_store(folder, now=now) as store:
        store.schedule.set(slots)
    with open_store(folder, now=now) as store:
        assert store.schedule.get("lane") == slots[0]
        assert store.schedule.get("nothing") is None
        assert store.schedule.all() == {"lane": slots[0], "usage": slots[1], "\\ud800": Slot("\\ud800")}
        store.schedule.set([Slot("lane", None, 0, now)])
        store.schedule.drop(["usage", "\ud800"])
        assert store.schedule.all() == {"lane": Slot("lane", None, 0, now)}
