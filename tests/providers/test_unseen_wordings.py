"""Wordings of the same kinds that no recording has: they come out right, or as not known."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.judgement import Judgement
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain
from tests.tables import for_each

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def judged(
    provider: str | None, status: int | None, body: Any, headers: dict[str, str] | None = None
) -> Judgement:
    item = {"status": status, "body": body, "headers": headers, "at": "2026-11-20T05:00:00Z"}
    if provider:
        item["provider"] = provider
    return explain(answers_in(json.dumps(item), NOW)).overall


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


PERMINUTE = "Rate limit reached on requests per min (RPM): Limit 3, Used 3. Please try again in 20s."
UNSEEN = Path(__file__).resolve().parents[1] / "recorded" / "unseen_wordings.json"
"""Written for this test: the kinds of the recordings in other words, each with what it must come out as."""
CASES: dict[str, dict[str, Any]] = {
    f"{case['provider']}-{number}": case
    for number, case in enumerate(json.loads(UNSEEN.read_text(encoding="utf-8")))
}


@for_each(CASES)
def test_each_comes_out_right(case: dict[str, Any]) -> None:
    judgement = judged(case["provider"], case["status"], case["body"])
    assert (judgement.verdict.value, judgement.reason) == (case["verdict"], case["reason"]), judgement.rule


@for_each(CASES)
def test_without_its_provider_it_is_never_called_served_and_never_benches_by_mistake(
    case: dict[str, Any],
) -> None:
    judgement = judged(None, case["status"], case["body"])
    assert judgement.verdict.value not in ("open", "near_limit", "paid")
    if judgement.verdict.value != case["verdict"] and case["status"] != 401:
        assert judgement.blocked is not True or judgement.scope.value in (
            "request",
            "endpoint",
            "shape",
            "model",
        )


TEXTS: dict[str, dict[str, str | None]] = {
    case["text"]: case
    for case in json.loads(UNSEEN.with_name("unseen_texts.json").read_text(encoding="utf-8"))
}
"""Lines as clients and agents print them, written for this test."""


@for_each(TEXTS)
def test_a_pasted_line_comes_out_right(case: dict[str, str | None]) -> None:
    judgement = explain(answers_in(str(case["text"]), NOW)).overall
    assert (judgement.verdict.value, judgement.reason) == (case["verdict"], case["reason"]), judgement.rule


@pytest.mark.parametrize(
    "message",
    [
        "Incorrect API key provided: sk-proj-abcdefghijkl1234",
        "Rate limit reached in organization org-ABCDEFGH on tokens per min",
        "you (Jane Doe) have reached your session usage limit",
        "Received API Key = sk-...ITlA, Key Hash (Token) =88dc28d0f030c55ed4ab77ed8faf0981",
        "Your account org-1234567890 <ak-abcdefghijk> is suspended",
    ],
)
def test_names_and_pieces_of_keys_are_hidden_before_anything_is_kept(message: str) -> None:
    for provider in ("openai", "litellm", "ollama-cloud", "moonshot", None):
        item = {"status": 429, "body": error(message), "headers": None}
        if provider:
            item["provider"] = provider
        answer = answers_in(json.dumps(item), NOW)[0]
        told = repr(answer.error)
        if provider is None and answer.provider == "anthropic":
            continue
        for piece in (
            "abcdefghijkl1234",
            "ABCDEFGH",
            "Jane",
            "ITlA",
            "88dc28d0",
            "1234567890",
            "abcdefghijk",
        ):
            assert piece not in told


def test_a_throttle_ends_when_retry_after_says() -> None:
    judgement = judged("openai", 429, error(PERMINUTE, code="rate_limit_exceeded"), {"Retry-After": "7"})
    assert judgement.until == datetime(2026, 11, 20, 5, 0, 7, tzinfo=UTC)


def test_a_wall_clock_without_a_zone_is_beijings_only_where_zai_says_it() -> None:
    told = "Your limit will reset at 2026-11-20 15:30:00"
    zai = judged("zai", 429, error(told, code="1308"))
    assert zai.until == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    other = judged("relay", 429, error("usage limit reached, resets at 2026-11-20 15:30:00"))
    assert other.until is None
