"""Every recorded Anthropic answer, and what it means; the table is `tests/recorded/expected.json`."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from quotaboard.domain.answer import Answer, Asked, Endpoint
from quotaboard.domain.document import moment
from quotaboard.domain.lane import Client
from quotaboard.domain.reading import Window
from quotaboard.domain.rules import Context, Control, Rule, alone, judge
from quotaboard.providers.anthropic.rules import RULES
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import Explained, explain
from tests.providers.recorded import RECORDED, cases, read
from tests.tables import for_each

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
EXPECTED: dict[str, dict[str, Any]] = read(RECORDED / "expected.json")


def test_every_recording_has_its_expectation() -> None:
    assert set(EXPECTED) == set(cases())


NAMES = {name: name for name in EXPECTED}


@cache
def explained(name: str) -> Explained:
    return explain(answers_in(cases()[name], NOW))


@for_each(NAMES)
def test_a_recorded_answer_means_what_it_meant(name: str) -> None:
    told, expected = explained(name), EXPECTED[name]
    found = told.overall
    assert {
        "verdict": found.verdict.value,
        "reason": found.reason,
        "retry": found.retry.value if found.retry else None,
        "until": moment(found.until),
        "scope": found.scope.value,
    } == {key: expected[key] for key in ("verdict", "reason", "retry", "until", "scope")}
    windows = {seen.window.name: seen.window.utilization for seen in told.sightings}
    assert windows == expected.get("windows", {})
    pool = told.overage
    assert ([pool.status, pool.reason, pool.in_use] if pool else None) == expected.get("overage")


@for_each(NAMES)
def test_a_recorded_answer_is_explained_in_words(name: str) -> None:
    found = explained(name).overall
    assert found.summary.endswith(".")
    assert "None" not in found.summary
    assert "  " not in found.summary
    if found.blocked:
        assert found.options


PROVEN = {f"{rule.id} {proof}": (rule, proof) for rule in RULES for proof in rule.proof}


@for_each(PROVEN)
def test_the_recording_that_proves_a_rule_fires_it(proven: tuple[Rule, str]) -> None:
    rule, proof = proven
    (answer,) = answers_in(cases()[proof], NOW)
    if rule.id == "anthropic.unknown.usage_throttled":
        # The recording is of the usage endpoint, which its body does not tell.
        answer = replace(answer, asked=Asked(endpoint=Endpoint.USAGE))
    assert judge(answer, RULES, context_for(rule.id, answer)).rule == rule.id


def context_for(rule: str, answer: Answer) -> Context:
    """What else must be known for the rules that look beyond one answer."""
    if rule == "anthropic.gated.bare_429":
        passed = Control("claude-haiku-4-5", "plain", Client.DIRECT, answer.at)
        return Context(now=answer.at, control=passed)
    if rule == "anthropic.spent.paid_pool_empty":
        return Context(now=answer.at, windows=(Window("5h", utilization=1.0),))
    return alone(answer)


def test_no_two_rules_share_an_id() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


def test_the_last_rule_takes_whatever_is_left() -> None:
    assert RULES[-1].id == "unknown.unrecognised"
    assert judge(Answer(provider="anthropic", at=NOW), RULES).rule == "unknown.unrecognised"
