"""What was true a while ago is not what is true now."""

from datetime import timedelta

import pytest

from quotaboard.domain.diagnosis import diagnose
from quotaboard.domain.holding import Policy, aged, holds, holds_until, overtaken
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.reading import Overage
from quotaboard.domain.verdict import Retry, Verdict
from tests.domain.builders import MINUTE, NOW, answer, bare, case, gate, lane, reading, wall, window

AGENT = lane()
POLICY = Policy()


def seen(verdict: Verdict, *, until: timedelta | None = None, reason: str | None = None) -> Judgement:
    return Judgement(verdict, "rule", reason, until=NOW + until if until else None, observed_at=NOW)


@pytest.mark.parametrize("verdict", [Verdict.OPEN, Verdict.NEAR_LIMIT, Verdict.PAID])
def test_a_stale_answer_never_says_that_it_serves(verdict: Verdict) -> None:
    later = NOW + POLICY.stale_after
    now = aged(seen(verdict), POLICY, later)
    assert (now.verdict, now.stale, now.was, now.retry) == (Verdict.UNKNOWN, True, verdict, Retry.BACKOFF)
    assert aged(seen(verdict), POLICY, later - MINUTE).verdict is verdict


@pytest.mark.parametrize(
    ("judgement", "length"),
    [
        (seen(Verdict.SPENT, until=timedelta(days=3), reason="7d"), timedelta(days=3)),
        (seen(Verdict.SPENT, reason="5h"), timedelta(hours=5)),
        (seen(Verdict.SPENT, reason="window_unknown"), POLICY.refusal_stale_after),
        (seen(Verdict.THROTTLED, until=timedelta(seconds=30)), timedelta(seconds=30)),
        (seen(Verdict.THROTTLED), POLICY.throttle_stale_after),
        (seen(Verdict.UNFUNDED, until=timedelta(days=9)), timedelta(days=9)),
        (seen(Verdict.UNFUNDED), POLICY.refusal_stale_after),
        (seen(Verdict.GATED), POLICY.refusal_stale_after),
        (seen(Verdict.UNAUTHORIZED), POLICY.refusal_stale_after),
        (seen(Verdict.UNAVAILABLE), POLICY.stale_after),
        (seen(Verdict.OPEN), POLICY.stale_after),
    ],
)
def test_each_verdict_holds_for_its_own_time(judgement: Judgement, length: timedelta) -> None:
    assert holds_until(judgement, POLICY) == NOW + length
    assert holds(judgement, POLICY, NOW + length - timedelta(seconds=1))
    assert not holds(judgement, POLICY, NOW + length)


def test_a_wall_is_unknown_from_its_reset_on() -> None:
    later = NOW + timedelta(hours=2)
    judged = diagnose(case({AGENT: [wall(AGENT)]}, now=later))[AGENT.id]
    assert (judged.verdict, judged.reason) == ("unknown", "window_reset")
    assert diagnose(case({AGENT: [wall(AGENT)]}, now=later - MINUTE))[AGENT.id].verdict == "spent"


def test_a_meter_that_has_reset_is_not_full() -> None:
    full = reading(window("5h", 1.0, hours=-0.1), at=NOW - 30 * MINUTE)
    judged = diagnose(
        case({AGENT: [answer(AGENT, 529, "Overloaded", kind="overloaded_error")]}, readings=[full])
    )
    assert judged[AGENT.id].verdict == "unavailable"


def test_a_gate_is_forgotten_in_the_end() -> None:
    later = NOW + POLICY.refusal_stale_after
    judged = diagnose(case({AGENT: [gate(AGENT)]}, now=later))[AGENT.id]
    assert (judged.verdict, judged.reason, judged.was) == ("unknown", "stale", "gated")


def test_what_was_never_seen_does_not_age() -> None:
    unseen = Judgement(Verdict.UNKNOWN, "unknown.unseen")
    assert holds_until(unseen, POLICY) is None
    assert not holds(unseen, POLICY, NOW)
    assert aged(unseen, POLICY, NOW) is unseen


def test_an_overtaken_refusal_says_what_it_was() -> None:
    left = overtaken(seen(Verdict.UNAUTHORIZED))
    assert (left.verdict, left.was, left.stale) == ("unknown", "unauthorized", True)
    assert "served since" in left.summary


def test_a_credential_that_serves_again_disproves_its_old_refusal_but_opens_nothing_untried() -> None:
    small = lane("claude-haiku-4-5", "plain")
    answers = {
        AGENT: [
            answer(AGENT, 401, "OAuth token has expired", at=NOW - 20 * MINUTE, kind="authentication_error")
        ],
        small: [answer(small, at=NOW - MINUTE)],
    }
    judged = diagnose(case(answers, unseen=[lane("claude-opus-5-5")]))
    assert (judged[AGENT.id].verdict, judged[AGENT.id].was) == ("unknown", "unauthorized")
    assert judged[small.id].verdict == "open"
    assert judged[lane("claude-opus-5-5").id].verdict == "unknown"


def test_a_paid_answer_disproves_no_wall() -> None:
    small = lane("claude-haiku-4-5", "plain")
    paid = answer(small, at=NOW, overage=Overage(status="allowed", in_use=True))
    judged = diagnose(case({AGENT: [wall(AGENT, at=NOW - MINUTE)], small: [paid]}))
    assert judged[AGENT.id].verdict == "spent"


def test_a_served_neighbour_disproves_no_gate() -> None:
    small = lane("claude-haiku-4-5", "plain")
    judged = diagnose(case({AGENT: [gate(AGENT, NOW - 10 * MINUTE)], small: [answer(small)]}))
    assert judged[AGENT.id].verdict == "gated"
    judged = diagnose(case({AGENT: [bare(AGENT, NOW - 10 * MINUTE)], small: [answer(small)]}))
    assert judged[AGENT.id].verdict == "gated"
