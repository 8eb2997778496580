"""Six credentials, and from a seed what befalls each: gates, bursts, outages, empty pockets."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from quotaboard.simulator.scenario import (
    Account,
    Client,
    CredentialKind,
    CredentialState,
    MinuteLimits,
    OverageSpec,
    Reply,
    Rule,
    Scenario,
    Shape,
    WindowSpec,
)
from tests.economy.climates import DAY, HOUR, MINUTE, USUAL, Climate
from tests.economy.world import World

HAIKU, SONNET, OPUS = "claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-4-8"

GATES = (Reply.OUT_OF_EXTRA_USAGE, Reply.OUT_OF_EXTRA_USAGE, Reply.THIRD_PARTY_APPS, Reply.BARE_429)


def make_world(seed: int, started_at: datetime, span: timedelta, climate: Climate = USUAL) -> World:
    """The same world for the same seed and climate."""
    random = Random(seed)
    outages = [
        Rule(Reply.OVERLOADED, after=begin, lasts=_between(random, *climate.outage_lasts))
        for begin in _moments(random, climate.outages_apart, span)
    ]
    accounts = [
        _with_trouble(_sized(account, climate.windows), random, span, outages, climate)
        for account in _accounts()
    ]
    offline = [
        (started_at + begin, started_at + begin + _between(random, 2 * MINUTE, 10 * MINUTE))
        for begin in _moments(random, climate.offline_apart, span)
    ]
    scenario = Scenario("economy", "Some days", "Three agents on six credentials.", tuple(accounts))
    return World(scenario, started_at, tuple(offline), climate.hiccups)


def _accounts() -> Iterator[Account]:
    """Claude Code, Hermes and OpenClaw use the first three."""
    plan = _account("max", "max_20x", OPUS)
    yield replace(plan, windows=_windows(30_000_000))
    yield replace(_account("team", "team", HAIKU, SONNET), windows=_windows(14_000_000))
    yield replace(_account("pro", "pro", SONNET), windows=_windows(11_000_000))
    yield replace(_account("token", "max_5x", SONNET), kind=CredentialKind.SETUP_TOKEN)
    pool = OverageSpec(allowed=True, reason=None, utilization=0.1, resets_in=12 * DAY, tokens=10_000_000)
    yield replace(_account("studio", "max_5x", SONNET), overage=pool)
    key = _account("key", "api", HAIKU)
    yield replace(key, token="sk-ant-api03-demo-economy-key", kind=CredentialKind.API_KEY, windows=())


def _account(name: str, plan: str, *models: str) -> Account:
    return Account(
        name=name,
        token=f"sk-ant-oat01-demo-economy-{name}",
        kind=CredentialKind.OAUTH,
        plan=plan,
        state=CredentialState.VALID,
        windows=_windows(20_000_000),
        overage=OverageSpec(
            allowed=False, reason="org_level_disabled", utilization=None, resets_in=None, tokens=1
        ),
        limits=MinuteLimits(1000, 80_000, 16_000),
        rules=(),
        usage_per_hour=28,
        source="environment",
        models=models,
        shapes=("plain", "tools"),
    )


def _windows(tokens: int) -> tuple[WindowSpec, ...]:
    return (
        WindowSpec("5h", 5 * HOUR, 0.0, None, 0.0, tokens),
        WindowSpec("7d", 7 * DAY, 0.1, 4 * DAY, 0.0, tokens * 12),
    )


def _sized(account: Account, size: float) -> Account:
    windows = (replace(window, tokens=round(window.tokens * size)) for window in account.windows)
    return replace(account, windows=tuple(windows))


def _with_trouble(
    account: Account, random: Random, span: timedelta, outages: list[Rule], climate: Climate
) -> Account:
    lasts = climate.gate_lasts
    rules = list(outages)
    rules += (
        Rule(Reply.BARE_429, after=at, lasts=3 * MINUTE, first=2) for at in _moments(random, DAY / 4, span)
    )
    if account.kind is CredentialKind.API_KEY:
        rules += _spells(random, span, 2 * DAY, lasts, lambda: Rule(Reply.CREDIT_BALANCE))
    elif account.name == "studio":
        rules += _spells(random, span, DAY, lasts, lambda: Rule(Reply.EXTRA_USAGE, Shape.TOOLS))
    else:
        rules += _spells(random, span, climate.gates_apart, lasts, lambda: _gate(random, account))
    return replace(account, rules=tuple(rules))


def _gate(random: Random, account: Account) -> Rule:
    """On requests with tools, or on the larger model altogether; the official client is never hit."""
    by_model = len(account.models) > 1 and random.random() < 0.4
    if by_model:
        return Rule(Reply.BARE_429, client=Client.THIRD_PARTY, models=(SONNET,))
    return Rule(random.choice(GATES), Shape.TOOLS, Client.THIRD_PARTY)


def _spells(
    random: Random,
    span: timedelta,
    apart: timedelta,
    least_and_most: tuple[timedelta, timedelta],
    rule: Callable[[], Rule],
) -> Iterator[Rule]:
    """Rules that hold for a while each, one after the other."""
    free_from = timedelta()
    for begin in _moments(random, apart, span):
        lasts = _between(random, *least_and_most)
        if begin >= free_from:
            free_from = begin + lasts
            yield replace(rule(), after=begin, lasts=lasts)


def _moments(random: Random, apart: timedelta, span: timedelta) -> Iterator[timedelta]:
    """Moments that come as they please, so far apart on average."""
    at = random.expovariate(1.0) * apart
    while at < span:
        yield at
        at += random.expovariate(1.0) * apart


def _between(random: Random, least: timedelta, most: timedelta) -> timedelta:
    """A span between the two; as many are short as long, by their logarithm."""
    share = math.exp(random.uniform(math.log(least / MINUTE), math.log(most / MINUTE)))
    return timedelta(seconds=round(share * 60))
