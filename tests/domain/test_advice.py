"""Which profile is best, and what is said of the others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quotaboard.domain.advice import Advice, Fit, Permission, advise, brings
from quotaboard.domain.board import Forecast, Price
from quotaboard.domain.endurance import Need, endurance
from quotaboard.domain.verdict import Verdict
from tests.domain.fleet import EXHAUSTED, FOUR, HEALTHY, HOUR, NOW, TOOLS_GATED, Account, board_with, window


def advice_of(*accounts: Account, active: str | None = None, need: Need | None = None) -> Advice:
    agent, board = board_with(accounts, active)
    return advise(agent, board, need)


@pytest.mark.parametrize("active", [None, "gated", "models", "spent", "healthy"])
def test_of_four_accounts_the_one_that_serves_tools_is_chosen_and_the_emptier_two_are_explained(
    active: str | None,
) -> None:
    advice = advice_of(*FOUR, active=active)
    assert advice.best is not None
    assert advice.best.name == "healthy"
    assert "healthy: it serves; its 5h window is 37 % used" in advice.sentence
    assert "Not gated: it refuses requests with tools, although its 5h window is 3 % used." in advice.sentence
    assert "Not models: it refuses claude-sonnet-4-6, although its 5h window is 9 % used." in advice.sentence


def test_what_is_blocked_until_a_known_time_comes_before_what_refuses_for_good() -> None:
    assert [one.name for one in advice_of(*FOUR).ranked] == ["healthy", "spent", "gated", "models"]


@pytest.mark.parametrize(
    ("account", "fit"),
    [
        (Account("a"), Fit.SERVES),
        (Account("a", Verdict.NEAR_LIMIT, 0.95), Fit.SHORT),
        (Account("a", Verdict.PAID), Fit.PAID),
        (Account("a", seen=False), Fit.UNTOLD),
        (Account("a", stale=True), Fit.UNTOLD),
        (Account("a", Verdict.UNAVAILABLE), Fit.UNTOLD),
        (Account("a", Verdict.BAD_REQUEST), Fit.UNTOLD),
        (Account("a", Verdict.SPENT, until=NOW + HOUR), Fit.WAITS),
        (Account("a", Verdict.THROTTLED, until=NOW + HOUR), Fit.WAITS),
        (Account("a", Verdict.SPENT), Fit.REFUSES),
        (Account("a", Verdict.GATED), Fit.REFUSES),
        (Account("a", Verdict.GATED, confirmed=False), Fit.REFUSES),
        (Account("a", Verdict.UNFUNDED), Fit.REFUSES),
        (Account("a", Verdict.NOT_ENTITLED), Fit.REFUSES),
        (Account("a", Verdict.UNAUTHORIZED), Fit.REFUSES),
        (Account("a", Verdict.FORBIDDEN), Fit.REFUSES),
        (Account("a", Verdict.NOT_FOUND), Fit.REFUSES),
        (Account("a", trouble="It has no key."), Fit.UNUSABLE),
    ],
)
def test_every_verdict_has_its_place(account: Account, fit: Fit) -> None:
    advice = advice_of(account)
    assert advice.ranked[0].fit is fit
    assert (advice.best is not None) == (fit in (Fit.SERVES, Fit.SHORT))
    assert advice.sentence.endswith(".")


def test_paid_and_unknown_lanes_are_chosen_only_with_permission() -> None:
    agent, board = board_with([Account("paid", Verdict.PAID), Account("dark", seen=False)])
    for permission, best in (
        (Permission(), None),
        (Permission(paid=True), "paid"),
        (Permission(unknown=True), "dark"),
        (Permission(paid=True, unknown=True), "paid"),
    ):
        chosen = advise(agent, board, permission=permission).best
        assert (chosen.name if chosen else None) == best


def test_no_permission_makes_a_refusing_lane_a_choice() -> None:
    agent, board = board_with([TOOLS_GATED, EXHAUSTED])
    assert advise(agent, board, permission=Permission(paid=True, unknown=True)).best is None


def test_a_plan_comes_before_what_is_billed_by_the_token() -> None:
    advice = advice_of(Account("router", price=Price.METERED, used=None), Account("max", used=0.8))
    assert [one.name for one in advice.ranked] == ["max", "router"]
    assert "billed by the token" in advice.ranked[1].why


def test_a_metered_lane_that_is_open_comes_before_a_plan_that_is_nearly_used_up() -> None:
    near = Account("max", Verdict.NEAR_LIMIT, used=0.95)
    advice = advice_of(near, Account("router", price=Price.METERED, used=None))
    assert [one.name for one in advice.ranked] == ["router", "max"]


def test_nobody_is_moved_between_two_that_serve_alike() -> None:
    advice = advice_of(Account("a", used=0.1), Account("b", used=0.6), active="b")
    assert advice.best is not None
    assert advice.best.name == "b"
    assert advice.sentence.startswith("Stay on b")


def test_an_agent_is_moved_off_a_lane_that_will_not_last_as_long_as_it_is_needed() -> None:
    need = Need(shares={"5h": 0.4})
    advice = advice_of(Account("a", used=0.7), Account("b", used=0.5), active="a", need=need)
    assert advice.best is not None
    assert advice.best.name == "b"
    assert "30 % of its 5h window is left, of 40 % needed" in advice.sentence


def test_an_agent_without_profiles_gets_a_sentence() -> None:
    assert advice_of().sentence == "Hermes has no profile that it could be put on."


@pytest.mark.parametrize(
    ("used", "left", "span", "enough"),
    [
        (0.37, 2 * HOUR, 3 * HOUR, True),  # 12 % an hour so far: it lasts until it resets
        (0.9, 2 * HOUR, 3 * HOUR, False),  # 30 % an hour
        (0.9, 2 * HOUR, timedelta(minutes=10), True),
        (0.6, 4 * HOUR, 3 * HOUR, False),  # 60 % in the first hour
        (1.0, 2 * HOUR, timedelta(minutes=1), False),
        (0.0, 2 * HOUR, 9 * HOUR, True),
        (0.5, 4 * HOUR + timedelta(minutes=55), 3 * HOUR, True),  # five minutes say nothing
    ],
)
def test_without_a_forecast_the_average_so_far_tells(
    used: float, left: timedelta, span: timedelta, enough: bool
) -> None:
    assert endurance([window(used, left=left)], Need(span), NOW).enough is enough


def test_a_forecast_goes_before_the_average() -> None:
    slow = replace(window(0.9), forecast=Forecast(None))
    fast = replace(window(0.2), forecast=Forecast(NOW + HOUR))
    assert endurance([slow], Need(3 * HOUR), NOW).enough is True
    assert endurance([fast], Need(3 * HOUR), NOW).enough is False
    assert endurance([fast], Need(timedelta(minutes=30)), NOW).enough is True
    assert endurance([slow, fast], Need(3 * HOUR), NOW).ends_at == NOW + HOUR


@pytest.mark.parametrize(("used", "enough"), [(0.6, True), (0.59, True), (0.61, False), (1.02, False)])
def test_a_share_that_is_needed_has_to_be_left(used: float, enough: bool) -> None:
    assert endurance([window(used)], Need(shares={"5h": 0.4}), NOW).enough is enough


def test_a_window_that_nobody_knows_is_neither_enough_nor_too_little() -> None:
    assert endurance([window(0.1)], Need(shares={"7d": 0.4}), NOW).enough is None
    assert endurance([], Need(HOUR), NOW).enough is None
    stale = replace(window(0.1), stale=True)
    assert endurance([stale], Need(shares={"5h": 0.1}), NOW).enough is None


def test_the_healthy_one_is_advised_for_a_run_of_three_hours() -> None:
    advice = advice_of(*FOUR, active="gated", need=Need(3 * HOUR))
    assert advice.best is not None
    assert advice.best.name == HEALTHY.name


@pytest.mark.parametrize(
    ("now", "there", "brought"),
    [
        ("claude-sonnet-4-6", "claude-haiku-4-5", "claude-haiku-4-5"),
        ("claude-sonnet-4-6", "anthropic/claude-sonnet-4.6", None),
        ("claude-sonnet-4-6", "claude-sonnet-4-6-20260217", None),
        ("qwen/qwen3-coder", "qwen/qwen3-coder:free", None),
        (None, "claude-haiku-4-5", None),
        ("claude-sonnet-4-6", None, None),
    ],
)
def test_a_profile_with_another_model_says_so(
    now: str | None, there: str | None, brought: str | None
) -> None:
    agent, board = board_with((Account("gated", Verdict.GATED, 0.03), Account("other")), "gated")
    assert agent.now is not None
    profiles = tuple(replace(one, model=there) if one.name == "other" else one for one in agent.profiles)
    agent = replace(agent, now=replace(agent.now, model=now), profiles=profiles)
    assert brings(profiles[1], agent) == brought
    lead = advise(agent, board).sentence.partition(":")[0]
    assert lead.endswith(f" on other with {brought}" if brought else " on other")
