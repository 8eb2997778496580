"""What may stand in the config file. Each field's string is its documentation."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from quotaboard.config import alerts, rules
from quotaboard.config.durations import duration_text, parse_duration

MINUTE = timedelta(minutes=1)


class Table(BaseModel):
    """A table that refuses keys it does not know, and never shows a value in an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )


def _obeys(trouble_with: Callable[[str], str | None]) -> AfterValidator:
    def check(value: str) -> str:
        if trouble := trouble_with(value):
            raise ValueError(trouble)
        return value

    return AfterValidator(check)


def _lasts(at_least: timedelta, at_most: timedelta = timedelta(days=7)) -> AfterValidator:
    def trouble(text: str) -> str | None:
        span = parse_duration(text)
        if span is None:
            return 'must be a time such as "90s", "2m" or "1h30m", got ' + rules.quoted(text) + "."
        if span < at_least:
            shortest = duration_text(at_least)
            return f"must be at least {shortest}, got {duration_text(span)}. Set {shortest} or more."
        if span > at_most:
            return f"must be at most {duration_text(at_most)}, got {duration_text(span)}."
        return None

    return _obeys(trouble)


Name = Annotated[str, _obeys(rules.name_trouble)]
Text = Annotated[str, Field(min_length=1)]


class Poll(Table):
    """How often the providers are asked, and what that may cost."""

    fresh_for: Annotated[str, _lasts(timedelta(seconds=15))] = "2m"
    """How old a verdict on an agent's lane may be before it is looked at again."""
    stale_after: Annotated[str, _lasts(MINUTE)] = "15m"
    """How old a reading may be before it says nothing any more."""
    usage_every: Annotated[str, _lasts(5 * MINUTE)] = "5m"
    """The shortest time between two calls of one usage endpoint; it allows one in five minutes."""
    daily_token_budget: Annotated[int, Field(ge=0)] = 20_000
    """Tokens that may be spent on looking, per credential and day; 0 spends nothing."""


class Credential(Table):
    """One credential: where it is found, and what may be asked with it."""

    name: Name
    """What it is called on the board and in a lane's id."""
    provider: Text = "anthropic"
    """Whose API it belongs to."""
    source: Annotated[str, _obeys(rules.source_trouble)]
    """Where it is read at each use; the secret itself never stands here."""
    probe: bool = False
    """Consent to spend tokens on looking."""
    models: list[Text] = []
    """Models whose lanes are watched besides those that agents use."""
    shapes: list[Text] = ["plain", "tools"]
    """Request shapes to ask those models with: plain, tools, or one from [shapes]."""
    clients: list[Literal["direct", "official"]] = ["direct"]
    """Who sends: quotaboard itself, or the provider's own command-line client."""
    base_url: Annotated[str, _obeys(rules.base_url_trouble)] | None = None
    """Another address than the provider's own."""
    daily_token_budget: Annotated[int, Field(ge=0)] | None = None
    """Overrides the budget in [poll] for this credential."""


class Profile(Table):
    """One route that an agent can be put on."""

    agent: Text
    name: Name
    provider: Text
    model: Text
    credential: Text | None = None
    """The name of a credential."""


class Shape(Table):
    """A request shape of one's own: what an agent's requests carry."""

    system: str | None = None
    """The system prompt."""
    tools: Annotated[int, Field(ge=0, le=200)] = 0
    """How many tools the request offers."""
    headers: dict[str, str] = {}
    """Headers besides those that say who we are."""
    system_length: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Characters of filler in the place of a system prompt."""
    tool_bytes: Annotated[int, Field(ge=0, le=4_000_000)] = 0
    """How large all tools are together, as JSON."""


class ProviderWindow(Table):
    """One window of a declared provider: where its numbers stand in the body of the usage endpoint."""

    name: Text
    """Its length, such as 5h, 7d or month; key-cap for a cap of the key."""
    unit: Literal["percent", "fraction", "amount"]
    """What used and remaining are counted in; an amount needs a limit."""
    used: Text | None = None
    """The path to what is used, such as data.limits.0.used."""
    remaining: Text | None = None
    """The path to what is left, where that is told instead."""
    limit: Text | None = None
    """The path to the limit, for amounts."""
    resets_at: Text | None = None
    """The path to a moment: ISO 8601, or seconds or milliseconds since 1970."""
    resets_in: Text | None = None
    """The path to the seconds that are left."""
    scope: Text | None = None
    """The models that it limits; all when left out."""


class ProviderBalance(Table):
    """The money of a declared provider: where its numbers stand."""

    remaining: Text | None = None
    limit: Text | None = None
    used: Text | None = None
    available: Text | None = None
    """The path to a yes or no: whether it still serves."""
    currency: Text = "USD"
    divide_by: Annotated[int, Field(ge=1)] = 1
    """100 when the amounts are cents."""


class Provider(Table):
    """A relay or provider of a known dialect."""

    base_url: Annotated[str, _obeys(rules.base_url_trouble)]
    """The root that requests are added to."""
    dialect: Literal["openai", "anthropic"] = "openai"
    """What it speaks."""
    title: Text | None = None
    """As people write it."""
    auth: Literal["bearer", "x-api-key", "api-key"] = "bearer"
    """The header that carries the key."""
    models: list[Text] = []
    """Watched when a credential names none, the cheapest first."""
    usage: Annotated[str, _obeys(rules.path_trouble)] | None = None
    """The path of a free usage endpoint: under the root, or from the host's root with a slash."""
    plan: Text | None = None
    """The path to the plan's name in its body."""
    windows: list[ProviderWindow] = []
    balance: ProviderBalance | None = None


class AutoSwitch(Table):
    """What `quotaboard watch --auto-switch` may do."""

    agents: list[Text] = []
    """The agents that it may switch; left out, all of them."""
    profiles: list[Text] = []
    """By preference, the only ones that it uses; left out, all of them in the order of advice."""
    back_after: Annotated[str, _lasts(MINUTE)] = "30m"
    """How long a better choice must have been open before the agent is put back on it."""
    cool_down: Annotated[str, _lasts(MINUTE)] = "10m"
    """The shortest time between two switches of an agent."""
    allow_paid: bool = False
    """Allow lanes that are billed beyond their plan, and without `profiles` those billed by the token."""
    allow_unknown: bool = False
    """Allow lanes of which nobody knows whether they serve."""
    hook: list[Text] = []
    """A command, as a list of its words, that gets each decision as JSON on stdin."""


class Alerts(Table):
    """What you are called for, when not, and how."""

    kinds: list[Annotated[str, _obeys(alerts.kind_trouble)]] = [
        "blocked",
        "open",
        "paid",
        "mark",
        "runs_out",
        "expires",
    ]
    """A lane refuses; it serves again; it is billed; a window is past a mark, or will run out before its
    reset; a login is about to expire."""
    marks: list[Annotated[str, _obeys(alerts.mark_trouble)]] = ["90%"]
    """How full a window must be."""
    before_expiry: Annotated[str, _lasts(MINUTE, timedelta(days=90))] = "5m"
    """How long before; programs renew their own login about five minutes before. Of a token that nobody
    renews, three days before at least."""
    quiet_hours: Annotated[str, _obeys(alerts.quiet_hours_trouble)] | None = None
    """When nobody is called, such as 22:00-07:00 in local time; what still holds then is said at the end."""
    bell: bool = True
    """Ring the terminal's bell."""
    terminal: Literal["auto", "osc9", "osc777", "kitty", "off"] = "auto"
    """Let the terminal show a notification."""
    desktop: bool = False
    """Let the desktop show one; needs `pip install 'quotaboard[desktop]'`."""
    hook: list[Text] = []
    """A command, as a list of its words, that gets each alert as JSON on stdin."""


class Snapshot(Table):
    """The advisory file for other programs."""

    path: Text | None = None
    """Where it is kept up to date while quotaboard watches."""


class Fleet(Table):
    """Other machines that hold the same credentials."""

    prometheus: Annotated[str, _obeys(rules.base_url_trouble)] | None = None
    """The server that scrapes them: what one of them knows of the same secret is not asked again here."""


class Ui(Table):
    """How the board looks and is handled."""

    theme: Text | None = None
    """The name of a theme."""
    ascii: bool = False
    """Draw without box and block characters."""
    mouse: bool = True


class Document(Table):
    """The whole file."""

    poll: Poll = Poll()
    credentials: list[Credential] = []
    profiles: list[Profile] = []
    shapes: dict[Name, Shape] = {}
    providers: dict[Name, Provider] = {}
    auto_switch: AutoSwitch = AutoSwitch()
    alerts: Alerts = Alerts()
    snapshot: Snapshot = Snapshot()
    fleet: Fleet = Fleet()
    ui: Ui = Ui()
    keys: dict[str, Any] = {}
    """Other keys for the commands of the board, by their ids: `refresh = "f5"`, or a list of keys."""
