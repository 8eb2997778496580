"""When an agent is put on another profile by itself, and when it is left alone."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.advice import advise
from quotaboard.domain.auto_switch import Action, Decision, Rules, decide
from quotaboard.domain.board import Price
from quotaboard.domain.verdict import Verdict
from tests.domain.fleet import EXHAUSTED, FOUR, HEALTHY, HOUR, NOW, TOOLS_GATED, Account, board_with

MINUTE = timedelta(minutes=1)
ORDER = Rules(order=("gated", "models", "spent", "healthy"))


def decided(
    *accounts: Account,
    active: str,
    rules: Rules = Rules(),  # noqa: B008 - frozen
    switched_at: datetime | None = None,
    now: datetime = NOW,
) -> Decision:
    agent, board = board_with(accounts, active, now=now)
    return decide(advise(agent, board), rules, switched_at, now)


@pytest.mark.parametrize("active", ["gated", "models", "spent"])
@pytest.mark.parametrize("rules", [Rules(), ORDER], ids=["any", "ordered"])
def test_of_four_accounts_only_the_healthy_one_is_switched_to(active: str, rules: Rules) -> None:
    decision = decided(*FOUR, active=active, rules=rules)
    assert (decision.action, decision.to_profile) == (Action.SWITCH, "healthy")
    for emptier in {"gated", "models"} - {active}:
        assert f"Not {emptier}: it refuses" in decision.sentence


def test_what_serves_is_left_alone() -> None:
    assert decided(*FOUR, active="healthy").action is Action.STAY
    assert decided(*FOUR, active="healthy", rules=ORDER).action is Action.STAY


@pytest.mark.parametrize(
    "account",
    [
        Account("a", Verdict.GATED, confirmed=False),
        Account("a", Verdict.THROTTLED, until=NOW + MINUTE),
        Account("a", Verdict.THROTTLED),
        Account("a", Verdict.UNAVAILABLE),
        Account("a", Verdict.UNKNOWN),
        Account("a", Verdict.BAD_REQUEST),
        Account("a", Verdict.PAID),
        Account("a", Verdict.NEAR_LIMIT, used=0.99),
        Account("a", Verdict.SPENT, stale=True),
        Account("a", Verdict.SPENT, until=NOW - MINUTE),
        Account("a", seen=False),
    ],
)
def test_nothing_but_a_certain_refusal_moves_an_agent(account: Account) -> None:
    assert decided(account, HEALTHY, active="a").action is Action.STAY


@pytest.mark.parametrize("rule", ["meters.spent", "meters.capped", "source.unauthorized.expired"])
def test_a_full_meter_or_a_login_that_cannot_be_read_is_no_refusal_yet(rule: str) -> None:
    agent, board = board_with([EXHAUSTED, HEALTHY], "spent")
    assert agent.now is not None
    told = replace(agent.now, judgement=replace(agent.now.judgement, rule=rule))
    decision = decide(advise(replace(agent, now=told), board), Rules(), None, NOW)
    assert decision.action is Action.STAY


@pytest.mark.parametrize(
    ("other", "rules", "action"),
    [
        (Account("b", Verdict.PAID), Rules(), Action.STUCK),
        (Account("b", Verdict.PAID), Rules(allow_paid=True), Action.SWITCH),
        (Account("b", Verdict.PAID), Rules(order=("a", "b")), Action.STUCK),
        (Account("b", price=Price.METERED), Rules(), Action.STUCK),
        (Account("b", price=Price.METERED), Rules(allow_paid=True), Action.SWITCH),
        (Account("b", price=Price.METERED), Rules(order=("a", "b")), Action.SWITCH),
        (Account("b", seen=False), Rules(order=("a", "b")), Action.STUCK),
        (Account("b", seen=False), Rules(allow_unknown=True), Action.SWITCH),
        (Account("b", stale=True), Rules(), Action.STUCK),
        (Account("b", Verdict.GATED), Rules(allow_paid=True, allow_unknown=True), Action.STUCK),
        (Account("b", Verdict.GATED, confirmed=False), Rules(allow_unknown=True), Action.STUCK),
        (Account("b", trouble="It has no key."), Rules(allow_unknown=True), Action.STUCK),
        (Account("b"), Rules(order=("a", "c")), Action.STUCK),
    ],
)
def test_where_an_agent_may_go(other: Account, rules: Rules, action: Action) -> None:
    assert decided(replace(EXHAUSTED, name="a"), other, active="a", rules=rules).action is action


def test_what_is_paid_or_unknown_comes_after_what_serves_even_when_it_is_preferred() -> None:
    rules = Rules(order=("a", "dark", "paid", "c"), allow_paid=True, allow_unknown=True)
    accounts = [
        replace(EXHAUSTED, name="a"),
        Account("dark", seen=False),
        Account("paid", Verdict.PAID),
        Account("c"),
    ]
    assert decided(*accounts, active="a", rules=rules).to_profile == "c"
    assert decided(*accounts[:3], active="a", rules=rules).to_profile == "paid"


def test_it_rests_between_two_switches() -> None:
    decision = decided(*FOUR, active="gated", switched_at=NOW - 9 * MINUTE)
    assert (decision.action, decision.not_before) == (Action.WAIT, NOW + MINUTE)
    assert decided(*FOUR, active="gated", switched_at=NOW - 10 * MINUTE).action is Action.SWITCH


def test_a_clock_that_was_put_back_does_not_stop_it_for_long() -> None:
    assert decided(*FOUR, active="gated", switched_at=NOW + 9 * HOUR).action is Action.SWITCH


@pytest.mark.parametrize(("open_for", "action"), [(29, Action.STAY), (30, Action.BACK), (300, Action.BACK)])
def test_it_comes_back_when_the_first_choice_has_been_open_for_a_while(open_for: int, action: Action) -> None:
    first = Account("first", since=NOW - open_for * MINUTE)
    rules = Rules(order=("first", "second"))
    decision = decided(first, Account("second"), active="second", rules=rules)
    assert decision.action is action
    assert decision.to_profile == ("first" if action is Action.BACK else None)


@pytest.mark.parametrize("verdict", [Verdict.NEAR_LIMIT, Verdict.PAID, Verdict.UNKNOWN, Verdict.GATED])
def test_it_does_not_come_back_to_what_is_less_than_open(verdict: Verdict) -> None:
    rules = Rules(order=("first", "second"), allow_paid=True, allow_unknown=True)
    decision = decided(Account("first", verdict), Account("second"), active="second", rules=rules)
    assert decision.action is Action.STAY


def test_an_agent_that_somebody_put_elsewhere_is_left_there() -> None:
    rules = Rules(order=("first", "second"))
    assert decided(Account("first"), Account("other"), active="other", rules=rules).action is Action.STAY


def test_without_an_order_nothing_is_better_than_what_serves() -> None:
    assert decided(Account("a"), Account("b", used=0.9), active="b").action is Action.STAY


def test_a_config_that_is_broken_or_managed_is_left_alone() -> None:
    agent, board = board_with(FOUR, "gated")
    for told in (replace(agent, trouble="Broken."), replace(agent, locked="Managed.")):
        assert decide(advise(told, board), Rules(), None, NOW).reason == "not_switchable"


WAYS = st.sampled_from(
    [
        Account("x"),
        Account("x", Verdict.NEAR_LIMIT, 0.95),
        Account("x", Verdict.PAID),
        Account("x", Verdict.GATED, 0.03),
        Account("x", Verdict.GATED, 0.03, confirmed=False),
        Account("x", Verdict.SPENT, 1.0),
        Account("x", Verdict.UNAVAILABLE),
        Account("x", seen=False),
    ]
)
NAMES = ("a", "b", "c")
HISTORY = st.lists(
    st.tuples(st.integers(1, 25), st.tuples(*(st.one_of(st.none(), WAYS) for _ in NAMES))),
    min_size=1,
    max_size=60,
)
RULES = st.builds(
    Rules,
    order=st.sampled_from([(), NAMES, ("c", "a")]),
    back_after=st.sampled_from([15 * MINUTE, 30 * MINUTE]),
    cool_down=st.sampled_from([5 * MINUTE, 10 * MINUTE]),
    allow_paid=st.booleans(),
    allow_unknown=st.booleans(),
)


@given(history=HISTORY, rules=RULES)
def test_whatever_the_lanes_do_an_agent_never_flaps(
    history: list[tuple[int, tuple[Account | None, ...]]], rules: Rules
) -> None:
    now, active = NOW, "a"
    lanes = {name: Account(name, since=NOW) for name in NAMES}
    switched: list[tuple[datetime, Decision]] = []
    for minutes, ways in history:
        now += minutes * MINUTE
        for name, way in zip(NAMES, ways, strict=True):
            if way is not None:
                same = (lanes[name].verdict, lanes[name].seen) == (way.verdict, way.seen)
                lanes[name] = replace(way, name=name, since=lanes[name].since if same else now)
        last = switched[-1][0] if switched else None
        decision = decided(*lanes.values(), active=active, rules=rules, switched_at=last, now=now)
        assert decision == decided(*lanes.values(), active=active, rules=rules, switched_at=last, now=now)
        if not decision.moves:
            continue
        assert decision.to_profile is not None
        assert decision.to_profile != active
        assert last is None or now - last >= rules.cool_down
        left, target = lanes[active], lanes[decision.to_profile]
        assert target.verdict is not Verdict.GATED
        assert target.verdict is not Verdict.SPENT
        assert rules.allow_paid or target.verdict is not Verdict.PAID
        assert rules.allow_unknown or (target.seen and target.verdict is not Verdict.UNAVAILABLE)
        assert not rules.order or decision.to_profile in rules.order
        if decision.action is Action.BACK:
            assert target.verdict is Verdict.OPEN
            assert now - target.since >= rules.back_after
        else:
            assert left.judgement.blocked is True
            assert left.confirmed
        switched.append((now, decision))
        active = decision.to_profile


def test_a_gate_that_comes_and_goes_moves_an_agent_away_once() -> None:
    rules = Rules(order=("a", "b"))
    active, switched_at, moves = "a", None, 0
    for minute in range(600):
        now = NOW + minute * MINUTE
        gated = minute // 10 % 2 == 0
        first = replace(TOOLS_GATED if gated else HEALTHY, name="a", since=now - minute % 10 * MINUTE)
        decision = decided(first, Account("b"), active=active, rules=rules, switched_at=switched_at, now=now)
        if decision.moves and decision.to_profile:
            active, switched_at, moves = decision.to_profile, now, moves + 1
    assert (active, moves) == ("b", 1)
