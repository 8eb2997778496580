"""Values go into a recording and come back; a document that is none says where."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from quotaboard.domain.board import Cost, Event
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Credential, Kind, Lane
from quotaboard.domain.reading import Balance, Money, Origin, Overage, Reading, Window
from quotaboard.domain.transcript import Unfit, read_as, written
from quotaboard.domain.verdict import Retry, Verdict

AT = datetime(2026, 11, 20, 4, 12, 0, 123_000, tzinfo=UTC)
VALUES = (
    Lane("max", "anthropic", "claude-sonnet-4-6", "tools"),
    Credential(
        "max", "anthropic", Kind.OAUTH, "claude-code", ("Claude Code",), plan="max_20x", expires_at=AT
    ),
    Reading(
        AT,
        Origin.PROBE,
        (Window("5h", 0.5, AT, "allowed", None, 18_000), Window("7d", 1, threshold_passed=True)),
        Overage("rejected", in_use=False, used=Money(Decimal("1.50"), "USD")),
        Balance(Money(Decimal(-2), "EUR"), available=True),
        notes=("one",),
    ),
    Judgement(
        Verdict.GATED,
        "rule",
        retry=Retry.NO,
        until=AT,
        confirmed=False,
        options=("a", "b"),
        evidence=Evidence(400, headers=(("retry-after", "7"),)),
        was=Verdict.OPEN,
    ),
    Event(AT, "hermes", "failed", "it failed", None),
    Cost(1, 2, Decimal("0.1")),
)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_was_written_reads_back_the_same(value: object) -> None:
    assert read_as(type(value), json.loads(json.dumps(written(value)))) == value


def test_a_default_is_left_out() -> None:
    assert written(Lane("max", "anthropic", "m")) == {
        "credential": "max",
        "provider": "anthropic",
        "model": "m",
    }


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "it must be an object"),
        ({"at": "2026-11-20T04:12:00Z", "agent": "a", "kind": "b"}, "text must be there"),
        ({"at": "2026-11-20", "agent": "a", "kind": "b", "text": ""}, "at must be a moment such as"),
        ({"at": "9999-11-20T00:00:00Z", "agent": "a", "kind": "b", "text": ""}, "at must be a moment"),
        ({"at": "2026-11-20T04:12:00Z", "agent": "\ud800", "kind": "b", "text": ""}, "half a character"),
        ({"at": "2026-11-20T04:12:00Z", "agent": 1, "kind": "b", "text": ""}, "agent must be a text"),
        (
            {"at": "2026-11-20T04:12:00Z", "agent": "a", "kind": "b", "text": "", "x": 1},
            "x must be left out",
        ),
        ({"at": "2026-11-20T04:12:00Z", "agent": "a" * 9_999, "kind": "b", "text": ""}, "at most 4000"),
    ],
)
def test_a_document_that_is_no_event_says_where(document: object, says: str) -> None:
    with pytest.raises(Unfit, match=says):
        read_as(Event, document)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"windows": {}}, "windows must be a list"),
        ({"windows": [{"name": "5h", "utilization": "0.5"}]}, r"windows\.0\.utilization must be a number"),
        ({"windows": [{"name": "5h", "utilization": float("nan")}]}, "utilization must be a number"),
        ({"windows": [{"name": "5h", "utilization": 10**400}]}, "utilization must be a number"),
        ({"windows": [{"name": "5h", "seconds": 1.5}]}, "seconds must be a whole number"),
        ({"windows": [{"name": "5h", "seconds": True}]}, "seconds must be a whole number"),
        ({"windows": [{"name": "5h", "threshold_passed": 1}]}, "threshold_passed must be true or false"),
        ({"balance": {"remaining": {"amount": "NaN", "currency": "USD"}}}, "amount of money"),
        ({"balance": {"remaining": {"amount": "much", "currency": "USD"}}}, "amount of money"),
        ({"origin": "guess"}, "origin must be one of cached_usage, client_usage"),
    ],
)
def test_each_field_is_held_to_its_type(told: dict[str, object], says: str) -> None:
    with pytest.raises(Unfit, match=says):
        read_as(Reading, {"observed_at": "2026-11-20T04:12:00Z", "origin": "probe", **told})


def test_a_pair_is_a_pair() -> None:
    with pytest.raises(Unfit, match=r"headers\.0 must be a list of 2"):
        read_as(Evidence, {"headers": [["a", "b", "c"]]})
