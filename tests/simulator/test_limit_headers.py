"""Header sets are held against the recorded ones: the same names with the same values."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from quotaboard.simulator.limit_headers import key_headers, paid_headers, plan_headers, seconds_until
from quotaboard.simulator.meters import MinuteMeter, OverageNow, WindowNow
from quotaboard.simulator.scenario import MinuteLimits

RECORDED = Path(__file__).parents[1] / "recorded" / "anthropic" / "headers.json"
OFF = OverageNow("rejected", "org_level_disabled", None, None, None)


def at(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def window(name: str, utilization: float, epoch: int) -> WindowNow:
    family = {"7d_sonnet": "sonnet", "7d_oi": "fable"}.get(name)
    return WindowNow(name, family, utilization, at(epoch), 0.9 if name == "5h" else 0.75)


@pytest.fixture(scope="module")
def recorded() -> dict[str, dict[str, str]]:
    sets: list[dict[str, Any]] = json.loads(RECORDED.read_text())["sets"]
    return {
        each["id"]: {name: value for name, value in each["headers"].items() if "ratelimit" in name}
        for each in sets
    }


def test_a_healthy_plan_reads_as_recorded(recorded: dict[str, dict[str, str]]) -> None:
    windows = [window("5h", 0.37, 1773291600), window("7d", 0.68, 1773374400)]
    assert plan_headers(windows, OFF) == recorded["an-h05"]


def test_a_sonnet_answer_adds_its_own_window(recorded: dict[str, dict[str, str]]) -> None:
    windows = [
        window("5h", 0.37, 1773291600),
        window("7d", 0.68, 1773374400),
        window("7d_sonnet", 0.26, 1773399600),
    ]
    assert plan_headers(windows, OFF) == recorded["an-h06"]


def test_a_spent_model_window_rejects_without_rejecting_the_plan(recorded: dict[str, dict[str, str]]) -> None:
    windows = [
        window("5h", 0.0, 1785685200),
        window("7d", 0.94, 1785736800),
        window("7d_oi", 1.0, 1785736800),
    ]
    assert plan_headers(windows, OFF) == recorded["an-h12"]


def test_a_warning_is_claimed_by_the_window_that_warns(recorded: dict[str, dict[str, str]]) -> None:
    overage = OverageNow("rejected", "org_spend_cap_reached", 1.05, 1.0, at(1788220800))
    windows = [window("5h", 0.13, 1788020400), window("7d", 0.94, 1788098400)]
    expected = dict(recorded["an-h11"])
    del expected["anthropic-ratelimit-unified-upgrade-paths"]
    assert plan_headers(windows, overage) == expected


def test_a_paid_answer_tells_of_the_paid_pool_only(recorded: dict[str, dict[str, str]]) -> None:
    overage = OverageNow("allowed", None, 0.0, None, at(1790812800))
    assert paid_headers(overage) == recorded["an-h18"]


def test_of_two_spent_windows_the_later_reset_decides() -> None:
    headers = plan_headers([window("5h", 1.0, 1000), window("7d", 1.0, 9000)], OFF)
    assert headers["anthropic-ratelimit-unified-representative-claim"] == "seven_day"
    assert headers["anthropic-ratelimit-unified-reset"] == "9000"


def test_utilization_is_rounded_down_so_that_an_open_window_never_reads_full() -> None:
    headers = plan_headers([window("5h", 0.9999, 1000)], OFF)
    assert headers["anthropic-ratelimit-unified-5h-utilization"] == "0.99"


def test_an_account_without_windows_tells_only_its_policy() -> None:
    assert set(plan_headers([], OFF)) == {
        "anthropic-ratelimit-unified-fallback-percentage",
        "anthropic-ratelimit-unified-overage-disabled-reason",
        "anthropic-ratelimit-unified-overage-status",
    }


def test_an_api_key_gets_the_classic_headers(recorded: dict[str, dict[str, str]]) -> None:
    meter = MinuteMeter(MinuteLimits(1000, 80_000, 16_000), datetime(2025, 8, 21, 12, 39, 59, tzinfo=UTC))
    meter.use(8, 1)
    headers = key_headers(meter)
    # The recorded output reset is a second later than the others, which one shared minute cannot show.
    output_reset = "anthropic-ratelimit-output-tokens-reset"
    assert headers | {output_reset: ""} == recorded["an-k01"] | {output_reset: ""}


def test_a_wait_is_told_in_whole_seconds_and_never_as_none() -> None:
    now = at(1000)
    assert seconds_until(now + timedelta(seconds=683.2), now) == "684"
    assert seconds_until(now, now) == "1"
