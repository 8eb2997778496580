from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import PLAIN, TOOLS, Client, Lane
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.plan import CredentialState, LaneState, Look, Tier, due_at, floor_of, next_look, plan
from tests.poll.servers import LARGE, SMALL
from tests.poll.servers import START as NOW

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
EVERY = 5 * MINUTE
DEMAND = {SMALL: 0.0, LARGE: 1.0}


def lane(model: str = SMALL, shape: str = TOOLS, client: Client = Client.DIRECT, **told: object) -> LaneState:
    return replace(
        LaneState(Lane("max", "anthropic", model, shape, client), None, None, None, 100, DEMAND[model]),
        **told,  # type: ignore[arg-type]
    )


def said(verdict: str, reason: str | None = None, **told: object) -> Judgement:
    return replace(Judgement(Verdict(verdict), "a.rule", reason, observed_at=NOW - MINUTE), **told)  # type: ignore[arg-type]


def state(*lanes: LaneState, **told: object) -> CredentialState:
    return replace(
        CredentialState("max", lanes, consent=True, usable=True, tokens_left=10_000, meters_read_at=NOW),
        **told,  # type: ignore[arg-type]
    )


def chosen(*lanes: LaneState, **told: object) -> str | None:
    """`haiku tools`, when it is asked now."""
    look = next_look(state(*lanes, **told), NOW, EVERY)
    if look is None or look.due_at > NOW:
        return None
    return f"{look.lane.model} {look.lane.shape}" if look.lane else look.tier.value


ALL = [lane(model, shape) for model in (LARGE, SMALL) for shape in (PLAIN, TOOLS)]


def test_the_small_model_with_tools_goes_first_whatever_the_order() -> None:
    assert chosen(*ALL) == f"{SMALL} {TOOLS}"
    assert chosen(*reversed(ALL)) == f"{SMALL} {TOOLS}"


def test_a_plain_lane_waits_for_what_its_heavier_neighbour_says() -> None:
    later = NOW + HOUR
    assert chosen(lane(SMALL, TOOLS, next_at=later), lane(SMALL, PLAIN)) is None
    assert (
        chosen(lane(SMALL, TOOLS, next_at=later, known=said("gated")), lane(SMALL, PLAIN))
        == f"{SMALL} {PLAIN}"
    )


def test_a_plain_lane_without_a_heavier_neighbour_is_asked_itself() -> None:
    assert chosen(lane(SMALL, PLAIN)) == f"{SMALL} {PLAIN}"
    assert chosen(lane(LARGE, TOOLS, next_at=NOW + HOUR), lane(SMALL, PLAIN)) == f"{SMALL} {PLAIN}"


def test_a_lane_that_nobody_uses_is_asked_only_to_isolate_a_refusal() -> None:
    unused = lane(SMALL, PLAIN, pinned=False)
    served = lane(SMALL, TOOLS, known=said("open"), next_at=NOW + HOUR)
    refused = lane(SMALL, TOOLS, known=said("gated"), next_at=NOW + HOUR)
    trouble = lane(SMALL, TOOLS, known=said("unavailable"), next_at=NOW + HOUR)

    assert chosen(served, unused) is None
    assert chosen(trouble, unused) is None
    assert chosen(refused, unused) == f"{SMALL} {PLAIN}"


def test_what_a_neighbour_answered_since_is_not_asked_again() -> None:
    vouched = lane(SMALL, PLAIN, known=said("open", inferred_from="max/other"), next_at=NOW - 2 * MINUTE)
    metered = lane(LARGE, TOOLS, known=said("spent", "5h", until=NOW + HOUR), next_at=NOW - 2 * MINUTE)

    assert chosen(vouched) is None
    assert chosen(metered) is None
    assert due_at(metered, state(metered), NOW) == NOW + HOUR


def test_nothing_is_asked_without_consent_or_a_secret() -> None:
    assert chosen(*ALL, consent=False) is None
    assert chosen(*ALL, usable=False) is None


def test_free_readings_need_no_consent() -> None:
    assert chosen(*ALL, consent=False, meters_read_at=None, free_tiers={Tier.USAGE: None}) == "usage"


def test_no_free_reading_is_taken_while_a_probe_is_due_that_brings_the_same() -> None:
    assert chosen(*ALL, meters_read_at=None, free_tiers={Tier.USAGE: None}) == f"{SMALL} {TOOLS}"


@pytest.mark.parametrize(
    ("tiers", "first"),
    [
        ({Tier.USAGE: None, Tier.CACHED: None}, Tier.CACHED),
        ({Tier.USAGE: None, Tier.CACHED: NOW + MINUTE}, Tier.USAGE),
        ({Tier.CLIENT: None, Tier.USAGE: NOW + HOUR}, Tier.CLIENT),
        ({Tier.CLIENT: NOW - DAY, Tier.USAGE: NOW - HOUR}, Tier.USAGE),
    ],
)
def test_the_cheapest_free_reading_that_may_be_taken_now_is(tiers: Mapping[Tier, None], first: Tier) -> None:
    look = next_look(state(meters_read_at=None, free_tiers=tiers), NOW, EVERY)

    assert look is not None
    assert (look.tier, look.due_at <= NOW) == (first, True)


def test_fresh_meters_are_left_alone_whatever_is_configured() -> None:
    told = state(meters_read_at=NOW - MINUTE, free_tiers={Tier.USAGE: None})

    assert next_look(told, NOW, SECOND) == Look(Tier.USAGE, "max", None, NOW + 4 * MINUTE)


def test_an_official_lane_comes_last_and_is_a_control() -> None:
    official = lane(SMALL, PLAIN, Client.OFFICIAL)

    assert chosen(official, *ALL) == f"{SMALL} {TOOLS}"
    look = next_look(state(official), NOW, EVERY)
    assert look is not None
    assert look.tier is Tier.CONTROL


def test_what_the_budget_cannot_pay_waits_for_tomorrow_and_cheaper_lanes_do_not() -> None:
    dear, cheap = lane(SMALL, TOOLS), lane(LARGE, TOOLS, tokens=10)
    tomorrow = NOW + DAY

    look = next_look(state(dear, tokens_left=50, tomorrow=tomorrow), NOW, EVERY)
    assert look is not None
    assert look.due_at == tomorrow
    assert chosen(dear, cheap, tokens_left=50, tomorrow=tomorrow) == f"{LARGE} {TOOLS}"


def test_a_key_held_down_asks_a_lane_no_faster_than_every_five_seconds() -> None:
    pressed = lane(next_at=NOW, last_at=NOW - 2 * SECOND)

    assert due_at(pressed, state(pressed), NOW) == NOW + 3 * SECOND


def test_a_person_cannot_wish_away_a_short_retry_after() -> None:
    told = lane(next_at=NOW, last_at=NOW - MINUTE, not_before=NOW + MINUTE)

    assert due_at(told, state(told), NOW) == NOW + MINUTE


def test_a_server_that_could_not_be_reached_is_not_tried_by_the_next_lane() -> None:
    assert chosen(*ALL, unreachable_until=NOW + MINUTE) is None
    assert chosen(*ALL, unreachable_until=NOW) == f"{SMALL} {TOOLS}"


def test_where_even_the_lightest_request_gets_a_bare_429_heavier_ones_wait() -> None:
    unexplained = said("unknown", "bare_429")
    heavy = [lane(LARGE, TOOLS), lane(LARGE, PLAIN)]
    small = [lane(SMALL, shape, known=unexplained, next_at=NOW + MINUTE) for shape in (TOOLS, PLAIN)]

    assert chosen(*small, *heavy) is None
    assert chosen(small[0], lane(SMALL, PLAIN), *heavy) == f"{SMALL} {PLAIN}"
    explained = [lane(SMALL, shape, known=said("open"), next_at=NOW + MINUTE) for shape in (TOOLS, PLAIN)]
    assert chosen(*explained, *heavy) == f"{LARGE} {TOOLS}"


def test_a_bare_429_of_long_ago_holds_no_heavier_lane_back() -> None:
    """It was vouched for since, and that has grown too old: what is left of it is not news."""
    ago = replace(said("unknown", "bare_429"), observed_at=NOW - 2 * HOUR)
    light = lane(SMALL, PLAIN, known=ago, next_at=NOW + HOUR)

    assert chosen(light, lane(LARGE, TOOLS)) == f"{LARGE} {TOOLS}"
    lately = replace(ago, observed_at=NOW - 20 * MINUTE)
    assert chosen(lane(SMALL, PLAIN, known=lately, next_at=NOW + HOUR), lane(LARGE, TOOLS)) is None


@pytest.mark.parametrize(
    ("passed", "held_back"),
    [
        (said("near_limit"), False),
        (said("unknown", "stale", stale=True, was=Verdict.OPEN), False),
        (said("unknown", "stale", stale=True, was=Verdict.GATED), True),
        (replace(said("open"), observed_at=NOW - 30 * MINUTE), True),
    ],
)
def test_a_bare_429_after_which_anything_passed_holds_no_lane_back(
    passed: Judgement, held_back: bool
) -> None:
    """It was a burst, even once what passed is too old to say `open`."""
    bare = replace(said("unknown", "bare_429"), observed_at=NOW - 20 * MINUTE)
    light = lane(SMALL, PLAIN, known=bare, next_at=NOW + HOUR)

    met = chosen(light, lane(SMALL, TOOLS, known=passed, next_at=NOW + HOUR), lane(LARGE, TOOLS))

    assert met == (None if held_back else f"{LARGE} {TOOLS}")


def test_a_clock_put_back_does_not_hold_a_lane_to_its_last_look() -> None:
    assert chosen(lane(last_at=NOW + DAY)) == f"{SMALL} {TOOLS}"


def test_the_plan_names_the_next_look_of_every_credential_the_earliest_first() -> None:
    states = [
        replace(state(lane(next_at=NOW + late * MINUTE)), name=str(late), free_tiers={}) for late in (3, 1, 2)
    ]

    assert [look.credential for look in plan(states, NOW, EVERY)] == ["1", "2", "3"]
    assert plan(states, NOW, EVERY) == plan(states, NOW, EVERY)


def test_a_bare_429_of_a_light_request_is_isolated_by_a_smaller_model_at_once_and_once() -> None:
    bare = said("unknown", "bare_429")
    light = lane(LARGE, PLAIN, known=bare, last_at=NOW - MINUTE, next_at=NOW + HOUR)
    heavy = lane(LARGE, TOOLS, known=bare, last_at=NOW - MINUTE, next_at=NOW + MINUTE)
    small = lane(SMALL, PLAIN, next_at=NOW + HOUR, last_at=NOW - HOUR)
    above = lane(SMALL, TOOLS, next_at=NOW + HOUR, last_at=NOW - HOUR)

    assert chosen(light, heavy, small, above) == f"{SMALL} {PLAIN}"
    assert chosen(light, heavy, replace(small, last_at=NOW - 30 * SECOND), above) is None
    assert chosen(light, heavy, replace(small, pinned=False), above) is None


@pytest.mark.parametrize(
    ("lanes", "budget", "rounds_a_day"),
    [
        ([lane(tokens=400)], 16_000, 40),
        ([lane(tokens=400), lane(LARGE, tokens=400)], 16_000, 20),
        ([lane(tokens=400), lane(LARGE, tokens=400, known=said("gated"))], 16_000, 40),
        ([lane(tokens=400), lane(LARGE, tokens=400, known=said("unavailable"))], 16_000, 40),
        ([lane(tokens=400), lane(SMALL, PLAIN, known=said("open", inferred_from="max"))], 16_000, 40),
        ([lane(tokens=400), lane(LARGE, tokens=400, proven=True)], 16_000, 40),
        ([lane(tokens=400)], 0, 1),
    ],
)
def test_a_round_is_spaced_so_that_the_budget_lasts_the_day(
    lanes: list[LaneState], budget: int, rounds_a_day: int
) -> None:
    assert DAY / floor_of(lanes, budget, DAY) == pytest.approx(rounds_a_day)


def test_what_is_left_of_the_day_shares_what_is_left_of_its_tokens() -> None:
    asked = [lane(tokens=400)]

    assert floor_of(asked, 8_000, DAY / 2) == DAY / 40
    assert floor_of(asked, 4_000, DAY / 2) == DAY / 20
    assert floor_of(asked, 16_000, DAY / 4) == DAY / 160
    assert floor_of(asked, 300, HOUR) == HOUR
    assert floor_of(asked, -1, HOUR) == HOUR


def test_what_an_agent_proves_is_free_for_the_others_and_paced_itself_as_if_it_stopped() -> None:
    proven = lane(tokens=400, proven=True)

    assert floor_of([proven], 16_000, DAY) == timedelta()
    assert DAY / floor_of([proven], 16_000, DAY, proven.lane.id) == pytest.approx(40)


JUDGEMENTS = st.none() | st.builds(
    said,
    st.sampled_from([verdict.value for verdict in Verdict]),
    st.sampled_from([None, "bare_429", "5h"]),
    inferred_from=st.sampled_from([None, "max/other"]),
    until=st.none() | st.integers(-100, 100).map(lambda minutes: NOW + minutes * MINUTE),
    stale=st.booleans(),
)
MOMENTS = st.none() | st.integers(-100, 100).map(lambda minutes: NOW + minutes * MINUTE)
LANES = st.lists(
    st.builds(
        lane,
        st.sampled_from([SMALL, LARGE]),
        st.sampled_from([PLAIN, TOOLS]),
        st.sampled_from(list(Client)),
        known=JUDGEMENTS,
        next_at=MOMENTS,
        last_at=MOMENTS,
        not_before=MOMENTS,
        tokens=st.integers(1, 500),
        pinned=st.booleans(),
    ),
    unique_by=lambda one: one.lane.id,
    max_size=8,
)


@given(
    LANES,
    st.booleans(),
    st.booleans(),
    st.integers(0, 400),
    MOMENTS,
    st.dictionaries(st.sampled_from([Tier.CACHED, Tier.USAGE, Tier.CLIENT]), MOMENTS),
    st.randoms(),
)
def test_whatever_is_known_a_look_is_allowed_and_the_order_of_lanes_is_none(
    lanes: list[LaneState],
    consent: bool,
    usable: bool,
    tokens_left: int,
    unreachable_until: datetime | None,
    free_tiers: dict[Tier, datetime | None],
    order: Random,
) -> None:
    told = state(
        *lanes,
        consent=consent,
        usable=usable,
        tokens_left=tokens_left,
        tomorrow=NOW + DAY,
        unreachable_until=unreachable_until,
        free_tiers=free_tiers,
    )

    look = next_look(told, NOW, EVERY)

    shuffled = list(lanes)
    order.shuffle(shuffled)
    assert next_look(replace(told, lanes=shuffled), NOW, EVERY) == look
    if look is None or look.lane is None or look.due_at > NOW:
        return
    (asked,) = [one for one in lanes if one.lane == look.lane]
    assert consent
    assert usable
    assert asked.tokens <= tokens_left
    assert asked.not_before is None or asked.not_before <= NOW
    assert unreachable_until is None or unreachable_until <= NOW
    assert asked.last_at is None or asked.last_at > NOW or asked.last_at <= NOW - 5 * SECOND
