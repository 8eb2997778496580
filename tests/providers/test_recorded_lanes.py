"""Every recorded answer of the other providers: verdict, windows, resets, money and plan as recorded."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from quotaboard.domain.answer import Answer
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.reading import Window
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain
from tests.providers.lanes import NOW, is_reading, item, rows, wanted
from tests.tables import for_each

ROWS = {str(row["id"]): row for row in rows()}
READINGS = {name: row for name, row in ROWS.items() if is_reading(row)}


def expecting(key: str) -> dict[str, dict[str, Any]]:
    """The recordings that say what must be read of this."""
    return {name: row for name, row in ROWS.items() if key in row.get("expect", {})}


def explained(row: dict[str, Any], *, by_name: bool = True) -> tuple[Answer, Judgement]:
    return _explained(row["id"], by_name)


@cache
def _explained(name: str, by_name: bool) -> tuple[Answer, Judgement]:
    found = explain(answers_in(item(ROWS[name], named=by_name), NOW)).answers
    assert len(found) == 1
    return found[0]


@for_each(ROWS)
def test_each_recording_gets_the_verdict_of_its_meaning(row: dict[str, Any]) -> None:
    answer, judgement = explained(row)
    assert (judgement.verdict.value, judgement.rule) == (wanted(row), judgement.rule)
    assert judgement.summary
    assert "REDACTED" not in answer.message or row["provider"] in ("zai", "one-api")


@for_each(ROWS)
def test_without_a_name_it_is_the_same_or_not_known(row: dict[str, Any]) -> None:
    _answer, judgement = explained(row, by_name=False)
    assert judgement.verdict.value in (wanted(row), "unknown")


@for_each(READINGS)
def test_no_reading_ever_says_open(row: dict[str, Any]) -> None:
    for by_name in (True, False):
        _answer, judgement = explained(row, by_name=by_name)
        assert judgement.verdict.value not in ("open", "near_limit")


@for_each(expecting("windows"))
def test_windows_have_their_names_shares_scopes_and_resets(row: dict[str, Any]) -> None:
    answer, _judgement = explained(row)
    shown = [window for window in answer.windows if not window.name.endswith(("requests", "tokens"))]
    expected = row["expect"]["windows"]
    assert len(shown) == len(expected)
    for want in expected:
        window = find(shown, want)
        assert window.utilization == pytest.approx(want["used_pct"] / 100, abs=6e-5)
        if "seconds" in want:
            assert window.seconds == want["seconds"]
        if want.get("model"):
            assert window.model == want["model"]
        check_reset(window.resets_at, want.get("resets_at", ...), answer.at)


def find(windows: list[Window], want: dict[str, Any]) -> Window:
    found = [
        window
        for window in windows
        if window.name == want["window"]
        and window.utilization == pytest.approx(want["used_pct"] / 100, abs=6e-5)
        and (window.model == want["model"] if want.get("model") else True)
    ]
    assert found, f"{want} is not among {windows}"
    return found[0]


def check_reset(told: datetime | None, want: Any, at: datetime) -> None:
    if want is ...:
        return
    if want is None:
        assert told is None
        return
    assert told is not None
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match want.split():
        case ["first", *_]:
            assert (told.day, told.hour, told > at, told - at <= timedelta(days=31)) == (1, 0, True, True)
        case ["next", "00:00", "UTC"]:
            assert told == midnight + timedelta(days=1)
        case ["next", "multiple", *_]:
            assert told.timestamp() % 18000 == 0
            assert timedelta() < told - at <= timedelta(hours=5)
        case ["next", "Monday", *_]:
            assert (told.weekday(), told.hour) == (0, 0)
        case [relative] if relative.startswith("received_at"):
            seconds = int(relative.removeprefix("received_at+").removesuffix("s"))
            assert abs((told - at).total_seconds() - seconds) < 1
        case _:
            assert abs(told - datetime.fromisoformat(want)) < timedelta(seconds=1)


@for_each(expecting("resets_at"))
def test_a_refusal_says_when_it_ends(row: dict[str, Any]) -> None:
    answer, judgement = explained(row)
    check_reset(judgement.until, row["expect"]["resets_at"], answer.at)


@for_each(expecting("retry_after_s"))
def test_a_wait_in_words_is_read(row: dict[str, Any]) -> None:
    answer, judgement = explained(row)
    assert judgement.until is not None
    assert (judgement.until - answer.at).total_seconds() == pytest.approx(row["expect"]["retry_after_s"])


@for_each(expecting("window"))
def test_the_window_that_a_sentence_names_is_the_reason(row: dict[str, Any]) -> None:
    answer, judgement = explained(row)
    assert judgement.reason == row["expect"]["window"]
    if "resets_in_s" in row["expect"]:
        assert judgement.until is not None
        assert (judgement.until - answer.at).total_seconds() == row["expect"]["resets_in_s"]


@for_each(expecting("balance"))
def test_money_is_read_to_the_cent_and_in_its_currency(row: dict[str, Any]) -> None:
    answer, _judgement = explained(row)
    want, balance = row["expect"]["balance"], answer.balance
    if want == {"limit": None}:
        assert balance is None
        return
    assert balance is not None
    for key, money in (("remaining", balance.remaining), ("limit", balance.limit), ("spend", balance.used)):
        if key not in want:
            continue
        if want[key] is None:
            assert money is None
        else:
            assert money is not None
            assert float(money.amount) == pytest.approx(want[key], abs=1e-9)
            assert money.currency.split()[0] == want["unit"].split()[0]


@for_each(expecting("credits"))
def test_credits_are_counted_as_credits(row: dict[str, Any]) -> None:
    answer, _judgement = explained(row)
    want = row["expect"]["credits"]
    assert answer.overage is not None
    assert answer.overage.can_serve is want["has_credits"]
    if want["balance"] is None:
        assert answer.balance is None
    else:
        assert answer.balance is not None
        assert answer.balance.remaining is not None
        assert float(answer.balance.remaining.amount) == pytest.approx(want["balance"])
        assert answer.balance.remaining.currency == "credits"


@for_each(expecting("plan"))
def test_the_plan_is_the_providers_own_word(row: dict[str, Any]) -> None:
    answer, _judgement = explained(row)
    assert answer.plan == row["expect"]["plan"]


@for_each(expecting("buckets"))
def test_buckets_are_read_and_minus_one_is_nothing(row: dict[str, Any]) -> None:
    answer, _judgement = explained(row)
    prefixes = {"day": "1d_", "minute": "1m_", None: ""}
    want = {
        prefixes[bucket.get("per")] + unit: (1 - bucket["remaining"] / bucket["limit"], bucket.get("reset_s"))
        for unit, bucket in row["expect"]["buckets"].items()
    }
    assert {window.name for window in answer.windows} == set(want)
    for window in answer.windows:
        share, seconds = want[window.name]
        assert window.utilization == pytest.approx(share, abs=1e-9)
        if seconds is not None:
            assert window.resets_at is not None
            assert (window.resets_at - answer.at).total_seconds() == pytest.approx(seconds, abs=1e-3)


@for_each(expecting("reset_credits"))
def test_banked_resets_are_told_and_never_used(row: dict[str, Any]) -> None:
    answer, _judgement = explained(row)
    assert any("1 reset" in note and "never uses one" in note for note in answer.notes)


@for_each(expecting("blocked"))
def test_blocked_is_as_recorded(row: dict[str, Any]) -> None:
    _answer, judgement = explained(row)
    assert judgement.blocked is row["expect"]["blocked"] or (
        # A throttle is over in seconds: the recordings leave open whether to call it blocked.
        row["expect"]["blocked"] is None and judgement.verdict.value in ("throttled", "forbidden")
    )


def test_what_a_small_probe_cannot_see_is_a_number() -> None:
    answer, judgement = explained(ROWS["or-e05"])
    assert answer.error is not None
    assert answer.error.details["affordable_tokens"] == 27342
    assert judgement.scope.value == "request"


def test_a_reading_of_a_file_is_as_old_as_the_file_says() -> None:
    answer, _judgement = explained(ROWS["cx-r06"])
    assert answer.at == datetime(2026, 11, 20, 3, 46, 21, 389000, tzinfo=UTC)
