"""Boards for tests and for looking at: each state that the screen was designed for."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from quotaboard.domain.board import (
    Board,
    Cost,
    Price,
)
from quotaboard.domain.judgement import Evidence
from quotaboard.domain.lane import Kind
from quotaboard.domain.reading import Overage
from quotaboard.domain.verdict import Verdict
from tests.tui.accounts import (
    bare_429,
    expired,
    fresh,
    gated_max,
    near_pro,
    paid_team,
    router,
    serving,
    spent_work,
)
from tests.tui.pieces import (
    HAIKU,
    NOW,
    SONNET,
    after,
    agent,
    before,
    board,
    credential,
    judgement,
    lane,
    lane_on,
    matrix,
    profile,
    view,
    window,
)


def fleet() -> Board:
    return board(gated_max(), spent_work(), paid_team(), near_pro(), bare_429(), expired(), router(), fresh())


def tools_gated() -> Board:
    return board(gated_max())


def all_well() -> Board:
    return board(serving("max", "max_20x", 0.31, 0.12), serving("work", "pro", 0.58, 0.44))


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
