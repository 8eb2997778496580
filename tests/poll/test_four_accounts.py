"""Four accounts on one server, sixteen lanes: every cause is named in at most twelve requests."""

from collections.abc import Callable
from itertools import permutations

import pytest

from quotaboard.poll.once import refresh
from quotaboard.simulator import SimulatedProvider, parse_scenario
from tests.poll.conftest import Bench
from tests.poll.servers import (
    BARE_429,
    GATE,
    LARGE,
    SMALL,
    Answering,
    Asked,
    Reply,
    answering_server,
    limits,
    refused,
    served,
)

AT_MOST = 12
OURS = "quotaboard/"
NAMES = ("gated", "models", "spent", "healthy")

SCENARIO = """
title = "Four accounts"
about = "One of each."

[[accounts]]
name = "gated"
token = "sk-ant-oat01-demo-four-gated"
kind = "{kind}"
plan = "max_20x"
source = "env"
models = ["claude-haiku-4-5", "claude-sonnet-4-6"]
[accounts.windows]
5h = {{ utilization = 0.03, resets_in = "1h 48m" }}
7d = {{ utilization = 0.0, resets_in = "4d 3h" }}
[accounts.overage]
reason = "org_level_disabled_until"
[[accounts.rules]]
shape = "tools"
client = "third_party"
reply = "out_of_extra_usage"

[[accounts]]
name = "models"
token = "sk-ant-oat01-demo-four-models"
kind = "{kind}"
plan = "max_20x"
source = "env"
models = ["claude-haiku-4-5", "claude-sonnet-4-6"]
[accounts.windows]
5h = {{ utilization = 0.09, resets_in = "3h 20m" }}
7d = {{ utilization = 0.16, resets_in = "5d 2h" }}
[accounts.overage]
reason = "org_level_disabled_until"
[[accounts.rules]]
models = ["claude-sonnet-*"]
client = "third_party"
reply = "bare_429"

[[accounts]]
name = "spent"
token = "sk-ant-oat01-demo-four-spent"
kind = "{kind}"
plan = "pro"
source = "env"
models = ["claude-haiku-4-5", "claude-sonnet-4-6"]
[accounts.windows]
5h = {{ utilization = 1.01, resets_in = "2h" }}
7d = {{ utilization = 0.42, resets_in = "3d 20h" }}

[[accounts]]
name = "healthy"
token = "sk-ant-oat01-demo-four-healthy"
kind = "{kind}"
plan = "max_5x"
source = "env"
models = ["claude-haiku-4-5", "claude-sonnet-4-6"]
[accounts.windows]
5h = {{ utilization = 0.2, resets_in = "2h" }}
7d = {{ utilization = 0.3, resets_in = "3d" }}
"""

CAUSES = {
    f"gated/{SMALL}/tools": ("gated", "out_of_extra_usage"),
    f"gated/{SMALL}/plain": ("open", None),
    f"gated/{LARGE}/tools": ("gated", "out_of_extra_usage"),
    f"gated/{LARGE}/plain": ("open", None),
    f"models/{SMALL}/tools": ("open", None),
    f"models/{SMALL}/plain": ("open", None),
    f"models/{LARGE}/tools": ("gated", "bare_429"),
    f"models/{LARGE}/plain": ("gated", "bare_429"),
    **{f"spent/{model}/{shape}": ("spent", "5h") for model in (SMALL, LARGE) for shape in ("tools", "plain")},
    **{
        f"healthy/{model}/{shape}": ("open", None) for model in (SMALL, LARGE) for shape in ("tools", "plain")
    },
}


def causes(bench: Bench) -> dict[str, tuple[str, str | None]]:
    return {
        lane.lane.id.removesuffix("/direct"): (lane.judgement.verdict.value, lane.judgement.reason)
        for lane in bench.board().lanes
    }


@pytest.mark.parametrize("kind", ["oauth", "setup_token"])
async def test_every_cause_is_named_on_the_right_lanes_in_few_requests(
    bench: Bench, simulated: Callable[..., SimulatedProvider], kind: str
) -> None:
    server = simulated(parse_scenario(SCENARIO.format(kind=kind), "four.toml"))

    assert await refresh(bench.store, bench.config, bench.place, bench.clock.now)

    assert causes(bench) == CAUSES
    assert len(server.requests) <= 10
    assert all(request.user_agent.startswith(OURS) for request in server.requests)
    assert all(request.max_tokens == 1 for request in server.requests)


async def test_an_implied_lane_says_whose_answer_implies_it(
    bench: Bench, simulated: Callable[..., SimulatedProvider]
) -> None:
    server = simulated(parse_scenario(SCENARIO.format(kind="oauth"), "four.toml"))

    await refresh(bench.store, bench.config, bench.place, bench.clock.now)

    asked = {(one.account, one.model, "tools" if one.tools else "plain") for one in server.requests}
    for lane in bench.board().lanes:
        was_asked = (lane.lane.credential, lane.lane.model, lane.lane.shape) in asked
        source = lane.judgement.inferred_from
        assert (source is None) == was_asked
        assert source is None or source.startswith(f"{lane.lane.credential}/")
        assert source != lane.lane.id


@pytest.mark.parametrize("order", list(permutations(NAMES))[::9])
async def test_the_order_of_the_config_does_not_matter(
    bench: Bench, simulated: Callable[..., SimulatedProvider], order: tuple[str, ...]
) -> None:
    server = simulated(parse_scenario(SCENARIO.format(kind="oauth"), "four.toml"))
    bench.entries.sort(key=lambda entry: order.index(entry.name))

    await refresh(bench.store, bench.config, bench.place, bench.clock.now)

    assert causes(bench) == CAUSES
    assert len(server.requests) <= 10


def account(asked: Asked) -> str:
    return next(name for name in NAMES if name in asked.token)


def usual(asked: Asked) -> Reply:
    """What the four accounts answer to inference."""
    match account(asked), asked.model, asked.has_tools:
        case ("gated", _, True):
            return GATE
        case ("models", "claude-sonnet-4-6", _):
            return BARE_429
        case ("spent", _, _):
            return refused(
                429,
                "rate_limit_error",
                "This request would exceed your account's rate limit. Please try again later.",
                **limits("rejected", w5h=1.0, w7d=0.5),
            )
        case _:
            return served(asked.model, w5h=0.1, w7d=0.2)


def without_windows_on_errors(asked: Asked) -> Reply:
    reply = usual(asked)
    return reply if reply.status == 200 else Reply(reply.status, reply.body)


def without_any_windows(asked: Asked) -> Reply:
    reply = usual(asked)
    return Reply(reply.status, reply.body)


def gate_by_429(asked: Asked) -> Reply:
    return BARE_429 if account(asked) == "gated" and asked.has_tools else usual(asked)


def gate_on_the_large_model_alone(asked: Asked) -> Reply:
    is_small = account(asked) == "gated" and asked.model == SMALL
    return served(asked.model, w5h=0.1) if is_small else usual(asked)


def large_model_gated_by_400(asked: Asked) -> Reply:
    return GATE if account(asked) == "models" and asked.model == LARGE else usual(asked)


def spent_without_a_sentence(asked: Asked) -> Reply:
    """Headers alone tell it."""
    reply = usual(asked)
    body = {"type": "error", "error": {"type": "rate_limit_error", "message": "Error"}}
    return Reply(429, body, reply.headers) if account(asked) == "spent" else reply


def windows_on_every_error(asked: Asked) -> Reply:
    reply = usual(asked)
    told = limits("allowed", w5h=0.1, w7d=0.2) if account(asked) == "gated" else {}
    return Reply(reply.status, reply.body, {**told, **reply.headers})


@pytest.mark.parametrize(
    "answer",
    [
        usual,
        without_windows_on_errors,
        without_any_windows,
        gate_by_429,
        gate_on_the_large_model_alone,
        large_model_gated_by_400,
        spent_without_a_sentence,
        windows_on_every_error,
    ],
)
@pytest.mark.parametrize("source", ["env", "claude-code"])
async def test_servers_may_differ_in_what_they_tell(bench: Bench, answer: Answering, source: str) -> None:
    def reply(asked: Asked) -> Reply:
        return answer(asked) if asked.path == "/v1/messages" else refused(404, "not_found_error", "Not found")

    async with answering_server(reply) as server:
        for name in NAMES:
            bench.add(name, server.base_url)
        if source == "claude-code":
            bench.log_in_to_claude_code("healthy")

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        seen = {lane: verdict for lane, (verdict, _) in causes(bench).items()}
        expected = {lane: verdict for lane, (verdict, _) in CAUSES.items()}
        if answer is gate_on_the_large_model_alone:
            expected[f"gated/{SMALL}/tools"] = "open"
        assert seen == expected
        assert len(server.asked) <= AT_MOST
        assert all(one.headers["user-agent"].startswith(OURS) for one in server.asked)


async def test_no_usage_endpoint_is_asked_where_probes_bring_the_windows(bench: Bench) -> None:
    async with answering_server(usual) as server:
        for name in NAMES:
            bench.add(name, server.base_url)
        bench.log_in_to_claude_code("healthy")

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert {one.path for one in server.asked} == {"/v1/messages"}


async def test_an_account_that_refuses_everything_without_a_word_is_not_asked_through(bench: Bench) -> None:
    def reply(asked: Asked) -> Reply:
        return BARE_429 if account(asked) == "spent" else usual(asked)

    async with answering_server(reply) as server:
        for name in NAMES:
            bench.add(name, server.base_url)

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert len(server.asked) <= AT_MOST
        assert {verdict for lane, (verdict, _) in causes(bench).items() if lane.startswith("spent")} == {
            "unknown"
        }


async def test_the_meters_of_a_login_explain_what_no_answer_does(bench: Bench) -> None:
    usage = {
        "five_hour": {"utilization": 100, "resets_at": "2026-11-20T06:12:00Z"},
        "seven_day": {"utilization": 40, "resets_at": "2026-11-24T06:00:00Z"},
    }

    def reply(asked: Asked) -> Reply:
        return BARE_429 if asked.path == "/v1/messages" else Reply(200, usage)

    async with answering_server(reply) as server:
        bench.add("spent", server.base_url)
        bench.log_in_to_claude_code("spent")

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert {verdict for verdict, _ in causes(bench).values()} == {"spent"}
        assert len(server.asked) <= 3
