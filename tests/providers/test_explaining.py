"""Several answers on one account, judged together."""

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from quotaboard.domain.judgement import Judgement
from quotaboard.providers.captured import answers_in, answers_of
from quotaboard.providers.explaining import Explained, explain

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
UNIFIED = "anthropic-ratelimit-unified-"
HAIKU, SONNET, OPUS = "claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-5-5"
OFF = {"overage-status": "rejected", "overage-disabled-reason": "org_level_disabled_until"}


def error(message: str, kind: str = "invalid_request_error") -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}}


GATE = error("You're out of extra usage. Add more at claude.ai/settings/usage and keep going.")
BARE = error("Error", "rate_limit_error")


def answer(
    status: int,
    body: Any = None,
    limits: dict[str, str] | None = None,
    *,
    after: float | None = None,
    **request: Any,
) -> dict[str, Any]:
    """An answer; `after` in minutes from NOW dates it."""
    told: dict[str, Any] = {"status": status, "body": body, "request": request}
    told["headers"] = {UNIFIED + name: value for name, value in (limits or {}).items()}
    if after is not None:
        told["at"] = (NOW + timedelta(minutes=after)).isoformat()
    return told


def usage(**shares: float) -> dict[str, Any]:
    body = {
        name: {"utilization": share, "resets_at": "2026-11-20T08:00:00Z"} for name, share in shares.items()
    }
    return {"endpoint": "usage", "status": 200, "body": body}


def together(*answers: dict[str, Any]) -> Explained:
    return explain(answers_in(json.dumps(list(answers)), NOW))


def overall(*answers: dict[str, Any]) -> Judgement:
    return together(*answers).overall


def test_a_plain_200_and_a_tools_400_are_a_gate_with_the_use_of_the_plan() -> None:
    found = overall(
        answer(200, None, {"5h-utilization": "0.03", "7d-utilization": "0.0", **OFF}, model=SONNET, tools=0),
        answer(400, GATE, model=SONNET, tools=1),
    )
    assert (found.verdict, found.reason, found.confirmed) == ("gated", "out_of_extra_usage", True)
    assert found.summary.startswith("Your plan is 3 % used; Anthropic refuses requests that carry tools")
    assert "which is off until its limit resets" in found.summary


def test_a_small_200_and_a_large_bare_429_are_a_suspected_gate() -> None:
    small = answer(200, None, {"5h-utilization": "0.09", "7d-utilization": "0.16"}, model=HAIKU, tools=0)
    found = overall(small, answer(429, BARE, model=SONNET, tools=0))
    assert (found.verdict, found.reason, found.confirmed) == ("gated", "bare_429", False)
    assert HAIKU in found.summary


def test_a_second_look_with_a_passing_control_confirms_it() -> None:
    small = answer(200, model=HAIKU, tools=0, after=2)
    looks = [answer(429, BARE, model=SONNET, tools=0, after=minute) for minute in (0, 2)]
    assert overall(small, *looks).confirmed is True
    close = answer(429, BARE, model=SONNET, tools=0, after=0.2)
    assert overall(small, looks[0], close).confirmed is False


@pytest.mark.parametrize(
    "control",
    [
        {"model": SONNET, "tools": 0},
        {"model": HAIKU, "tools": 0},
        {"model": HAIKU, "tools": 1},
        {"model": SONNET, "client": "official"},
    ],
)
def test_a_lighter_request_that_passed_isolates_the_refusal(control: dict[str, Any]) -> None:
    refused = answer(429, BARE, model=SONNET, tools=1)
    assert overall(answer(200, **control), refused).verdict == "gated"


@pytest.mark.parametrize(
    "control",
    [{"model": OPUS, "tools": 1}, {"model": SONNET, "tools": 3}, {}],
)
def test_what_is_not_known_to_be_lighter_isolates_nothing(control: dict[str, Any]) -> None:
    assert overall(answer(200, **control), answer(429, BARE, model=SONNET, tools=1)).verdict == "unknown"


def test_an_old_control_isolates_nothing() -> None:
    old = answer(200, model=HAIKU, tools=0, after=0)
    assert overall(old, answer(429, BARE, model=SONNET, tools=0, after=90)).verdict == "unknown"


def test_a_key_is_not_gated_by_a_bare_429() -> None:
    small = answer(200, model=HAIKU, tools=0, auth="api_key")
    assert overall(small, answer(429, BARE, model=SONNET, tools=0, auth="api_key")).verdict == "unknown"


def test_a_bare_429_alone_is_unknown() -> None:
    found = overall(answer(429, BARE, model=SONNET, tools=1))
    assert (found.verdict, found.reason) == ("unknown", "bare_429")


@pytest.mark.parametrize(("name", "reason"), [("five_hour", "5h"), ("seven_day", "7d")])
def test_a_full_meter_turns_out_of_extra_usage_into_spent(name: str, reason: str) -> None:
    found = overall(usage(**{name: 100.0}), answer(400, GATE, model=SONNET, tools=1))
    assert (found.verdict, found.reason) == ("spent", reason)
    assert found.until == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_a_full_window_in_another_answer_does_the_same() -> None:
    full = answer(429, error("…", "rate_limit_error"), {"7d-status": "rejected"}, model=HAIKU, tools=0)
    found = overall(full, answer(400, GATE, model=SONNET, tools=1))
    assert (found.verdict, found.reason) == ("spent", "7d")


def test_the_full_window_of_a_model_does_not() -> None:
    body = {
        "limits": [{"kind": "weekly_scoped", "percent": 100, "scope": {"model": {"display_name": "Fable"}}}]
    }
    full = {"endpoint": "usage", "status": 200, "body": body}
    assert overall(full, answer(400, GATE, model=SONNET, tools=1)).verdict == "gated"


def test_a_healthy_meter_says_neither_open_nor_lifts_a_refusal() -> None:
    assert overall(usage(five_hour=3.0)).verdict == "unknown"
    assert overall(usage(five_hour=3.0), answer(429, BARE, model=SONNET, tools=1)).verdict == "unknown"
    assert overall(usage(five_hour=3.0), answer(400, GATE, model=SONNET, tools=1)).verdict == "gated"


def test_a_full_meter_alone_is_spent() -> None:
    found = overall(usage(five_hour=100.0, seven_day=20.0))
    assert (found.verdict, found.reason, found.retry) == ("spent", "5h", "at_reset")


def test_a_full_meter_makes_an_undecided_lane_spent() -> None:
    found = overall(
        usage(seven_day=100.0), answer(529, error("Overloaded", "overloaded_error"), model=SONNET)
    )
    assert (found.verdict, found.reason) == ("spent", "7d")


THROTTLED_USAGE = {
    "endpoint": "usage",
    "status": 429,
    "body": {"error": {"type": "rate_limit_error", "message": "Rate limited. Please try again later."}},
}


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_trouble_with_the_usage_endpoint_decides_nothing(status: int) -> None:
    refused = {**THROTTLED_USAGE, "status": status}
    assert overall(answer(200, model=SONNET, tools=1), refused).verdict == "open"
    assert overall(refused, answer(400, GATE, model=SONNET, tools=1)).verdict == "gated"


def test_a_refused_usage_without_its_status_is_still_only_that() -> None:
    told = {key: value for key, value in THROTTLED_USAGE.items() if key != "status"}
    assert overall(told).reason == "usage_endpoint"


def test_usage_pasted_as_raw_http_never_says_open() -> None:
    body = json.dumps({"five_hour": {"utilization": 3.0, "resets_at": "2026-11-20T08:00:00Z"}})
    found = explain(answers_in(f"HTTP/2 200\ncontent-type: application/json\n\n{body}", NOW))
    assert found.overall.verdict == "unknown"
    assert [seen.window.utilization for seen in found.sightings] == [0.03]


def test_usage_that_could_be_read_counts_before_usage_that_could_not() -> None:
    assert overall(usage(five_hour=100.0), THROTTLED_USAGE).verdict == "spent"
    assert overall(THROTTLED_USAGE).reason == "usage_endpoint"


WALL_HEADERS = {
    "5h-status": "rejected",
    "5h-utilization": "1.0",
    "5h-reset": "1795154400",
    "status": "rejected",
}


def wall(**more: Any) -> dict[str, Any]:
    return answer(
        429,
        error("This request would exceed your account's rate limit.", "rate_limit_error"),
        WALL_HEADERS,
        **more,
    )


def test_a_later_answer_on_the_same_request_replaces_the_wall() -> None:
    served = answer(200, None, {"5h-utilization": "0.01"}, model=SONNET, tools=1, after=180)
    assert overall(wall(model=SONNET, tools=1, after=0), served).verdict == "open"
    assert overall(served, wall(model=SONNET, tools=1, after=0)).verdict == "open"


def test_a_wall_of_the_account_is_over_once_anything_is_served_after_it() -> None:
    served = answer(200, None, {"5h-utilization": "0.01"}, after=180)
    assert overall(wall(after=0), served).verdict == "open"


def test_a_small_request_served_later_does_not_vouch_for_the_large_one() -> None:
    served = answer(200, None, {"5h-utilization": "0.01"}, model=HAIKU, tools=0, after=180)
    found = overall(wall(model=SONNET, tools=1, after=0), served)
    assert found.verdict in {"unknown", "open"}
    assert found.blocked is not True


def test_a_gate_is_not_over_because_something_lighter_is_served_later() -> None:
    found = overall(
        answer(400, GATE, model=SONNET, tools=1, after=0), answer(200, model=SONNET, tools=0, after=30)
    )
    assert found.verdict == "gated"


def test_the_most_demanding_refusal_is_the_diagnosis() -> None:
    expired = answer(404, error("model: claude-haiku-1", "not_found_error"), model="claude-haiku-1", tools=0)
    assert overall(answer(400, GATE, model=SONNET, tools=1), expired).verdict == "gated"
    assert overall(expired, answer(400, GATE, model=SONNET, tools=1)).verdict == "gated"


def test_the_most_demanding_answer_is_the_diagnosis_when_none_was_refused() -> None:
    small = answer(200, None, {"5h-utilization": "0.1"}, model=HAIKU, tools=0)
    large = answer(200, None, {"overage-in-use": "true"}, model=SONNET, tools=1)
    assert overall(small, large).verdict == overall(large, small).verdict == "paid"


def test_the_order_of_dated_answers_does_not_matter() -> None:
    given = [
        answer(200, None, {"5h-utilization": "0.03", **OFF}, model=HAIKU, tools=0, after=0),
        answer(429, BARE, model=SONNET, tools=0, after=1),
        answer(400, GATE, model=SONNET, tools=1, after=2),
        answer(429, BARE, model=SONNET, tools=0, after=4),
        usage(five_hour=3.0),
    ]
    first = overall(*given)
    assert all(overall(*order) == first for order in permutations(given))


def test_each_answer_keeps_its_own_windows_and_all_have_the_newest_of_each() -> None:
    found = together(
        answer(200, None, {"5h-utilization": "0.1", "7d-utilization": "0.2"}, model=HAIKU, after=0),
        answer(200, None, {"5h-utilization": "0.3"}, model=HAIKU, after=5),
    )
    assert [len(single.windows) for single, _judgement in found.answers] == [2, 1]
    assert {seen.window.name: seen.window.utilization for seen in found.sightings} == {"5h": 0.3, "7d": 0.2}


OLD = {"5h-status": "rejected", "5h-utilization": "1.0", "5h-reset": "1791069000", "status": "rejected"}


def test_an_old_refusal_without_a_date_is_explained_as_what_it_was() -> None:
    found = overall(answer(429, BARE, {**OLD, "representative-claim": "five_hour", "reset": "1791069000"}))
    assert (found.verdict, found.reason) == ("spent", "5h")
    assert found.until == datetime(2026, 10, 3, 23, 10, tzinfo=UTC)


def test_with_a_date_after_its_reset_it_is_unknown() -> None:
    found = overall(answer(429, BARE, OLD, after=0))
    assert (found.verdict, found.reason) == ("unknown", "window_reset")


def test_the_date_header_dates_an_answer() -> None:
    given = answer(429, BARE, OLD)
    given["headers"]["Date"] = "Sat, 03 Oct 2026 22:58:36 GMT"
    assert overall(given).verdict == "spent"
    given["headers"]["Date"] = "Sun, 04 Oct 2026 22:58:36 GMT"
    assert overall(given).verdict == "unknown"


def test_undated_answers_share_one_moment() -> None:
    old = answer(200, None, {"5h-utilization": "0.2", "5h-reset": "1791069000"}, model=HAIKU, tools=0)
    found = overall(old, answer(429, BARE, model=SONNET, tools=0))
    assert found.verdict == "gated"
    dated = answer(200, model=HAIKU, tools=0, after=-100_000)
    assert overall(dated, answer(429, BARE, model=SONNET, tools=0)).verdict == "gated"


def test_several_inputs_are_one_account() -> None:
    texts = [
        json.dumps(answer(200, None, {"5h-utilization": "0.03"}, model=SONNET, tools=0)),
        "HTTP/2 400\r\ncontent-type: application/json\r\n\r\n" + json.dumps(GATE),
    ]
    found = explain(answers_of(texts, NOW))
    assert [judgement.verdict for _answer, judgement in found.answers] == ["open", "gated"]
    assert found.overall.verdict == "gated"
    assert found.overall.summary.startswith("Your plan is 3 % used")
