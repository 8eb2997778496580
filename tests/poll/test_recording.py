"""What is recorded names nobody, and plays again as the board that was seen."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.domain.board import AgentView, Board, Cost, Event, ProfileView
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Credential, Kind, Lane
from quotaboard.domain.reading import Balance, Money, Origin, Overage, Reading, Window
from quotaboard.domain.verdict import Retry, Scope, Verdict
from quotaboard.poll.identity import learn_board, new_mask
from quotaboard.poll.recording import LEFT_OUT, Keeping, recorded
from quotaboard.poll.replaying import Broken, Clock, Recording, Replay, read_recording
from quotaboard.poll.view import board_of
from quotaboard.store.credentials import Known
from quotaboard.store.opening import open_memory
from quotaboard.store.store import Store
from quotaboard.store.verdicts import Standing
from tests.domain.fleet import NOW

HOUR = timedelta(hours=1)
SINCE = NOW - 24 * HOUR
UNTIL = NOW + timedelta(seconds=1)
LANE = Lane("acme-jane", "anthropic", "claude-sonnet-4-6", "tools")
OTHER = Lane("zeta", "anthropic", "claude-sonnet-4-6", "tools")
GIVEN_AWAY = ("acme", "jane", "zeta", "sha256", "relay.corp", "1b4e28ba", "req_", "/home", "Zoe")


def judged(verdict: Verdict, at: timedelta, said: str = "") -> Judgement:
    return Judgement(
        verdict,
        f"test.{verdict}",
        retry=Retry.NO,
        scope=Scope.SHAPE,
        summary=f"It is {verdict}: “{said}”." if said else f"It is {verdict}.",
        evidence=Evidence(
            400, "Zoe Zeta", said, "req_0123456789", (("x-zeta", "zeta"), ("retry-after", "7"))
        ),
        observed_at=NOW - at,
    )


@pytest.fixture
def store() -> Iterator[Store]:
    """Two credentials of a person, a day long."""
    with open_memory() as made:
        credentials = [
            Credential(
                name,
                "anthropic",
                Kind.OAUTH,
                "hermes:jane",
                found_in=("file /home/jane/key",),
                fingerprint="sha256:0123456789abcdef",
                account="1b4e28ba-2fa1-11d2-883f-0016d3cca427",
                base_url="https://relay.corp.test/v1",
            )
            for name in ("acme-jane", "zeta")
        ]
        made.credentials.remember(
            [Known(one, consent=True, hint="see zeta") for one in credentials], now=SINCE
        )
        made.lanes.remember([LANE, OTHER])
        profile = ProfileView("zeta", OTHER, active=True, host="relay.corp.test", provider="anthropic")
        made.agents.remember(
            [AgentView("hermes", "Hermes", "/home/jane/.hermes", now=profile, profiles=(profile,))]
        )
        for hours in range(20, -1, -1):
            at = NOW - hours * HOUR
            five = Window("5h", (20 - hours) / 20, NOW + HOUR, "allowed", seconds=18_000)
            pool = Overage("rejected", used=Money(Decimal(hours), "USD"))
            notes = ("for jane@acme.com",)
            made.readings.keep("acme-jane", Reading(at, Origin.USAGE, (five,), pool, notes=notes), now=at)
        made.readings.keep(
            "zeta", Reading(NOW - HOUR, Origin.PROBE, balance=Balance(Money(Decimal(3), "USD"))), now=NOW
        )
        for lane, verdict, hours in ((LANE, "open", 30), (LANE, "gated", 3), (OTHER, "open", 2)):
            ago = hours * HOUR
            standing = Standing(judged(Verdict(verdict), ago, "ask Zoe at acme"), latency_ms=12)
            made.verdicts.save({lane.id: standing}, now=NOW - ago)
        seen_again = Standing(judged(Verdict.GATED, HOUR, "ask Zoe at acme"), stale_at=NOW + HOUR)
        made.verdicts.save({LANE.id: seen_again}, now=NOW - HOUR)
        made.agents.tell(Event(NOW - HOUR, "hermes", "failed", "Zoe was refused", LANE.id))
        made.agents.tell(Event(NOW - HOUR / 2, "hermes", "switched", "It was put on zeta."))
        alert = Alert(
            NOW - HOUR, AlertKind.BLOCKED, "acme-jane is blocked", "It said “Zoe may not”. Ask zeta."
        )
        made.alerts.say(lambda _memories: ((alert,), {}))
        reserved = made.budget.reserve("zeta", NOW.date(), 10, None)
        assert reserved is not None
        made.budget.settle(reserved, Cost(9, 1))
        yield made


def lines_of(store: Store, keep: Keeping | None = None) -> list[bytes]:
    mask = new_mask("/home/jane", user="jane")
    learn_board(mask, board_of(store, NOW))
    lines = recorded(store, SINCE, UNTIL, mask, keep or Keeping())
    return [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines]


def played(lines: list[bytes]) -> Recording:
    recording = read_recording(lines)
    assert isinstance(recording, Recording), recording
    return recording


def told(store: Store, kind: str, keep: Keeping | None = None) -> list[dict[str, object]]:
    return [line["told"] for line in map(json.loads, lines_of(store, keep)) if line.get("kind") == kind]


def test_it_names_nobody_and_quotes_nobody(store: Store) -> None:
    text = b"".join(lines_of(store)).decode()
    assert [word for word in GIVEN_AWAY if word in text] == []
    assert "alder/claude-sonnet-4-6/tools/direct" in text
    assert text.count("birch") > 3
    assert "“…”" in text
    (alert,) = told(store, "alert")
    assert (alert["title"], alert["text"]) == ("alder is blocked", "It said “…”. Ask birch.")
    assert [one["text"] for one in told(store, "event")] == [LEFT_OUT, "It was put on birch."]


def test_names_and_messages_are_kept_where_that_is_asked_for(store: Store) -> None:
    named = b"".join(lines_of(store, Keeping(names=True))).decode()
    assert "acme-jane/claude" in named
    assert "relay.corp.test" in named
    assert "Zoe" not in named
    assert "sha256" not in named
    worded = b"".join(lines_of(store, Keeping(messages=True))).decode()
    assert "Zoe was refused" in worded
    assert "for person-1@mail.example" in worded
    assert "jane@" not in worded
    assert json.loads(lines_of(store, Keeping(names=True, messages=True))[0])["keeps"] == [
        "names",
        "messages",
    ]


def test_the_board_at_the_end_is_the_board_that_was_seen(store: Store) -> None:
    keep = Keeping(names=True, messages=True)
    recording = played(lines_of(store, keep))
    with open_memory() as memory:
        replay = Replay(recording, memory, Clock(recording))
        seen, again = board_of(store, UNTIL), replay.board(UNTIL)
    assert again.trouble is not None
    assert again.trouble.startswith("This is a recording of 19 Nov 04:12 to 20 Nov 04:12 UTC, played ")
    assert [view.lanes for view in again.credentials] == [view.lanes for view in seen.credentials]
    for before, after in zip(seen.credentials, again.credentials, strict=True):
        bare = replace(before.credential, fingerprint=None)
        assert after.credential == bare
        assert [one.sighting.window for one in after.windows] == [
            one.sighting.window for one in before.windows
        ]
        assert (after.overage, after.balance, after.notes) == (before.overage, before.balance, before.notes)
        assert after.tokens_today == before.tokens_today
    assert again.agents == seen.agents


def test_a_lane_is_at_each_moment_what_it_was_then(store: Store) -> None:
    recording = played(lines_of(store))
    with open_memory() as memory:
        replay = Replay(recording, memory, Clock(recording))
        verdicts = [
            (at, replay.board(NOW - at * HOUR).lanes[0].judgement.verdict.value) for at in (10, 4, 2, 0)
        ]
        assert [one.title for one in replay.alerts()] == ["alder is blocked"]
        assert list(replay.take_alerts()) == []
        past = replay.history("alder", NOW - 24 * HOUR, NOW)
    assert verdicts == [(10, "open"), (4, "open"), (2, "gated"), (0, "gated")]
    assert len(past.trails[0].uses) >= 20
    assert [turn.after.value for turn in past.turns] == ["gated", "open"]


def test_a_credential_is_in_trouble_from_when_its_lanes_say_so(store: Store) -> None:
    known = store.credentials.all()
    store.credentials.remember([known[0], replace(known[1], trouble="It has expired.")], now=NOW)
    gone = Judgement(Verdict.UNAUTHORIZED, "source.unauthorized.expired", observed_at=NOW - HOUR)
    store.verdicts.save({OTHER.id: Standing(gone)}, now=NOW - HOUR)
    recording = played(lines_of(store))
    with open_memory() as memory:
        replay = Replay(recording, memory, Clock(recording))
        boards = [replay.board(NOW - ago) for ago in (2 * HOUR, HOUR / 2)]
    assert [[view.trouble for view in board.credentials] for board in boards] == [
        [None, None],
        [None, "It has expired."],
    ]


def test_a_verdict_that_was_over_when_it_was_recorded_still_has_a_sentence(store: Store) -> None:
    recording = played(lines_of(store))
    with open_memory() as memory:
        replay = Replay(recording, memory, Clock(recording))
        said = [replay.board(NOW - at * HOUR).lanes[0].judgement.summary for at in (4, 0)]
    assert said == ["Serves on the plan or key.", "It is gated: “…”."]


async def test_it_tells_as_time_passes_and_its_clock_stands_still_at_the_end(store: Store) -> None:
    recording = played(lines_of(store))
    seconds = [0.0]
    clock = Clock(recording, 3600, seconds=lambda: seconds[0])
    with open_memory() as memory:
        replay = Replay(recording, memory, clock)
        assert replay.board(clock.now()).lanes[0].judgement.verdict is Verdict.OPEN
        seconds[0] = 2.0
        assert clock.now() == recording.since + 2 * HOUR
        replay.pause(True)
        seconds[0] = 50.0
        assert clock.now() == recording.since + 2 * HOUR
        replay.pause(False)
        seconds[0] = 1e300
        assert clock.now() == recording.until


def test_a_recording_plays_for_about_a_minute_unless_told_otherwise(store: Store) -> None:
    recording = played(lines_of(store))
    assert Clock(recording).speed == pytest.approx((recording.until - recording.since).total_seconds() / 60)
    assert Clock(replace(recording, until=recording.since + HOUR / 100)).speed == 1


def test_nothing_can_be_asked_or_moved(store: Store) -> None:
    recording = played(lines_of(store))
    with open_memory() as memory:
        replay = Replay(recording, memory, Clock(recording))
        before: Board = replay.board(UNTIL)
        replay.refresh()
        replay.consent("alder", False)
        replay.reread()
        assert replay.board(UNTIL) == before
        assert "This is a recording" in repr(replay.switching().plan("hermes", "birch"))


HEAD = (
    b'{"schema": "quotaboard.recording/1", "since": "2026-11-19T04:12:00Z", '
    b'"until": "2026-11-20T04:12:00Z"}\n'
)


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        ([], 1, "it must be a recording as `quotaboard record` makes it, and is empty."),
        ([b"hello\n"], 1, "the line must be a JSON object."),
        ([b"[1]\n"], 1, "the line must be a JSON object."),
        ([b"\xff\xfe\n"], 1, "the line must be a JSON object."),
        ([b'{"at": 1}\n'], 1, "the first line must be the head of a recording"),
        (
            [HEAD.replace(b"recording/1", b"recording/9")],
            1,
            "schema must be quotaboard.recording/1, which this",
        ),
        ([HEAD.replace(b"2026-11-20T04:12:00Z", b"soon")], 1, "until must be a moment"),
        ([HEAD.replace(b"2026-11-20T04", b"2026-11-18T04")], 1, "since must be before until."),
        ([HEAD, b'{"kind": "sermon"}\n'], 2, "kind must be one of credentials, lanes,"),
        ([HEAD, b"\n", b'{"kind": "lanes", "at": "2026-11-19T04:12:00Z"}\n'], 3, "told must be a list"),
        (
            [HEAD, b'{"kind": "event", "at": "2026-11-19T04:12:00Z", "told": {"at": 3}}'],
            2,
            "told.agent must be there",
        ),
        ([HEAD, b"[" * 100_000 + b"\n"], 2, "the line must be a JSON object."),
        ([HEAD, b"1" * ((1 << 20) + 1)], 2, "the file must be of at most 500000 lines"),
    ],
)
def test_a_broken_file_is_one_sentence_with_its_line(lines: list[bytes], line: int, says: str) -> None:
    broken = read_recording(lines)
    assert isinstance(broken, Broken)
    assert broken.line == line
    assert says in broken.sentence
    assert "\n" not in broken.sentence
