"""Providers that the config declares: asked, read and judged by a few lines of TOML."""

import tomllib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from quotaboard.config.loading import load_config
from quotaboard.config.values import Config
from quotaboard.domain.answer import Answer, Asked, Endpoint
from quotaboard.domain.lane import PLAIN_SHAPE, Credential, Kind
from quotaboard.domain.rules import judge
from quotaboard.providers import registry
from quotaboard.providers.base import Received
from quotaboard.providers.declared import at_path, declared_provider

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
CREDENTIAL = Credential("work", "acme", Kind.API_KEY, "env:ACME_KEY")
ACME = """
[providers.acme]
title = "Acme relay"
base_url = "https://relay.acme.example/v1"
models = ["small"]
usage = "/api/allowance"
plan = "account.tier"

[[providers.acme.windows]]
name = "5h"
unit = "percent"
used = "limits[kind=session].used"
resets_at = "limits[kind=session].ends"

[[providers.acme.windows]]
name = "7d"
unit = "amount"
remaining = "week.left"
limit = "week.of"
resets_in = "week.seconds"
scope = "Opus"

[providers.acme.balance]
remaining = "money.0.cents"
currency = "EUR"
divide_by = 100
"""
BODY: dict[str, Any] = {
    "account": {"tier": "team"},
    "limits": [{"kind": "day", "used": 1}, {"kind": "session", "used": 0.5, "ends": 1795162800000}],
    "week": {"left": "30", "of": 40, "seconds": 3600},
    "money": [{"cents": 1234}],
}


def usage(provider: Any, body: object) -> Answer:
    answer: Answer = provider.read(Received(200, {}, body, NOW), Asked(endpoint=Endpoint.USAGE))
    return answer


def acme(**more: Any) -> Any:
    return declared_provider("acme", {**tomllib.loads(ACME)["providers"]["acme"], **more})


def test_its_numbers_are_read_from_where_the_config_says_they_stand() -> None:
    answer = usage(acme(), BODY)
    session, week = answer.windows
    assert (session.name, session.utilization, session.seconds) == ("5h", 0.005, 18000)
    assert session.resets_at == datetime(2026, 11, 20, 8, 20, tzinfo=UTC)
    assert (week.utilization, week.model, week.resets_at) == (0.25, "Opus", NOW + timedelta(hours=1))
    assert answer.plan == "team"
    assert answer.balance is not None
    assert answer.balance.remaining is not None
    assert (answer.balance.remaining.amount, answer.balance.remaining.currency) == (Decimal("12.34"), "EUR")


def test_it_is_asked_at_its_own_address_with_its_own_header() -> None:
    provider = acme(auth="x-api-key")
    base_url = provider.base_url({})
    request = provider.usage(CREDENTIAL, base_url)
    assert (request.method, request.url) == ("GET", "https://relay.acme.example/api/allowance")
    assert request.secret_header == ("x-api-key", "")
    assert provider.probe(CREDENTIAL, "small", PLAIN_SHAPE, base_url).url.endswith("/v1/chat/completions")


def test_one_that_speaks_the_messages_api_is_probed_in_it() -> None:
    provider = acme(dialect="anthropic")
    request = provider.probe(CREDENTIAL, "small", PLAIN_SHAPE, provider.base_url({}))
    assert request.url == "https://relay.acme.example/v1/messages"
    assert "anthropic-beta" not in request.headers


def test_its_refusals_are_judged_by_the_dialect() -> None:
    body = {"error": {"message": "no", "type": "insufficient_quota"}}
    provider = acme()
    answer = provider.read(Received(429, {}, body, NOW), Asked())
    assert judge(answer, provider.rules).verdict.value == "unfunded"


def test_a_usage_body_without_any_of_its_numbers_says_nothing() -> None:
    answer = usage(acme(), {"something": "else"})
    assert (answer.windows, answer.balance) == ((), None)


def test_without_windows_the_card_says_that_none_can_be_seen() -> None:
    assert declared_provider("x", {"base_url": "https://x.example/v1"}).hides is not None
    assert acme().hides is None


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("account.tier", "team"),
        ("limits.0.used", 1),
        ("limits[kind=session].used", 0.5),
        ("limits[kind=none].used", None),
        ("limits.7.used", None),
        ("account.tier.more", None),
        ("", None),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, found: object) -> None:
    assert at_path(BODY, path) == found


def test_the_config_declares_it_and_the_registry_knows_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(ACME)
    config = load_config(file)
    assert isinstance(config, Config)
    registry.declare(config.providers)
    try:
        assert "acme" in registry.names()
        assert registry.provider("acme").title == "Acme relay"
    finally:
        registry.declare({})
    assert registry.canonical("acme") is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('base_url = "http://relay.acme.example/v1"', "must begin with https://"),
        ('usage = "https://elsewhere.example/usage"', "must be a path"),
        ('dialect = "smoke"', 'must be "openai" or "anthropic"'),
        ("colour = 1", "is not a key here"),
        ('key = "x"', "A secret does not belong in the config"),
    ],
)
def test_what_is_wrong_with_it_is_said(tmp_path: Path, line: str, sentence: str) -> None:
    key = line.partition(" ")[0]
    table = {"base_url": 'base_url = "https://relay.acme.example/v1"', key: line}
    file = tmp_path / "config.toml"
    file.write_text("[providers.acme]\n" + "\n".join(table.values()))
    problems = load_config(file)
    assert isinstance(problems, list)
    assert sentence in problems[0].message


def test_a_wrong_key_of_a_window_is_explained_with_the_keys_of_windows(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(ACME.replace('unit = "percent"', 'unit = "percent"\nsize = "big"', 1))
    problems = load_config(file)
    assert isinstance(problems, list)
    assert "resets_in" in problems[0].message
