"""The words of the board."""

from dataclasses import replace
from decimal import Decimal

import pytest

from quotaboard.domain.lane import Client, Kind
from quotaboard.domain.reading import Money, Overage, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.wording import VERDICT_MEANINGS
from quotaboard.tui.draw import words
from tests.tui.pieces import before, credential, judgement, lane


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_short_word_a_meaning_and_a_place(verdict: Verdict) -> None:
    assert 1 <= len(words.verdict_word(verdict)) <= 8
    assert VERDICT_MEANINGS[verdict]
    assert verdict in words.LOUDEST_FIRST


def test_no_two_verdicts_share_a_word() -> None:
    assert len(set(words.VERDICT_WORDS.values())) == len(Verdict)


def test_paid_is_as_loud_as_gated() -> None:
    assert words.verdict_style(Verdict.PAID).startswith("bold")
    assert words.verdict_style(Verdict.GATED).startswith("bold")
    assert not words.verdict_style(Verdict.OPEN).startswith("bold")


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, "GATED"),
        ({"confirmed": False}, "GATED?"),
        ({"verdict": Verdict.UNKNOWN, "stale": True, "was": Verdict.GATED}, "gated"),
    ],
)
def test_a_cell_says_how_sure_it_is(facts: dict[str, object], word: str) -> None:
    told = replace(judgement(Verdict.GATED), **facts)  # type: ignore[arg-type]
    assert words.lane_word(told) == word


def test_an_old_verdict_is_never_loud() -> None:
    told = judgement(Verdict.UNKNOWN, stale=True, was=Verdict.PAID, observed_at=before(hours=3))
    assert words.lane_style(told) == words.FAINT


def test_the_loudest_lane_speaks_for_the_credential() -> None:
    lanes = tuple(
        lane("max", "m", shape, verdict)
        for shape, verdict in (("plain", Verdict.OPEN), ("tools", Verdict.PAID), ("mine", Verdict.NEAR_LIMIT))
    )
    found = words.loudest(lanes)
    assert found is not None
    assert found.judgement.verdict is Verdict.PAID
    assert words.loudest(()) is None


# Every reason that Claude Code's own types list.
REASONS = [
    "overage_not_provisioned",
    "no_limits_configured",
    "org_level_disabled",
    "org_level_disabled_until",
    "org_spend_cap_reached",
    "out_of_credits",
    "seat_tier_level_disabled",
    "seat_tier_zero_credit_limit",
    "member_level_disabled",
    "member_zero_credit_limit",
    "group_zero_credit_limit",
    "org_service_level_disabled",
    "org_service_zero_credit_limit",
    "fetch_error",
    "unknown",
]


@pytest.mark.parametrize("reason", REASONS)
def test_every_known_overage_reason_is_told_in_words(reason: str) -> None:
    said = words.overage_words(Overage("rejected", reason))
    assert said is not None
    assert said.startswith("extra usage ")
    assert reason not in said
    assert len(said) <= 50


@pytest.mark.parametrize(
    ("overage", "said"),
    [
        (None, None),
        (Overage(), None),
        (Overage("rejected", "brand_new"), "extra usage off (brand_new)"),
        (Overage("rejected", "a\x1bb"), "extra usage off (a�b)"),
        (Overage("rejected"), "extra usage off"),
        (Overage("allowed", in_use=True), "extra usage is being billed"),
        (Overage("allowed"), "extra usage on: billed once the plan is spent"),
        (Overage("allowed", utilization=0.42), "extra usage on: 42 % of its limit"),
        (
            Overage("allowed", used=Money(Decimal(5), "USD"), limit=Money(Decimal(50), "USD")),
            "extra usage on: $5.00 of $50.00",
        ),
    ],
)
def test_the_paid_pool_is_told_in_words(overage: Overage | None, said: str | None) -> None:
    assert words.overage_words(overage) == said


@pytest.mark.parametrize(
    ("plan", "kind", "said"),
    [
        ("max_20x", Kind.OAUTH, "Anthropic Max 20x"),
        ("pro", Kind.OAUTH, "Anthropic Pro"),
        (None, Kind.SETUP_TOKEN, "Anthropic setup-token"),
        (None, Kind.API_KEY, "Anthropic API key"),
        ("anthropic team", Kind.OAUTH, "Anthropic team"),
        ("api", Kind.API_KEY, "Anthropic API"),
    ],
)
def test_a_plan_reads_as_people_say_it(plan: str | None, kind: Kind, said: str) -> None:
    assert words.plan_words(credential("max", plan, kind=kind)) == said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("claude-code", "Claude Code"),
        ("hermes:work", "Hermes work"),
        ("env:ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"),
        ("file:/tmp/key", "/tmp/key"),
        ("somewhere", "somewhere"),
    ],
)
def test_a_source_reads_as_people_say_it(source: str, said: str) -> None:
    assert words.found_words(credential("max", source=source, found_in=())) == said


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (Window("5h"), "5h"),
        (Window("7d_sonnet", model="Sonnet"), "7d Sonnet"),
        (Window("1m_requests"), "requests/min"),
        (Window("1m_input_tokens"), "input/min"),
    ],
)
def test_a_window_is_named_by_its_length_and_its_model(window: Window, said: str) -> None:
    assert words.window_words(window) == said


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (("gemini-3-pro-preview", "gemini-3-flash-preview"), ("1d pro", "1d flash")),
        (("Claude and other models", "Gemini models"), ("1d Claude and other", "1d Gemini")),
        (("gpt-5", "gpt-5-mini"), ("1d gpt-5", "1d gpt-5-mini")),
        (("gpt-5.3", "gpt-5.3"), ("1d gpt-5.3", "1d gpt-5.3")),
        (("Sonnet", None), ("1d Sonnet", "1d")),
        (("a", "--"), ("1d a", "1d --")),
    ],
)
def test_windows_of_several_models_are_called_by_what_tells_them_apart(
    models: tuple[str | None, ...], said: tuple[str, ...]
) -> None:
    assert words.windows_words([Window("1d", model=model) for model in models]) == said


@pytest.mark.parametrize(
    ("shape", "client", "said"),
    [
        ("tools", Client.DIRECT, "tools"),
        ("plain", Client.OFFICIAL, "official"),
        ("tools", Client.OFFICIAL, "official tools"),
    ],
)
def test_a_column_is_named_by_shape_or_client(shape: str, client: Client, said: str) -> None:
    assert words.column_words(shape, client) == said


@pytest.mark.parametrize(
    ("model", "width", "said"),
    [
        ("claude-sonnet-4-6", 20, "claude-sonnet-4-6"),
        ("claude-sonnet-4-6", 12, "sonnet-4-6"),
        ("anthropic/claude-sonnet-4.6", 18, "claude-sonnet-4.6"),
        ("claude-sonnet-4-6-20251001", 9, "sonn…1001"),
        ("claude-sonnet-4-6", 3, "son"),
    ],
)
def test_a_model_is_shortened_from_its_vendor_inwards(model: str, width: int, said: str) -> None:
    assert words.short_model(model, width) == said
