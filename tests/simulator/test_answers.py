"""Every refusal is held against the recorded answer that it repeats."""

import json
from pathlib import Path
from typing import Any

import pytest

from quotaboard.simulator import answers
from quotaboard.simulator.answers import FIXED_REFUSALS, Refusal
from quotaboard.simulator.scenario import Reply

RECORDED = Path(__file__).parents[1] / "recorded" / "anthropic" / "errors.json"
ORGANIZATION = "00000000-0000-4000-8000-000000000000"
REFUSALS = [
    *FIXED_REFUSALS.values(),
    answers.EXPIRED,
    answers.INVALID_BEARER,
    answers.INVALID_KEY,
    answers.OAUTH_BETA_MISSING,
    answers.REVOKED,
    answers.SCOPE_MISSING,
    answers.WINDOW_SPENT,
    answers.model_not_found("claude-nonexistent-9"),
    answers.per_minute("30,000 input tokens per minute", ORGANIZATION, "claude-sonnet-4-6"),
    answers.credits_required("claude-fable-5", "Claude Fable 5", "org_level_disabled_until"),
]


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return {error["id"]: error for error in json.loads(RECORDED.read_text())["errors"]}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.recorded)
def test_a_refusal_is_worded_as_it_was_recorded(refusal: Refusal, recorded: dict[str, Any]) -> None:
    assert refusal.recorded is not None
    original = recorded[refusal.recorded]
    answer = refusal.answer("req_REDACTED")
    assert answer.status == original["status"]
    assert json.loads(answer.body) == original["body"]


def test_the_usage_endpoint_leaves_out_the_outer_type(recorded: dict[str, Any]) -> None:
    assert recorded["an-e11"]["body"] == answers.USAGE_THROTTLED


def test_every_reply_of_a_rule_has_an_answer() -> None:
    judged = {Reply.EXTRA_USAGE, Reply.PER_MINUTE_LIMIT, Reply.CREDITS_REQUIRED}
    assert set(FIXED_REFUSALS) == set(Reply) - judged


@pytest.mark.parametrize("refusal", FIXED_REFUSALS.values(), ids=lambda refusal: refusal.recorded)
def test_a_fixed_refusal_carries_no_rate_limit_headers(refusal: Refusal) -> None:
    assert not [name for name in refusal.headers if "ratelimit" in name or name == "retry-after"]
