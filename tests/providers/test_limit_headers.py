"""Rate-limit headers in sets and forms that no recording has."""

from datetime import datetime, timedelta

import pytest

from quotaboard.domain.reading import Window
from quotaboard.domain.verdict import Scope
from quotaboard.providers.explaining import Explained
from tests.providers.limits import AT, BARE, LATER, SOON, epoch, explained, judged
from tests.tables import for_each


def window(found: Explained, name: str) -> Window:
    return next(seen.window for seen in found.sightings if seen.window.name == name)


SPENT: dict[str, tuple[dict[str, str], str, datetime | None, Scope]] = {
    "only the lines of the window": (
        {"5h-status": "rejected", "5h-utilization": "1.0", "5h-reset": epoch(SOON), "7d-status": "allowed"},
        *("5h", SOON, Scope.CREDENTIAL),
    ),
    "only the aggregate": (
        {"status": "rejected", "representative-claim": "seven_day", "reset": epoch(LATER)},
        *("7d", LATER, Scope.CREDENTIAL),
    ),
    "aggregate in capitals and blanks": (
        {
            "status": " Rejected ",
            "representative-claim": " SEVEN_DAY_OVERAGE_INCLUDED ",
            "reset": epoch(LATER),
        },
        *("7d_oi", LATER, Scope.MODEL),
    ),
    "by the number alone": (
        {"5h-utilization": "1.02", "5h-reset": epoch(SOON), "7d-utilization": "0.4"},
        *("5h", SOON, Scope.CREDENTIAL),
    ),
    "a whole 1": ({"5h-utilization": "1", "5h-reset": epoch(SOON)}, *("5h", SOON, Scope.CREDENTIAL)),
    "both, the longer one counts": (
        {
            "5h-status": "rejected",
            "5h-reset": epoch(SOON),
            "7d-status": "rejected",
            "7d-reset": epoch(LATER),
            "representative-claim": "five_hour",
            "status": "rejected",
            "reset": epoch(SOON),
        },
        *("7d", LATER, Scope.CREDENTIAL),
    ),
    "a rejected model counts before a full but allowed window": (
        {
            "5h-status": "allowed",
            "5h-utilization": "1.0",
            "5h-reset": epoch(SOON),
            "7d_oi-status": "rejected",
            "7d_oi-reset": epoch(LATER),
            "status": "rejected",
            "representative-claim": "seven_day_overage_included",
        },
        *("7d_oi", LATER, Scope.MODEL),
    ),
    "a model window that is new": (
        {"7d_mythos-status": "rejected", "7d_mythos-utilization": "1.0", "7d_mythos-reset": epoch(LATER)},
        *("7d_mythos", LATER, Scope.MODEL),
    ),
    "a claim on a model that is new": (
        {"status": "rejected", "representative-claim": "seven_day_mythos", "reset": epoch(LATER)},
        *("7d_mythos", LATER, Scope.MODEL),
    ),
    "a month": (
        {
            "30d-status": "rejected",
            "30d-utilization": "1.0",
            "30d-reset": epoch(LATER),
            "5h-status": "allowed",
        },
        *("30d", LATER, Scope.CREDENTIAL),
    ),
    "a claim on a month": (
        {"status": "rejected", "representative-claim": "thirty_day", "reset": epoch(LATER)},
        *("30d", LATER, Scope.CREDENTIAL),
    ),
    "a calendar month": (
        {"month-status": "rejected", "month-reset": epoch(LATER)},
        *("month", LATER, Scope.CREDENTIAL),
    ),
    "although overage is allowed, for it was refused": (
        {"5h-status": "rejected", "5h-reset": epoch(SOON), "overage-status": "allowed", "status": "rejected"},
        *("5h", SOON, Scope.CREDENTIAL),
    ),
    "a claim of which nothing else is known": (
        {"status": "rejected", "representative-claim": "five_hour"},
        *("5h", None, Scope.CREDENTIAL),
    ),
    "a window without its reset takes the aggregate's": (
        {
            "5h-status": "rejected",
            "status": "rejected",
            "representative-claim": "five_hour",
            "reset": epoch(SOON),
        },
        *("5h", SOON, Scope.CREDENTIAL),
    ),
    "the aggregate's reset is not another window's": (
        {
            "7d-status": "rejected",
            "status": "rejected",
            "representative-claim": "five_hour",
            "reset": epoch(SOON),
        },
        *("7d", None, Scope.CREDENTIAL),
    ),
}


@for_each({name: name for name in SPENT})
def test_a_rejected_window_is_spent_until_its_reset(name: str) -> None:
    limits, reason, until, scope = SPENT[name]
    found = judged(429, limits)
    assert (found.verdict, found.reason, found.until, found.scope) == ("spent", reason, until, scope)
    assert found.retry == "at_reset"


@for_each({name: name for name in SPENT})
def test_a_forbidden_answer_with_the_headers_of_a_wall_is_a_wall(name: str) -> None:
    limits, reason, _until, _scope = SPENT[name]
    body = {
        "error": {
            "type": "permission_error",
            "message": "OAuth authentication is currently not allowed for this organization.",
        }
    }
    found = judged(403, limits, body=body)
    assert (found.verdict, found.reason) == ("spent", reason)


@pytest.mark.parametrize("status", [400, 403, 429])
def test_a_rejected_window_explains_what_else_would_be_a_gate(status: int) -> None:
    body = {"error": {"type": "invalid_request_error", "message": "You're out of extra usage. Add more."}}
    for name, until in (("5h", SOON), ("7d", LATER)):
        found = judged(status, {f"{name}-status": "rejected", f"{name}-reset": epoch(until)}, body=body)
        assert (found.verdict, found.reason, found.until) == ("spent", name, until)
    limits = {"7d_oi-status": "rejected", "7d_oi-reset": epoch(LATER)}
    assert judged(429, limits, body=body).reason == "7d_oi"


@pytest.mark.parametrize(
    "reset",
    [
        epoch(SOON),
        f"{epoch(SOON)}.0",
        str(int(SOON.timestamp() * 1000)),
        "2026-11-20T07:00:00Z",
        "2026-11-20T07:00:00.000000+00:00",
        "2026-11-20T08:00:00.123456789+01:00",
        "Fri, 20 Nov 2026 07:00:00 GMT",
    ],
)
def test_a_reset_is_read_in_every_form(reset: str) -> None:
    found = judged(429, {"5h-status": "rejected", "5h-reset": reset})
    assert found.until is not None
    assert abs(found.until - SOON) < timedelta(seconds=1)


@pytest.mark.parametrize(
    "reset", ["", "0", "soon", "-1", "nan", "1e400", "9" * 40, "1", "null", "2026-13-45"]
)
def test_a_reset_that_is_none_leaves_the_end_open(reset: str) -> None:
    found = judged(429, {"5h-status": "rejected", "5h-reset": reset})
    assert (found.verdict, found.reason, found.until) == ("spent", "5h", None)


def test_retry_after_stands_in_for_a_reset() -> None:
    found = judged(429, {"status": "rejected", "representative-claim": "five_hour"}, retry_after="684")
    assert found.until == AT + timedelta(seconds=684)


@pytest.mark.parametrize(
    ("told", "share"),
    [("0.0", 0.0), ("0.00", 0.0), ("0.737", 0.737), ("1", 1.0), ("1.02", 1.02), (" 0.5 ", 0.5)],
)
def test_utilization_is_a_fraction(told: str, share: float) -> None:
    assert window(explained(200, {"5h-utilization": told}), "5h").utilization == share


@pytest.mark.parametrize("told", ["", "41%", "88", "-0.1", "nan", "inf", "high", "1,5"])
def test_what_is_no_fraction_is_unknown_and_never_nothing(told: str) -> None:
    found = explained(200, {"5h-utilization": told, "5h-status": "allowed"})
    assert window(found, "5h").utilization is None
    assert found.overall.verdict == "open"


def test_a_window_that_has_reset_is_neither_full_nor_a_refusal() -> None:
    past = AT - timedelta(minutes=1)
    found = judged(429, {"5h-status": "rejected", "5h-utilization": "1.0", "5h-reset": epoch(past)})
    assert (found.verdict, found.reason) == ("unknown", "window_reset")


def test_of_two_full_windows_the_one_that_has_not_reset_counts() -> None:
    past = AT - timedelta(minutes=1)
    found = judged(
        429,
        {"5h-status": "rejected", "5h-reset": epoch(past), "7d-status": "rejected", "7d-reset": epoch(LATER)},
    )
    assert (found.verdict, found.reason, found.until) == ("spent", "7d", LATER)


HEALTHY = {"5h-status": "allowed", "5h-utilization": "0.03", "7d-status": "allowed", "7d-utilization": "0.0"}


def test_overage_that_is_off_is_no_block_while_requests_are_allowed() -> None:
    off = {"overage-status": "rejected", "overage-disabled-reason": "org_level_disabled_until"}
    assert judged(200, {**HEALTHY, **off, "status": "allowed"}).verdict == "open"


PAID: dict[str, dict[str, str]] = {
    "in use": {"overage-in-use": "true"},
    "in use, in other letters": {"overage-in-use": "True"},
    "claimed": {"representative-claim": "overage", "overage-status": "allowed"},
    "stands in for a rejected window": {"5h-status": "rejected", "overage-status": "allowed"},
    "stands in for the plan": {"status": "rejected", "overage-status": "allowed_warning", **HEALTHY},
    "a full week and the pool": {
        "7d-status": "rejected",
        "7d-utilization": "1.01",
        "overage-status": "allowed",
    },
}


@pytest.mark.parametrize("name", PAID)
def test_an_answer_from_the_paid_pool_is_paid(name: str) -> None:
    found = judged(200, PAID[name])
    assert (found.verdict, found.retry, found.until) == ("paid", None, None)


NOT_PAID: dict[str, dict[str, str]] = {
    "allowed but unused": {**HEALTHY, "overage-status": "allowed", "overage-utilization": "0.0"},
    "not in use": {**HEALTHY, "overage-in-use": "false", "overage-status": "allowed"},
    "included for Fable": {"representative-claim": "seven_day_overage_included", "7d_oi-status": "allowed"},
    "past its own cap": {**HEALTHY, "overage-status": "rejected", "overage-utilization": "1.05"},
}


@pytest.mark.parametrize("name", NOT_PAID)
def test_a_pool_that_only_stands_by_is_not_paid(name: str) -> None:
    assert judged(200, NOT_PAID[name]).verdict == "open"


NEAR: dict[str, tuple[dict[str, str], str]] = {
    "by its word": ({"7d-status": "allowed_warning", "7d-utilization": "0.4"}, "7d"),
    "by its word alone": ({"5h-status": "allowed_warning", "5h-utilization": "88"}, "5h"),
    "by its threshold": ({"5h-surpassed-threshold": "0.75", "5h-utilization": "0.8"}, "5h"),
    "by the number": ({"5h-utilization": "0.93", "7d-utilization": "0.2"}, "5h"),
    "the fuller one": ({"5h-utilization": "0.93", "7d-utilization": "0.97"}, "7d"),
}


@pytest.mark.parametrize("name", NEAR)
def test_a_window_past_its_mark_is_near(name: str) -> None:
    limits, reason = NEAR[name]
    found = judged(200, limits)
    assert (found.verdict, found.reason) == ("near_limit", reason)


def test_the_window_of_another_model_brings_nothing_near() -> None:
    limits = {"7d_opus-utilization": "0.99", "7d_opus-status": "allowed_warning", **HEALTHY}
    assert judged(200, limits, model="claude-haiku-4-5").verdict == "open"
    assert judged(200, limits, model="claude-opus-5").verdict == "near_limit"


def test_a_threshold_that_says_false_was_not_passed() -> None:
    assert judged(200, {**HEALTHY, "5h-surpassed-threshold": "false"}).verdict == "open"


@pytest.mark.parametrize("slug", ["grace-5h", "slow-budget", "fallback", "overage-period-monthly"])
def test_what_is_no_window_is_not_taken_for_one(slug: str) -> None:
    found = explained(200, {**HEALTHY, f"{slug}-utilization": "1.0", f"{slug}-status": "rejected"})
    assert {seen.window.name for seen in found.sightings} == {"5h", "7d"}
    assert found.overall.verdict == "open"


UNFUNDED: dict[str, tuple[dict[str, str], str]] = {
    "credits only": (
        {
            "status": "rejected",
            "representative-claim": "overage",
            "overage-status": "rejected",
            "overage-disabled-reason": "out_of_credits",
            "reset": epoch(LATER),
        },
        "out_of_credits",
    ),
    "a gateway over its cap": (
        {"status": "rejected", "overage-disabled-reason": "org_spend_cap_reached", "reset": epoch(LATER)},
        "org_spend_cap_reached",
    ),
}


@pytest.mark.parametrize("name", UNFUNDED)
def test_a_refusal_by_the_paid_pool_alone_is_about_money(name: str) -> None:
    limits, reason = UNFUNDED[name]
    found = judged(429, limits)
    assert (found.verdict, found.reason, found.until, found.retry) == ("unfunded", reason, LATER, "after")


def test_a_claim_that_names_something_unknown_is_no_guess() -> None:
    limits = {
        "status": "rejected",
        "representative-claim": "burst_pool",
        "overage-status": "rejected",
        **HEALTHY,
    }
    assert judged(429, limits).verdict == "unknown"


def test_limits_that_reject_nothing_leave_a_refusal_unknown() -> None:
    assert judged(429, {**HEALTHY, "status": "allowed"}, body=BARE).verdict == "unknown"
