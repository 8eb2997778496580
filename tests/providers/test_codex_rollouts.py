"""The newest rollout file of Codex: the last turn with limits, read from its tail."""

import json
from datetime import UTC, datetime
from pathlib import Path

from quotaboard.domain.answer import Asked, Endpoint
from quotaboard.domain.reading import Origin
from quotaboard.domain.rules import judge
from quotaboard.providers import registry
from quotaboard.providers.base import Received
from quotaboard.providers.codex.rollouts import TAIL_BYTES, newest_reading
from tests.providers.lanes import NOW, rows

EVENTS = {row["id"]: row["body"] for row in rows() if row["id"] in ("cx-r06", "cx-r07")}


def rollout(home: Path, day: str, name: str, *lines: object) -> Path:
    folder = home / "sessions" / "2026" / "11" / day
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"rollout-2026-11-{day}T{name}.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_the_last_event_with_limits_counts_and_is_as_old_as_it_says(tmp_path: Path) -> None:
    rollout(tmp_path, "20", "03-00-00", EVENTS["cx-r06"], EVENTS["cx-r07"], {"type": "other"}, '{"cut": "tok')
    reading = newest_reading(tmp_path, NOW)
    assert reading is not None
    assert reading.origin is Origin.CACHED
    assert reading.observed_at == datetime(2026, 11, 20, 3, 46, 28, 191000, tzinfo=UTC)
    assert [(window.name, window.utilization) for window in reading.windows] == [("5h", 1.0), ("7d", 0.41)]


def test_a_newer_file_without_limits_does_not_hide_an_older_one(tmp_path: Path) -> None:
    rollout(tmp_path, "19", "23-00-00", EVENTS["cx-r06"])
    rollout(tmp_path, "20", "04-00-00", {"type": "session_meta"})
    reading = newest_reading(tmp_path, NOW)
    assert reading is not None
    assert reading.windows[0].utilization == 0.57


def test_only_the_tail_of_a_large_file_is_read(tmp_path: Path) -> None:
    rollout(tmp_path, "20", "05-00-00", {"type": "x", "text": "y" * (TAIL_BYTES * 3)}, EVENTS["cx-r07"])
    reading = newest_reading(tmp_path, NOW)
    assert reading is not None
    assert reading.windows[0].utilization == 1.0


def test_without_codex_there_is_nothing(tmp_path: Path) -> None:
    assert newest_reading(tmp_path / "nowhere", NOW) is None


def test_a_spend_cap_of_credits_does_not_hold_back_a_plan_that_serves() -> None:
    limits = {"used_percent": 100, "reset_at": 1798761600}
    spend = {"reached": True, "individual_limit": limits}
    plan = {"primary_window": {"used_percent": 20, "limit_window_seconds": 18000}}
    provider = registry.provider("codex")
    for rate_limit, verdict in ((plan, "unknown"), (None, "unfunded")):
        body = {"rate_limit": rate_limit, "spend_control": spend, "credits": {"has_credits": True}}
        answer = provider.read(Received(200, {}, body, NOW), Asked(endpoint=Endpoint.USAGE))
        assert judge(answer, provider.rules).verdict.value == verdict
