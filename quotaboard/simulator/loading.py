"""Scenario files: finding them by name, and reading TOML into a Scenario or a ScenarioError."""

import tomllib
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from quotaboard.simulator.agents import read_agent
from quotaboard.simulator.others import read_other
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
from quotaboard.simulator.tables import ScenarioError, Table, parse_span

SHIPPED = files("quotaboard.simulator") / "scenarios"
PLANS = {
    CredentialKind.OAUTH: ("pro", "max_5x", "max_20x", "team", "enterprise"),
    CredentialKind.SETUP_TOKEN: ("pro", "max_5x", "max_20x", "team", "enterprise"),
    CredentialKind.API_KEY: ("api",),
}
USAGE_PER_HOUR = 28
"""What the real usage endpoint grants an account in a rolling hour, as measured in July 2026."""


def scenario_names() -> tuple[str, ...]:
    """The scenarios that come with the package, sorted."""
    names = (entry.name for entry in SHIPPED.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_scenario(name: str | Path) -> Scenario:
    """A shipped scenario by its name, or any other by its path."""
    if isinstance(name, str) and name in scenario_names():
        return parse_scenario((SHIPPED / f"{name}.toml").read_text("utf-8"), f"{name}.toml")
    path = Path(name)
    if path.suffix != ".toml":
        raise ScenarioError(
            str(name), None, f"there is no such scenario; choose one of {', '.join(scenario_names())}."
        )
    try:
        return parse_scenario(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as trouble:
        raise ScenarioError(str(path), None, f"cannot be read: {trouble}.") from trouble


def parse_scenario(text: str, file: str) -> Scenario:
    """Read the text of a scenario file; `file` names it in problems."""
    try:
        top = Table(file, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as trouble:
        raise ScenarioError(file, None, f"is not valid TOML: {trouble}.") from trouble
    accounts = tuple(_account(table) for table in top.tables("accounts"))
    if not accounts:
        raise top.error("accounts", "is missing; a scenario needs at least one account.")
    others = tuple(read_other(table) for table in top.tables("others"))
    for key in ("name", "token"):
        values = [getattr(account, key) for account in (*accounts, *others)]
        for index, value in enumerate(values):
            if value and value in values[:index]:
                place = f"accounts.{index}" if index < len(accounts) else f"others.{index - len(accounts)}"
                raise top.error(f"{place}.{key}", "is the same as that of an account above.")
    models = {account.name: account.models for account in accounts}
    models |= {other.name: other.models for other in others}
    agents = tuple(read_agent(table, models) for table in top.tables("agents"))
    for index, agent in enumerate(agents):
        if any(other.kind is agent.kind for other in agents[:index]):
            raise top.error(f"agents.{index}.kind", "is the same as that of an agent above.")
    scenario = Scenario(Path(file).stem, top.text("title"), top.text("about"), accounts, others, agents)
    top.close()
    return scenario


def _account(table: Table) -> Account:
    kind = table.choice("kind", CredentialKind, None)
    token = table.text("token")
    if "demo" not in token:
        raise table.error("token", "must contain 'demo': scenario files hold pretend tokens only.")
    account = Account(
        name=table.text("name"),
        token=token,
        kind=kind,
        plan=_plan(table, kind),
        state=table.choice("state", CredentialState, CredentialState.VALID),
        windows=_windows(table, kind),
        overage=_overage(table.table("overage")),
        limits=_limits(table.table("limits")),
        rules=tuple(_rule(each) for each in table.tables("rules")),
        usage_per_hour=table.count("usage_per_hour", USAGE_PER_HOUR),
        source=table.text("source"),
        models=table.texts("models"),
        shapes=table.texts("shapes", Shape),
    )
    table.close()
    return account


def _plan(table: Table, kind: CredentialKind) -> str:
    plans = PLANS[kind]
    plan = table.text("plan", plans[0] if len(plans) == 1 else None)
    if plan not in plans:
        raise table.error("plan", f"must be one of {', '.join(plans)} for kind {kind}, got {plan!r}.")
    return plan


def _windows(table: Table, kind: CredentialKind) -> tuple[WindowSpec, ...]:
    below = table.table("windows")
    windows = tuple(_window(below.table(name), name) for name in below.keys())  # noqa: SIM118 - not a dict
    if windows and kind is CredentialKind.API_KEY:
        raise table.error("windows", "an API key has no windows; its per-minute limits go into limits.")
    return windows


def _window(table: Table, name: str) -> WindowSpec:
    length = parse_span(name.partition("_")[0])
    if not length:
        raise table.error(None, 'must be named by its length, such as "5h", "7d" or "7d_sonnet".')
    window = WindowSpec(
        name=name,
        length=length,
        utilization=table.number("utilization", 0.0),
        resets_in=table.span("resets_in"),
        per_hour=table.number("per_hour", 0.0),
        tokens=table.count("tokens", 5_000_000 if length < timedelta(days=1) else 50_000_000),
    )
    if (window.utilization or window.per_hour) and window.resets_in is None:
        raise table.error("resets_in", "is missing; only a window that nobody uses may do without a reset.")
    table.close()
    return window


def _overage(table: Table) -> OverageSpec:
    allowed = table.flag("allowed", default=False)
    overage = OverageSpec(
        allowed=allowed,
        reason=None if allowed else table.text("reason", "org_level_disabled"),
        utilization=table.number("utilization", 0.0) if allowed or table.has("utilization") else None,
        resets_in=table.span("resets_in"),
        tokens=table.count("tokens", 10_000_000),
    )
    table.close()
    return overage


def _limits(table: Table) -> MinuteLimits:
    limits = MinuteLimits(
        requests=table.count("requests", 1000),
        input_tokens=table.count("input_tokens", 80_000),
        output_tokens=table.count("output_tokens", 16_000),
    )
    table.close()
    return limits


def _rule(table: Table) -> Rule:
    rule = Rule(
        reply=table.choice("reply", Reply, None),
        shape=table.optional_choice("shape", Shape),
        client=table.optional_choice("client", Client),
        models=table.texts("models"),
        system_over=table.count("system_over") if table.has("system_over") else None,
        every=table.span("every"),
        lasts=table.span("lasts"),
        first=table.count("first") if table.has("first") else None,
        after=table.span("after") or timedelta(),
    )
    if (rule.lasts is not None or rule.first is not None) and not (rule.every or rule.after):
        message = "is missing; lasts and first say which part of each period they mean (or give after)."
        raise table.error("every", message)
    table.close()
    return rule
