"""What a scenario says: pretend accounts, how much they have used, and what their provider refuses."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from quotaboard.simulator.agents import PretendAgent
from quotaboard.simulator.others import Other

DAY = timedelta(days=1)


class CredentialKind(StrEnum):
    """How an account authenticates, which decides the limits and the headers it gets."""

    OAUTH = "oauth"
    SETUP_TOKEN = "setup_token"  # noqa: S105 - a kind, not a token
    API_KEY = "api_key"


class CredentialState(StrEnum):
    """Whether the provider still accepts the credential."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Client(StrEnum):
    """Who sends a request, as the provider judges it."""

    OFFICIAL = "official"
    THIRD_PARTY = "third_party"


class Shape(StrEnum):
    """What a request carries."""

    PLAIN = "plain"
    TOOLS = "tools"


class Reply(StrEnum):
    """What a rule answers. All but the first two are fixed refusals, worded as recorded."""

    EXTRA_USAGE = "extra_usage"
    """Counted as extra usage: served and billed if the overage policy allows it, else out_of_extra_usage."""
    PER_MINUTE_LIMIT = "per_minute_limit"
    """429 until the end of the running minute, with classic headers and `retry-after`."""
    OUT_OF_EXTRA_USAGE = "out_of_extra_usage"
    THIRD_PARTY_APPS = "third_party_apps"
    CLAUDE_CODE_ONLY = "claude_code_only"
    BARE_429 = "bare_429"
    RATE_LIMITED = "rate_limited"
    CREDITS_REQUIRED = "credits_required"
    CREDIT_BALANCE = "credit_balance"
    ORGANIZATION_REFUSED = "organization_refused"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """One rate-limit window as it stands when the clock starts."""

    name: str
    """`5h`, `7d`, or scoped to a model family: `7d_sonnet`, `7d_oi`."""
    length: timedelta
    utilization: float
    """A fraction; 1 and more is spent."""
    resets_in: timedelta | None
    """From the clock's start; None is a window that the first request opens."""
    per_hour: float
    """Fraction used each hour by others on the account, so that gauges move."""
    tokens: int
    """How many tokens fill the window."""

    @property
    def family(self) -> str | None:
        """The word in a model's id that the window is scoped to, or None for all models."""
        _, _, slug = self.name.partition("_")
        return {"": None, "oi": "fable"}.get(slug, slug)

    @property
    def opens_on_use(self) -> bool:
        """Short windows begin with a request; weekly ones follow each other without a gap."""
        return self.length < DAY and not self.per_hour


@dataclass(frozen=True, slots=True)
class OverageSpec:
    """The paid pool behind a plan, and its policy."""

    allowed: bool
    reason: str | None
    """Why not, in the words of the `overage-disabled-reason` header."""
    utilization: float | None
    resets_in: timedelta | None
    tokens: int
    """How many billed tokens fill the pool."""


@dataclass(frozen=True, slots=True)
class MinuteLimits:
    """What an API key may do in a minute."""

    requests: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Which requests get an answer of their own. Every condition that is set must hold."""

    reply: Reply
    shape: Shape | None = None
    client: Client | None = None
    models: tuple[str, ...] = ()
    """Patterns such as `claude-sonnet-*`; empty is every model."""
    system_over: int | None = None
    """Only requests whose system prompt is longer than this many characters."""
    every: timedelta | None = None
    """The rule's period, counted from its beginning; None for a single one without an end."""
    lasts: timedelta | None = None
    """For how long from the start of each period the rule holds."""
    first: int | None = None
    """How many requests of each period it hits."""
    after: timedelta = timedelta()
    """From the clock's start until the rule begins to hold, and until its first period."""

    def fits(self, shape: Shape, client: Client, model: str, system_length: int) -> bool:
        """Whether the request itself is one that the rule is about, whatever the time."""
        return (
            self.shape in (None, shape)
            and self.client in (None, client)
            and (not self.models or any(fnmatchcase(model, each) for each in self.models))
            and (self.system_over is None or system_length > self.system_over)
        )


@dataclass(frozen=True, slots=True)
class Account:
    """One pretend credential, its limits, and what a board should look at."""

    name: str
    token: str
    """A pretend token; the loader insists that it says `demo`."""
    kind: CredentialKind
    plan: str
    state: CredentialState
    windows: tuple[WindowSpec, ...]
    overage: OverageSpec
    limits: MinuteLimits
    rules: tuple[Rule, ...]
    usage_per_hour: int
    """How often the usage endpoint answers in any rolling hour."""
    source: str
    """Where a board should say that the credential was found."""
    models: tuple[str, ...]
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A provider's state of affairs, ready to be served."""

    name: str
    title: str
    about: str
    accounts: tuple[Account, ...]
    others: tuple[Other, ...] = ()
    """Credentials with other providers."""
    agents: tuple[PretendAgent, ...] = ()

    def account(self, name: str) -> Account:
        """The account of that name; a KeyError names it if there is none."""
        for account in self.accounts:
            if account.name == name:
                return account
        raise KeyError(name)
