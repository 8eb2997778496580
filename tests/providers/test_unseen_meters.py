"""Usage bodies of the same kinds that no recording has, some broken: read right, or left out."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain
from tests.tables import for_each

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
UNSEEN = Path(__file__).resolve().parents[1] / "recorded" / "unseen_meters.json"
"""Written for this test after the public documentation and threads that each row names."""
CASES: dict[str, dict[str, Any]] = {
    f"{case['provider']}-{number}": case
    for number, case in enumerate(json.loads(UNSEEN.read_text(encoding="utf-8")))
}


def given(case: dict[str, Any], *, named: bool) -> str:
    item = {"status": 200, "endpoint": "usage", "body": case["body"], "at": NOW.isoformat()}
    return json.dumps({**item, "provider": case["provider"]} if named else item)


@for_each(CASES)
def test_what_it_shows_is_read_in_its_own_units(case: dict[str, Any]) -> None:
    (answer,) = answers_in(given(case, named=True), NOW)
    windows = {
        f"{window.name} {window.model}" if window.model else window.name: window.utilization
        for window in answer.windows
    }
    left = answer.balance.remaining if answer.balance else None
    assert windows == case["windows"]
    assert (f"{left.amount} {left.currency}" if left else None) == case["left"]


@for_each(CASES)
def test_a_meter_alone_never_says_that_a_lane_serves(case: dict[str, Any]) -> None:
    judgement = explain(answers_in(given(case, named=True), NOW)).overall
    assert judgement.verdict.value == case["verdict"]
    unnamed = explain(answers_in(given(case, named=False), NOW)).overall
    assert unnamed.verdict.value in (case["verdict"], "unknown")
