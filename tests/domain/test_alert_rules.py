"""What is said, and how often: once per crossing, in any order, through repeats, flapping and silence."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.alert import About, AlertKind, AlertRules, QuietHours
from quotaboard.domain.alert_memory import CALM, SETTLED, Remembered
from quotaboard.domain.alert_rules import SLACK, step
from quotaboard.domain.alert_sights import BLOCKED, PAID, SERVES, Sight, Topic, sights_of
from quotaboard.domain.board import Board, CredentialView, Forecast, LaneView, WindowView
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Credential, Kind, Lane
from quotaboard.domain.reading import Origin, Sighting, Window
from quotaboard.domain.verdict import Verdict

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LANE = Lane("max", "anthropic", "claude-sonnet-4-6", "tools")
MAX = Credential("max", "anthropic", Kind.OAUTH, "claude-code")

verdicts = st.sampled_from(list(Verdict))
looks = st.lists(st.tuples(verdicts, st.integers(0, 90)), max_size=40)


class Life:
    """A board that changes, and what was said of it."""

    def __init__(self, rules: AlertRules | None = None) -> None:
        self.rules = rules or AlertRules()
        self.known: dict[str, Remembered] = {}
        self.said: list[tuple[datetime, AlertKind, About]] = []

    def see(self, view: CredentialView, at: datetime, *, held: Iterable[AlertKind] = ()) -> list[AlertKind]:
        found = step(
            self.known,
            sights_of(Board(at, (view,)), self.rules),
            at,
            wanted=self.rules.kinds,
            held=frozenset(held),
        )
        self.known |= found.changed
        new = [(at, kind, one) for kind, about in found.edges.items() for one in about]
        self.said += new
        return [kind for _, kind, _ in new]


def lane(verdict: Verdict, **facts: object) -> LaneView:
    return LaneView(LANE, replace(Judgement(verdict, "rule", observed_at=NOW), **facts))  # type: ignore[arg-type]


def on(verdict: Verdict, **facts: object) -> CredentialView:
    return CredentialView(MAX, lanes=(lane(verdict, **facts),))


def at(minutes: float) -> datetime:
    return NOW + minutes * MINUTE


def full(share: float | None, *, resets: float = 120, seen: float = 0, stale: bool = False) -> CredentialView:
    window = Window("5h", share, at(resets), seconds=18_000)
    return CredentialView(MAX, windows=(WindowView(Sighting(window, at(seen), Origin.PROBE), stale),))


def foretold(empty: float | None, *, share: float = 0.7, seen: float = 0) -> CredentialView:
    window = Window("5h", share, at(180), seconds=18_000)
    told = Forecast(None if empty is None else at(empty))
    return CredentialView(
        MAX, windows=(WindowView(Sighting(window, at(seen), Origin.PROBE), stale=False, forecast=told),)
    )


# Lanes


def test_how_a_lane_is_first_seen_is_no_news() -> None:
    for verdict in Verdict:
        assert Life().see(on(verdict), NOW) == []


def test_a_lane_that_closes_and_opens_is_said_at_once_both_times() -> None:
    life = Life()
    assert life.see(on(Verdict.OPEN), at(0)) == []
    assert life.see(on(Verdict.GATED), at(1)) == [AlertKind.BLOCKED]
    assert life.see(on(Verdict.GATED), at(2)) == []
    assert life.see(on(Verdict.OPEN), at(3)) == [AlertKind.OPEN]
    assert life.said[-1][2].was_since == at(1)


def test_one_refusal_that_becomes_another_is_no_news() -> None:
    life = Life()
    life.see(on(Verdict.OPEN), at(0))
    life.see(on(Verdict.SPENT), at(1))
    assert life.see(on(Verdict.GATED), at(2)) == []


def test_being_billed_is_said_and_going_back_to_the_plan_is_not() -> None:
    life = Life()
    life.see(on(Verdict.OPEN), at(0))
    assert life.see(on(Verdict.PAID), at(1)) == [AlertKind.PAID]
    assert life.see(on(Verdict.OPEN), at(2)) == []


@pytest.mark.parametrize(
    "unsure",
    [
        on(Verdict.UNKNOWN),
        on(Verdict.UNAVAILABLE),
        on(Verdict.BAD_REQUEST),
        on(Verdict.THROTTLED),
        on(Verdict.GATED, confirmed=False),
        on(Verdict.SPENT, stale=True),
        CredentialView(MAX),
    ],
)
def test_what_is_not_certain_is_no_edge_and_hides_none(unsure: CredentialView) -> None:
    life = Life()
    life.see(on(Verdict.OPEN), at(0))
    assert life.see(unsure, at(1)) == []
    assert life.see(on(Verdict.GATED), at(2)) == [AlertKind.BLOCKED]
    assert life.see(unsure, at(3)) == []
    assert life.see(on(Verdict.OPEN), at(4)) == [AlertKind.OPEN]


@given(looks)
def test_each_crossing_is_said_at_most_once_and_in_turns(told: list[tuple[Verdict, int]]) -> None:
    life, now, crossings, last = Life(), NOW, 0, None
    for verdict, minutes in told:
        now += minutes * MINUTE
        life.see(on(verdict), now)
        state = None if verdict is Verdict.THROTTLED else verdict.blocked
        crossings += state is not None and last is not None and state != last
        last = last if state is None else state
    kinds = [kind for _, kind, _ in life.said if kind is not AlertKind.PAID]
    assert len(kinds) <= crossings
    opened = [kind for kind in kinds if kind is AlertKind.OPEN]
    assert len(opened) <= kinds.count(AlertKind.BLOCKED) + 1
    for one, other in pairwise(kinds):
        assert (one, other) != (AlertKind.OPEN, AlertKind.OPEN)


@given(looks)
def test_seeing_everything_twice_says_nothing_more(told: list[tuple[Verdict, int]]) -> None:
    once, twice, now = Life(), Life(), NOW
    for verdict, minutes in told:
        now += minutes * MINUTE
        once.see(on(verdict), now)
        twice.see(on(verdict), now)
        twice.see(on(verdict), now)
    assert once.said == twice.said


@given(st.lists(st.integers(0, 20), min_size=1, max_size=120))
def test_a_flapping_lane_is_calm(minutes: list[int]) -> None:
    life, now = Life(), NOW
    for number, pause in enumerate(minutes):
        now += pause * MINUTE
        life.see(on(Verdict.GATED if number % 2 else Verdict.OPEN), now)
    most = 2 + CALM // SETTLED
    times = [when for when, _, _ in life.said]
    assert all(sum(start <= when < start + CALM for when in times) <= most for start in times)


def test_a_lane_that_flaps_is_said_again_once_it_has_settled() -> None:
    life = Life()
    for minute in range(20):
        life.see(on(Verdict.GATED if minute % 2 else Verdict.OPEN), at(minute))
    assert len(life.said) == 2
    life.see(on(Verdict.GATED), at(20))
    assert life.see(on(Verdict.GATED), at(28)) == []
    assert life.see(on(Verdict.GATED), at(29)) == [AlertKind.BLOCKED]


@given(looks, st.sets(st.integers(0, 40)))
def test_what_is_held_is_said_later_only_if_it_still_holds(
    told: list[tuple[Verdict, int]], quiet: set[int]
) -> None:
    life, now = Life(), NOW
    for number, (verdict, minutes) in enumerate(told):
        now += minutes * MINUTE
        said = life.see(on(verdict), now, held=AlertKind if number in quiet else ())
        assert not (number in quiet and said)
        if AlertKind.BLOCKED in said:
            assert verdict.blocked
        if AlertKind.OPEN in said:
            assert verdict.blocked is False


def test_a_night_that_ends_as_it_began_is_not_spoken_of() -> None:
    life = Life()
    life.see(on(Verdict.OPEN), at(0))
    life.see(on(Verdict.SPENT), at(60), held=AlertKind)
    life.see(on(Verdict.OPEN), at(120), held=AlertKind)
    assert life.see(on(Verdict.OPEN), at(180)) == []
    life.see(on(Verdict.SPENT), at(240), held=AlertKind)
    assert life.see(on(Verdict.SPENT), at(300)) == [AlertKind.BLOCKED]


def test_a_kind_that_nobody_wants_passes_in_silence() -> None:
    life = Life(AlertRules(kinds=frozenset({AlertKind.OPEN})))
    life.see(on(Verdict.OPEN), at(0))
    assert life.see(on(Verdict.GATED), at(1)) == []
    assert life.see(on(Verdict.OPEN), at(2)) == [AlertKind.OPEN]


@given(st.permutations(range(6)))
def test_the_order_of_lanes_does_not_matter(order: Sequence[int]) -> None:
    def seen(verdict: Verdict, numbers: Iterable[int]) -> CredentialView:
        lanes = (replace(lane(verdict), lane=replace(LANE, model=f"m{number}")) for number in numbers)
        return CredentialView(MAX, lanes=tuple(lanes))

    life = Life()
    life.see(seen(Verdict.OPEN, range(6)), at(0))
    life.see(seen(Verdict.GATED, order), at(1))
    assert {about.model for _, _, about in life.said} == {f"m{number}" for number in range(6)}


def test_a_clock_that_is_put_back_says_nothing_twice() -> None:
    life = Life()
    life.see(on(Verdict.OPEN), at(100))
    life.see(on(Verdict.GATED), at(101))
    assert life.see(on(Verdict.GATED), at(0)) == []
    assert life.see(on(Verdict.OPEN), at(1)) == [AlertKind.OPEN]


# Windows


@given(st.lists(st.floats(0, 1.2), max_size=60))
def test_a_mark_is_said_once_until_the_share_has_clearly_fallen(shares: list[float]) -> None:
    life, armed = Life(), None
    for number, share in enumerate(shares):
        said = life.see(full(share, resets=10_000), at(number * 60))
        if armed is None:
            assert said == []
        elif said:
            assert armed
            assert share >= 0.9
        armed = share < 0.9 if armed is None or said else (armed or share < 0.9 - SLACK)


def test_hovering_about_a_mark_is_said_once() -> None:
    life = Life()
    for number, share in enumerate([0.8, 0.9, 0.89, 0.91, 0.88, 0.9, 0.86, 0.92]):
        life.see(full(share), at(number))
    assert [kind for _, kind, _ in life.said] == [AlertKind.MARK]


def test_of_several_marks_passed_at_once_only_the_highest_is_said() -> None:
    life = Life(AlertRules(marks=(0.5, 0.75, 0.9)))
    life.see(full(0.1), at(0))
    assert life.see(full(0.8), at(1)) == [AlertKind.MARK]
    assert life.said[-1][2].mark == 0.75
    assert life.see(full(0.92), at(2)) == [AlertKind.MARK]


def test_after_its_reset_a_window_begins_anew() -> None:
    life = Life()
    life.see(full(0.5, resets=60), at(0))
    assert life.see(full(0.95, resets=60), at(1)) == [AlertKind.MARK]
    assert life.see(full(0.95, resets=60, stale=True), at(61)) == []
    assert life.see(full(0.95, resets=360), at(70)) == [AlertKind.MARK]


def test_a_full_window_whose_lanes_say_so_is_not_said_again() -> None:
    life = Life()
    life.see(replace(full(0.5), lanes=(lane(Verdict.OPEN),)), at(0))
    assert life.see(replace(full(1.0), lanes=(lane(Verdict.SPENT),)), at(1)) == [AlertKind.BLOCKED]


def test_a_limit_per_minute_is_no_matter() -> None:
    life = Life()
    for minute, share in enumerate((0.1, 0.99)):
        window = Window("1m_requests", share, at(minute + 1))
        view = CredentialView(
            MAX, windows=(WindowView(Sighting(window, at(minute), Origin.PROBE), stale=False),)
        )
        assert life.see(view, at(minute)) == []


def test_running_out_is_said_once_and_again_only_after_it_was_to_last() -> None:
    life = Life()
    assert life.see(foretold(100), at(0)) == [AlertKind.RUNS_OUT]
    assert life.see(foretold(95, seen=1), at(1)) == []
    assert life.see(full(0.7, seen=2), at(2)) == []  # nothing is foretold
    assert life.see(foretold(95, seen=3), at(3)) == []
    assert life.see(foretold(None, seen=4), at(4)) == []
    assert life.see(foretold(90, seen=5), at(5)) == [AlertKind.RUNS_OUT]


def test_running_out_just_before_the_reset_is_not_worth_a_word() -> None:
    assert Life().see(foretold(175), NOW) == []
    assert Life().see(foretold(100, share=0.2), NOW) == []


# Logins


def test_a_login_is_said_once_before_it_expires_and_again_after_it_was_renewed() -> None:
    def login(expires: float) -> CredentialView:
        return CredentialView(replace(MAX, expires_at=at(expires)))

    life = Life()
    assert life.see(login(60), at(0)) == []
    assert life.see(login(60), at(54)) == []
    assert life.see(login(60), at(55)) == [AlertKind.EXPIRES]
    assert life.said[-1][2].renewal == "claude"
    assert life.see(login(60), at(58)) == []
    assert life.see(login(60), at(61)) == []  # its lanes are blocked, which is said
    assert life.see(login(540), at(62)) == []
    assert life.see(login(540), at(536)) == [AlertKind.EXPIRES]


def test_a_token_that_nobody_renews_is_said_days_before() -> None:
    token = replace(MAX, kind=Kind.SETUP_TOKEN, source="env:TOKEN", expires_at=NOW + timedelta(days=4))
    life = Life()
    assert life.see(CredentialView(token), NOW) == []
    assert life.see(CredentialView(token), NOW + timedelta(days=1)) == [AlertKind.EXPIRES]
    assert life.said[-1][2].renewal is None


def test_nothing_is_remembered_that_has_not_changed() -> None:
    view = replace(full(0.95), lanes=(lane(Verdict.GATED),))
    sights = list(sights_of(Board(NOW, (view,)), AlertRules()))
    assert {sight.topic for sight in sights} == {Topic.LANE, Topic.WINDOW}
    first = step({}, sights, NOW)
    assert step(first.changed, sights, at(1)).changed == {}


def test_states_are_words_that_a_store_can_keep() -> None:
    assert {BLOCKED, SERVES, PAID} == {"blocked", "serves", "paid"}
    assert Sight(Topic.LANE, "a/b", SERVES, About("a")).key == "lane a/b"


# Quiet hours

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("hours", "quiet"),
    [
        (QuietHours(time(22), time(7)), {22, 23, *range(7)}),
        (QuietHours(time(9), time(17)), set(range(9, 17))),
        (QuietHours(time(0), time(1)), {0}),
    ],
)
def test_quiet_hours_may_span_midnight(hours: QuietHours, quiet: set[int]) -> None:
    day = [datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in range(24)]
    assert {one.hour for one in day if hours.covers(one, UTC)} == quiet


@pytest.mark.parametrize(
    ("utc", "quiet"),
    [
        ((2026, 10, 24, 19, 59), False),  # 21:59 in summer
        ((2026, 10, 24, 20, 0), True),
        ((2026, 10, 25, 5, 59), True),  # 06:59 in winter, though it was 07:59 by the clock of the day before
        ((2026, 10, 25, 6, 0), False),
        ((2026, 3, 28, 21, 0), True),
        ((2026, 3, 29, 4, 59), True),
        ((2026, 3, 29, 5, 0), False),  # the night was an hour shorter
    ],
)
def test_quiet_hours_follow_the_clock_on_the_wall(utc: tuple[int, ...], quiet: bool) -> None:
    year, month, day, hour, minute = utc
    now = datetime(year, month, day, hour, minute, tzinfo=UTC)
    assert QuietHours(time(22), time(7)).covers(now, BERLIN) is quiet


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser's Python has no zone to set")
def test_without_a_zone_it_is_the_clock_of_this_machine(move_to: Callable[[str], None]) -> None:
    move_to("America/New_York")
    now = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)  # 22:30 there
    assert QuietHours(time(22), time(7)).covers(now)
    assert not QuietHours(time(3), time(4)).covers(now)
