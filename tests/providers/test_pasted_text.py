"""Texts as people paste them: logs of agents and clients, consoles; the table is `recorded/pasted.json`."""

from datetime import UTC, datetime
from typing import Any

from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain
from tests.providers.recorded import RECORDED, read
from tests.tables import for_each

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
CASES: dict[str, dict[str, Any]] = {case["name"]: case for case in read(RECORDED / "pasted.json")["cases"]}

SILENT = (
    "",
    "hello",
    "All tests passed, no limits in sight.",
    "2026-11-20 03:26:29 INFO gateway.run: Starting Hermes Gateway...",
    "I added a check so that the API is polite when the quota is used.",
    "{}",
    "[]",
    "null",
    "[1, 2, 3]",
    '"just a text"',
    '{"a": {"b": [1, 2, {"c": null}]}}',
    "{broken",
    "HTTP/9 is not a status line",
)


@for_each(CASES)
def test_an_error_in_a_text_is_found_and_understood(case: dict[str, Any]) -> None:
    explained = explain(answers_in(case["text"], NOW))
    found = explained.overall
    assert (found.verdict, found.reason) == (case["verdict"], case["reason"])
    assert found.until == (datetime.fromisoformat(case["until"]) if case["until"] else None)
    assert len(explained.answers) == 1


@for_each({text: text for text in SILENT})
def test_a_text_without_an_error_is_unknown(text: str) -> None:
    found = explain(answers_in(text, NOW)).overall
    assert (found.verdict, found.retry) == ("unknown", "backoff")


def test_what_was_written_to_a_model_is_not_what_it_answered() -> None:
    dump = """{"request": {"messages": [{"role": "user", "content": "You're out of extra usage."}]},
      "error": {"type": "overloaded_error", "message": "Overloaded", "status_code": 529}}"""
    assert explain(answers_in(dump, NOW)).overall.verdict == "unavailable"


def test_headers_that_a_client_prints_beside_its_error_are_read() -> None:
    text = """RateLimitError: 429 {"type":"error","error":{"type":"rate_limit_error","message":"…"}} {
      headers: {
        'anthropic-ratelimit-unified-5h-status': 'rejected',
        'anthropic-ratelimit-unified-5h-reset': '1795154400',
        'retry-after': '3600'
      }"""
    found = explain(answers_in(text, NOW)).overall
    assert (found.verdict, found.reason) == ("spent", "5h")
    assert found.until == datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
