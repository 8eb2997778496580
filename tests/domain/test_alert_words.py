"""What an alert says, to a person and to a hook; nothing that others wrote can do harm in it."""

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.alert import About, Alert, AlertKind
from quotaboard.domain.alert_words import TEXT, TITLE, alerts_of, example
from quotaboard.domain.board import AgentView, Board, ProfileView
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.printable import printable
from quotaboard.domain.verdict import Verdict
from tests.signs import ANY

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
LANE = Lane("max", "anthropic", "claude-sonnet-4-6", "tools")
GATED = About(
    "max",
    lane=LANE.id,
    model=LANE.model,
    shape=LANE.shape,
    verdict=Verdict.GATED,
    summary="Your plan is 3 % used; requests with tools are refused.",
    was_since=NOW - timedelta(hours=3, minutes=10),
)


def said(kind: AlertKind, *about: About, board: Board | None = None) -> str:
    (alert,) = alerts_of({kind: about}, board or Board(NOW), UTC)
    return f"{alert.title} | {alert.text}"


@pytest.mark.parametrize(
    ("kind", "about", "words"),
    [
        (
            AlertKind.BLOCKED,
            GATED,
            "max gated: sonnet-4-6 tools | Your plan is 3 % used; requests with tools are refused.",
        ),
        (AlertKind.OPEN, GATED, "max open again: sonnet-4-6 tools | It was blocked for 3 h 10 min."),
        (
            AlertKind.MARK,
            About("max", window="5h", utilization=0.92, mark=0.9, resets_at=NOW + timedelta(hours=2)),
            "max: 5h is 92 % used | That is past the mark of 90 %. It resets at 16:00.",
        ),
        (
            AlertKind.RUNS_OUT,
            About(
                "max",
                window="5h",
                empty_at=NOW + timedelta(hours=1),
                resets_at=NOW + timedelta(hours=2, minutes=20),
            ),
            "max: 5h runs out at 15:00 | That is 1 h 20 min before it resets at 16:20.",
        ),
        (
            AlertKind.EXPIRES,
            About("max", expires_at=NOW + timedelta(minutes=5), renewal="claude"),
            "max: the login expires at 14:05 | This renews it: claude",
        ),
        (
            AlertKind.EXPIRES,
            About("ci", expires_at=NOW + timedelta(days=3)),
            "ci: the login expires at Mon 23 Nov 14:00 | Put a new token where this one was found.",
        ),
    ],
)
def test_one_thing_is_said_in_a_few_words(kind: AlertKind, about: About, words: str) -> None:
    assert said(kind, about) == words


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    about = About("max", window="5h", empty_at=NOW, resets_at=NOW + timedelta(hours=1))
    (alert,) = alerts_of({AlertKind.RUNS_OUT: (about,)}, Board(NOW), ZoneInfo("Europe/Berlin"))
    assert alert.title == "max: 5h runs out at 15:00"


def test_a_hundred_lanes_are_one_alert() -> None:
    many = tuple(About(f"c{n % 25:02}", lane=f"c{n}", verdict=Verdict.SPENT) for n in range(100))
    assert said(AlertKind.BLOCKED, *many) == (
        "100 lanes are blocked now | c00: 4 spent, c01: 4 spent, c02: 4 spent, c03: 4 spent, and 21 more."
    )
    (alert,) = alerts_of({AlertKind.BLOCKED: many}, Board(NOW))
    document = alert.document()
    assert (document["count"], len(document["about"])) == (100, 20)


def test_the_lanes_of_one_credential_are_named_with_the_reason_that_they_share() -> None:
    other = replace(GATED, lane="max/claude-haiku-4-5/tools/direct", model="claude-haiku-4-5")
    assert said(AlertKind.BLOCKED, other, GATED) == (
        f"max gated: 2 lanes | haiku-4-5 tools, sonnet-4-6 tools. {GATED.summary}"
    )
    assert (
        said(AlertKind.OPEN, other, GATED) == "max open again: 2 lanes | haiku-4-5 tools, sonnet-4-6 tools."
    )
    spent = replace(other, verdict=Verdict.SPENT, summary="The 5h window is used up.")
    assert said(AlertKind.BLOCKED, spent, GATED).startswith("max blocked: 2 lanes | haiku-4-5 tools, ")


def test_several_logins_are_each_named_with_what_renews_them() -> None:
    at = NOW + timedelta(minutes=5)
    about = (About("max", expires_at=at, renewal="claude"), About("ci", expires_at=at))
    assert said(AlertKind.EXPIRES, *about) == (
        "2 logins are about to expire | max expires at 14:05 (claude), ci expires at 14:05."
    )


def test_agents_come_first_with_the_way_out() -> None:
    gated = ProfileView("max", LANE, active=True, judgement=Judgement(Verdict.GATED, "gate"))
    free = ProfileView(
        "router", Lane("router", "openrouter", "m", "tools"), judgement=Judgement(Verdict.OPEN, "ok")
    )
    agent = AgentView("hermes", "Hermes", "/h", now=gated, profiles=(gated, free))
    about = About("max", lane=LANE.id, model=LANE.model, verdict=Verdict.GATED, agents=("hermes",))
    assert said(AlertKind.BLOCKED, about, board=Board(NOW, agents=(agent,))).endswith(
        "| hermes cannot work. What helps: quotaboard switch hermes router."
    )
    assert "hermes can work again." in said(AlertKind.OPEN, about)


def test_the_document_is_json_with_what_a_hook_needs() -> None:
    (alert,) = alerts_of({AlertKind.BLOCKED: (GATED,)}, Board(NOW), UTC)
    told = json.loads(json.dumps(alert.document()))
    assert (told["schema"], told["kind"], told["at"]) == (
        "quotaboard.alert/1",
        "blocked",
        "2026-11-20T14:00:00Z",
    )
    assert told["about"][0]["lane"] == "max/claude-sonnet-4-6/tools/direct"
    assert told["about"][0]["verdict"] == "gated"


@pytest.mark.parametrize("kind", AlertKind)
def test_there_is_an_example_of_each_kind(kind: AlertKind) -> None:
    told = example(kind, NOW)
    assert told.title.startswith("test: ")
    assert isinstance(told, Alert)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain – 3 % “fine”", "plain – 3 % “fine”"),
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]52;c;c2VjcmV0\x1b\\b", "ab"),
        ("a\x1bPtmux;\x1b\x1b]9;x\x07b", "ab"),
        ("a\x9b31mb", "ab"),
        ("bell\x07 back\x08 \u202eevil\u2066 \u200b", "bell back evil"),
        ("one\r\ntwo\u2028three", "one two three"),
        ("unended \x1b]9;everything that follows", "unended"),
    ],
)
def test_escape_sequences_and_controls_are_left_out(text: str, left: str) -> None:
    assert printable(text, 100) == left


@given(st.text(ANY), st.sampled_from(AlertKind))
def test_no_words_of_others_can_move_a_cursor_or_run_on(words: str, kind: AlertKind) -> None:
    about = About(
        words,
        lane=words,
        model=words,
        shape=words,
        summary=words,
        window=words,
        renewal=words,
        agents=(words,),
    )
    for many in ((about,), (about, about)):
        (alert,) = alerts_of({kind: many}, Board(NOW), UTC)
        for text, limit in ((alert.title, TITLE), (alert.text, TEXT)):
            assert len(text) <= limit
            assert not {unicodedata.category(one) for one in text} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
