"""Boards for tests and for looking at: each state that the screen was designed for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from quotaboard.domain.board import (
    AgentView,
    Board,
    Cost,
    CredentialView,
    Forecast,
    LaneView,
    Price,
    ProfileView,
    WindowView,
)
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Client, Credential, Kind, Lane
from quotaboard.domain.reading import Balance, Money, Origin, Overage, Sighting, Window
from quotaboard.domain.verdict import DEFAULT_RETRY, Verdict

NOW = datetime(2026, 11, 20, 14, 12, tzinfo=UTC)
HAIKU, SONNET, OPUS = "claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-5-5"
OFF = Overage(status="rejected", reason="org_level_disabled_until")

GATE_SENTENCE = (
    "Your plan is 3 % used; Anthropic refuses requests that carry tools from third-party clients on this "
    "account and would bill them as extra usage, which is off. Retrying, logging in again or changing the "
    "model will not help."
)
GATE_OPTIONS = (
    "Run this in Claude Code, which the plan still serves.",
    "Move the agent to another credential or provider.",
    "Turn on extra usage at claude.ai; every request is then billed by the token.",
)
GATE_MESSAGE = (
    "You're out of extra usage. Add more at claude.ai/settings/usage and keep going, or wait for your limits "
    "to reset."
)


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)


def before(**span: float) -> datetime:
    return NOW - timedelta(**span)


def window(
    name: str,
    share: float | None,
    resets_at: datetime | None = None,
    *,
    model: str | None = None,
    status: str | None = "allowed",
    seen: datetime | None = None,
    stale: bool = False,
    empty_at: datetime | None = None,
    lasts: bool = False,
) -> WindowView:
    sighting = Sighting(
        Window(name, share, resets_at, status, model), seen or before(seconds=38), Origin.PROBE
    )
    forecast = Forecast(empty_at) if lasts or empty_at else None
    return WindowView(sighting, stale, forecast)


def judgement(verdict: Verdict, **facts: Any) -> Judgement:
    told: dict[str, Any] = {
        "rule": f"anthropic.{verdict}",
        "retry": DEFAULT_RETRY[verdict],
        "observed_at": None if verdict is Verdict.UNKNOWN else before(seconds=38),
    }
    return Judgement(verdict=verdict, **(told | facts))


def lane(
    credential: str,
    model: str,
    shape: str,
    judged: Judgement | Verdict,
    *,
    client: Client = Client.DIRECT,
    provider: str = "anthropic",
    since: datetime | None = None,
) -> LaneView:
    told = judgement(judged) if isinstance(judged, Verdict) else judged
    seen = told.observed_at is not None
    return LaneView(
        Lane(credential, provider, model, shape, client),
        told,
        since=since or (before(minutes=10) if seen else None),
        next_look_at=after(minutes=2) if seen else None,
        next_look_cost=Cost(9, 1),
        cost=Cost(9, 1, Decimal("0.000015")) if seen else None,
        latency_ms=210 if seen else None,
    )


def credential(name: str, plan: str | None = "max_20x", **facts: Any) -> Credential:
    told: dict[str, Any] = {
        "provider": "anthropic",
        "kind": Kind.OAUTH,
        "source": "claude-code",
        "found_in": ("Claude Code",),
        "expires_at": after(hours=6),
    }
    return Credential(name=name, plan=plan, **(told | facts))


def view(who: Credential, lanes: tuple[LaneView, ...] = (), **facts: Any) -> CredentialView:
    told: dict[str, Any] = {
        "consent": True,
        "tokens_today": 61,
        "daily_budget": 20_000,
        "cost_per_day": Cost(320, 28),
    }
    return CredentialView(credential=who, lanes=lanes, **(told | facts))


def matrix(name: str, rows: dict[str, str], *, provider: str = "anthropic") -> tuple[LaneView, ...]:
    """`{model: "open gated official:open"}`: a word per shape, plain then tools."""
    lanes = []
    for model, said in rows.items():
        shapes = iter(("plain", "tools"))
        for word in said.split():
            official, _, slug = word.rpartition(":")
            shape, client = ("plain", Client.OFFICIAL) if official else (next(shapes), Client.DIRECT)
            lanes.append(lane(name, model, shape, Verdict(slug), client=client, provider=provider))
    return tuple(lanes)


def gate(*, confirmed: bool = True) -> Judgement:
    return judgement(
        Verdict.GATED,
        rule="anthropic.gated.out_of_extra_usage",
        reason="out_of_extra_usage",
        summary=GATE_SENTENCE,
        options=GATE_OPTIONS,
        confirmed=confirmed,
        evidence=Evidence(
            status=400,
            error_type="invalid_request_error",
            message=GATE_MESSAGE,
            request_id="req_011CVBk7fYq3mZt8sLhWnR2x",
            headers=(("x-should-retry", "false"),),
        ),
    )


def with_gates(lanes: tuple[LaneView, ...], told: Judgement) -> tuple[LaneView, ...]:
    return tuple(
        replace(one, judgement=told) if one.judgement.verdict is Verdict.GATED else one for one in lanes
    )


def gated_max() -> CredentialView:
    rows = {HAIKU: "open gated official:open", SONNET: "open gated official:open"}
    lanes = with_gates(matrix("max", rows), gate())
    lanes = tuple(
        replace(one, next_look_at=after(minutes=30)) if one.judgement.verdict is Verdict.GATED else one
        for one in lanes
    )
    windows = (
        window("5h", 0.03, after(hours=1, minutes=48), lasts=True),
        window("7d", 0.0, after(days=4, hours=3), lasts=True),
    )
    return view(credential("max"), lanes, windows=windows, overage=OFF)


def spent_work() -> CredentialView:
    told = judgement(
        Verdict.SPENT,
        rule="anthropic.spent.window",
        reason="5h",
        until=after(hours=2),
        summary="The 5h window is used up (101 %). It opens again by itself at 16:12.",
        options=("Wait until 16:12.", "Move the agent to another credential."),
        evidence=Evidence(
            429,
            "rate_limit_error",
            "This request would exceed your account's rate limit. Please try again later.",
            "req_011CVBm2",
            (
                ("anthropic-ratelimit-unified-5h-status", "rejected"),
                ("anthropic-ratelimit-unified-5h-utilization", "1.01"),
                ("retry-after", "7200"),
            ),
        ),
    )
    lanes = matrix("work", {HAIKU: "spent spent official:unknown", SONNET: "spent spent official:unknown"})
    implied = replace(told, inferred_from=f"work/{HAIKU}/plain/direct")
    lanes = tuple(
        replace(one, judgement=told if number == 0 else implied)
        if one.judgement.verdict is Verdict.SPENT
        else one
        for number, one in enumerate(lanes)
    )
    windows = (
        window("5h", 1.01, after(hours=2), status="rejected"),
        window("7d", 0.42, after(days=3, hours=20), empty_at=after(days=1, hours=18, minutes=48)),
    )
    who = credential("work", "pro", source="hermes:work", found_in=("Hermes pool",))
    return view(who, lanes, windows=windows, overage=replace(OFF, reason="org_level_disabled"))


def paid_team() -> CredentialView:
    told = judgement(
        Verdict.PAID,
        rule="anthropic.paid.in_use",
        summary="It serves, and every request is billed to extra usage: the 5h window is used up.",
        options=("Wait for the reset at 15:10.", "Turn extra usage off to be refused instead of billed."),
        evidence=Evidence(200, headers=(("anthropic-ratelimit-unified-overage-in-use", "true"),)),
    )
    lanes = matrix("team", {SONNET: "paid paid", OPUS: "paid paid"})
    lanes = tuple(replace(one, judgement=told) for one in lanes)
    pool = Overage(
        status="allowed",
        in_use=True,
        utilization=0.42,
        used=Money(Decimal("21.07"), "USD"),
        limit=Money(Decimal(50), "USD"),
    )
    windows = (
        window("5h", 1.0, after(minutes=58), status="rejected"),
        window("7d", 0.77, after(days=2), lasts=True),
    )
    return view(credential("team", "team"), lanes, windows=windows, overage=pool)


def near_pro() -> CredentialView:
    lanes = matrix("nightly", {HAIKU: "near_limit near_limit", SONNET: "near_limit near_limit"})
    windows = (
        window("5h", 0.93, after(minutes=41), status="allowed_warning", empty_at=after(minutes=22)),
        window("7d", 0.61, after(days=5), lasts=True),
        window("7d_sonnet", 0.2, after(days=5), model="Sonnet", lasts=True),
    )
    return view(
        credential(
            "nightly",
            "max_5x",
            source="env:CLAUDE_CODE_OAUTH_TOKEN",
            found_in=("CLAUDE_CODE_OAUTH_TOKEN",),
            kind=Kind.SETUP_TOKEN,
        ),
        lanes,
        windows=windows,
        overage=Overage("rejected", "overage_not_provisioned"),
    )


def bare_429() -> CredentialView:
    told = judgement(
        Verdict.GATED,
        rule="anthropic.gated.bare_429",
        reason="bare_429",
        confirmed=False,
        summary="A 429 without any limit in it, while a smaller model is served: it looks like a refusal.",
        options=("Wait for the second look.",),
        evidence=Evidence(429, "rate_limit_error", "Error", "req_011CVC"),
    )
    lanes = with_gates(matrix("side", {HAIKU: "open open", SONNET: "gated gated", OPUS: "gated gated"}), told)
    windows = (window("5h", 0.09, after(hours=4), lasts=True), window("7d", 0.16, after(days=6), lasts=True))
    return view(
        credential("side", "max_5x"), lanes, windows=windows, overage=Overage("rejected", "out_of_credits")
    )


def expired() -> CredentialView:
    told = judgement(
        Verdict.UNAUTHORIZED,
        reason="expired",
        summary="The login has expired. Open Claude Code once; it renews its own login.",
        options=("Open Claude Code once.",),
        evidence=Evidence(401, "authentication_error", "OAuth token has expired.", "req_011CVD"),
    )
    lanes = tuple(lane("old", SONNET, shape, told) for shape in ("plain", "tools"))
    return view(
        credential("old", "pro", expires_at=before(hours=9)),
        lanes,
        trouble="The login expired 9 h ago: open Claude Code once.",
        tokens_today=0,
    )


def router() -> CredentialView:
    lanes = matrix("router", {"anthropic/claude-sonnet-4.6": "open open"}, provider="openrouter")
    who = credential(
        "router",
        None,
        provider="openrouter",
        kind=Kind.API_KEY,
        source="env:OPENROUTER_API_KEY",
        found_in=("OPENROUTER_API_KEY",),
        expires_at=None,
    )
    balance = Balance(Money(Decimal(5), "USD"), Money(Decimal(20), "USD"), "monthly")
    return view(who, lanes, balance=balance, tokens_today=12)


def fresh() -> CredentialView:
    lanes = matrix("spare", {HAIKU: "unknown unknown", SONNET: "unknown unknown"})
    who = credential(
        "spare", None, kind=Kind.API_KEY, source="keyring", found_in=("keyring",), expires_at=None
    )
    return view(who, lanes, consent=False, tokens_today=0, cost_per_day=Cost(40, 8, Decimal("0.0002")))


def board(*views: CredentialView, **facts: Any) -> Board:
    told: dict[str, Any] = {
        "tokens_today": sum(one.tokens_today for one in views),
        "next_look_at": after(minutes=2) if views else None,
    }
    return Board(at=NOW, credentials=views, **(told | facts))


def fleet() -> Board:
    return board(gated_max(), spent_work(), paid_team(), near_pro(), bare_429(), expired(), router(), fresh())


def tools_gated() -> Board:
    return board(gated_max())


def all_well() -> Board:
    return board(serving("max", "max_20x", 0.31, 0.12), serving("work", "pro", 0.58, 0.44))


def serving(name: str, plan: str, five: float, seven: float) -> CredentialView:
    told = judgement(
        Verdict.OPEN, summary="It serves on the plan.", evidence=Evidence(200, request_id="req_011CVE")
    )
    lanes = tuple(
        replace(one, judgement=told)
        for one in matrix(name, {HAIKU: "open open official:open", SONNET: "open open official:open"})
    )
    windows = (
        window("5h", five, after(hours=3, minutes=5), lasts=True),
        window("7d", seven, after(days=2, hours=7), lasts=True),
    )
    return view(credential(name, plan), lanes, windows=windows, overage=OFF)


def stale() -> Board:
    old = before(hours=3)
    told = judgement(Verdict.UNKNOWN, stale=True, was=Verdict.OPEN, observed_at=old, rule="stale")
    gone = judgement(Verdict.UNKNOWN, stale=True, was=Verdict.GATED, observed_at=old, rule="stale")
    one = serving("max", "max_20x", 0.31, 0.12)
    lanes = tuple(
        replace(part, judgement=gone if part.lane.shape == "tools" else told, next_look_at=after(minutes=4))
        for part in one.lanes
    )
    windows = (
        window("5h", 0.31, before(minutes=12), seen=old, stale=True),
        window("7d", 0.12, after(days=2, hours=7), seen=old, stale=True),
    )
    return board(replace(one, lanes=lanes, windows=windows, overage=None))


def trouble() -> Board:
    return board(
        expired(),
        view(
            credential("half", None),
            (),
            trouble="Claude Code's file is half written: it is read again in a moment.",
            tokens_today=0,
        ),
        serving("work", "pro", 0.58, 0.44),
        trouble="The store cannot be written: the disk is full. What you see is not kept.",
    )


def no_network() -> Board:
    told = judgement(
        Verdict.UNAVAILABLE,
        reason="dns",
        summary="The name api.anthropic.com cannot be resolved: this machine seems to be offline.",
        options=("Check the network; the lanes are asked again by themselves.",),
    )
    views = []
    for one in all_well().credentials:
        lanes = tuple(replace(part, judgement=told) for part in one.lanes)
        windows = tuple(
            replace(part, sighting=replace(part.sighting, observed_at=before(minutes=25)))
            for part in one.windows
        )
        views.append(replace(one, lanes=lanes, windows=windows))
    return board(*views)


def first_run() -> Board:
    unseen = [
        (credential("max"), Cost(320, 28)),
        (
            credential(
                "work", "pro", source="hermes:work", found_in=("Hermes pool", "CLAUDE_CODE_OAUTH_TOKEN")
            ),
            Cost(320, 28),
        ),
        (
            credential("spare", None, kind=Kind.API_KEY, source="keyring", found_in=("keyring",)),
            Cost(40, 8, Decimal("0.0002")),
        ),
    ]
    views = [
        view(
            who,
            matrix(who.name, {HAIKU: "unknown unknown"}),
            consent=False,
            tokens_today=0,
            cost_per_day=cost,
        )
        for who, cost in unseen
    ]
    broken = view(
        credential("old", "pro"),
        (),
        consent=False,
        trouble="The login expired 9 h ago: open Claude Code once.",
        tokens_today=0,
    )
    return board(*views, broken, next_look_at=None)


def empty() -> Board:
    return board()


def loading() -> Board:
    lanes = tuple(
        replace(one, next_look_at=NOW)
        for one in matrix("max", {HAIKU: "unknown unknown", SONNET: "unknown unknown"})
    )
    return board(view(credential("max"), lanes, tokens_today=0), next_look_at=NOW)


def watched() -> Board:
    return replace(all_well(), watched_elsewhere=True, next_look_at=None)


def crowd() -> Board:
    """More credentials than any screen shows at once."""
    return board(*(serving(f"account-{number:02}", "pro", number / 32, number / 64) for number in range(30)))


def hostile() -> Board:
    """Every text that comes from outside tries to break the screen."""
    nasty = (
        "[red]x[/] [/v1/messages] \x1b[31m\x07\r\n\u202eevil\u2066 \u200b wide 漢字 [link='x']" + "A" * 10_000
    )
    told = judgement(
        Verdict.GATED,
        reason=nasty,
        rule=nasty,
        summary=nasty,
        options=(nasty, nasty),
        inferred_from=nasty,
        evidence=Evidence(400, nasty, nasty, nasty, ((nasty, nasty),)),
    )
    who = credential(nasty, nasty, found_in=(nasty, nasty), source=nasty, provider=nasty, base_url=nasty)
    lanes = (lane(nasty, nasty, nasty, told, provider=nasty), lane(nasty, HAIKU, "plain", Verdict.OPEN))
    windows = (window(nasty, 0.5, after(hours=1)), window("7d_x", 0.5, after(hours=1), model=nasty))
    one = view(who, lanes, windows=windows, overage=Overage("rejected", nasty), trouble=nasty)
    return board(one, serving("work", "pro", 0.58, 0.44), trouble=nasty)


def profile(name: str, seen: LaneView | None = None, **facts: Any) -> ProfileView:
    told: dict[str, Any] = {"price": Price.PLAN}
    if seen is not None:
        told |= {
            "lane": seen.lane,
            "judgement": seen.judgement,
            "since": seen.since,
            "model": seen.lane.model,
            "provider": seen.lane.provider,
        }
    return ProfileView(name, **(told | facts))


def agent(name: str, *profiles: ProfileView, **facts: Any) -> AgentView:
    """The first profile is the one that it is on."""
    first = replace(profiles[0], active=True) if profiles else None
    told: dict[str, Any] = {
        "title": name.replace("-", " ").title(),
        "home": f"/home/mia/.{name}",
        "now": first,
        "profiles": (first, *profiles[1:]) if first else (),
    }
    return AgentView(name, **(told | facts))


def lane_on(views: tuple[CredentialView, ...], key: str) -> LaneView:
    return next(one for view in views for one in view.lanes if one.lane.id == key)


def with_agents(count: int = 3) -> Board:
    """A gated Hermes, an OpenClaw that serves, and a Claude Code without anything left."""
    views = (gated_max(), spent_work(), router())
    gated = profile("max", lane_on(views, f"max/{SONNET}/tools/direct"))
    routed = profile(
        "openrouter", lane_on(views, "router/anthropic/claude-sonnet-4.6/tools/direct"), price=Price.METERED
    )
    spent = profile("work", lane_on(views, f"work/{SONNET}/tools/direct"))
    keyless = profile(
        "codex",
        model="gpt-5",
        trouble="Its key is missing: `codex login` puts it there.",
        price=Price.UNKNOWN,
    )
    agents = (
        agent("hermes", gated, routed, spent, keyless, running=True),
        agent("openclaw", routed, gated, running=False),
        agent("claude-code", spent),
    )
    return board(*views, agents=agents[:count])


def hostile_agents() -> Board:
    """Every text of an agent's files tries to break the screen."""
    nasty = "[red]x[/] [/v1] \x1b[31m\x07\r\n\u202eevil\u2066 \u200b wide 漢字 [link='x']" + "A" * 3_000
    known = hostile()
    seen = known.credentials[0].lanes[0]
    bad = profile(nasty, seen, model=nasty)
    return replace(
        known,
        agents=(
            agent(nasty, bad, profile(nasty + "2", known.credentials[1].lanes[1])),
            agent("unread", trouble=nasty),
            agent("broken", profile("one", trouble=nasty)),
        ),
    )


STATES: dict[str, Callable[[], Board]] = {
    "fleet": fleet,
    "tools-gated": tools_gated,
    "all-well": all_well,
    "stale": stale,
    "trouble": trouble,
    "no-network": no_network,
    "first-run": first_run,
    "empty": empty,
    "loading": loading,
    "watched": watched,
    "crowd": crowd,
    "hostile": hostile,
    "agents": with_agents,
    "one-agent": lambda: with_agents(1),
    "hostile-agents": hostile_agents,
}
