"""Which lane each route of an agent stands on."""

from dataclasses import replace

import pytest

from quotaboard.config.values import CredentialEntry
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    Home,
    Key,
    Origin,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    Running,
)
from quotaboard.domain.board import Price
from quotaboard.domain.lane import PLAIN, Credential, Kind
from quotaboard.poll.routing import Finders, Routed, price_of, route_agents, same_address
from quotaboard.poll.watching import Watched
from quotaboard.providers import registry

MODEL = "claude-sonnet-4-6"
PUBLIC = "https://api.anthropic.com"


def watched(
    name: str, kind: Kind = Kind.OAUTH, base_url: str = PUBLIC, provider: str = "anthropic"
) -> Watched:
    entry = CredentialEntry(name, f"env:{name.upper()}", provider, probe=True)
    fingerprint = None if kind is Kind.NONE else f"sha256:{name}"
    credential = Credential(name, provider, kind, entry.source, fingerprint=fingerprint)
    return Watched(entry, credential, (), base_url, registry.provider(provider))


def route(
    name: str, base_url: str | None = None, model: str | None = MODEL, kind: Kind = Kind.OAUTH
) -> Route:
    return Route("anthropic", model, base_url, key=Key(name, f"sha256:{name}", kind))


def state(sends: Route, *others: Profile, agent: str = "hermes") -> AgentState:
    active = Profile("now", sends, Origin.ACTIVE, active=True)
    running = Running(Activity.RUNNING)
    return AgentState(Home(agent, "/home/x"), sends, sends, profiles=(active, *others), running=running)


def routed(
    *states: AgentState,
    credentials: tuple[Watched, ...] = (),
    found: Watched | None = None,
    followed: tuple[str, ...] = (),
) -> Routed:
    def elsewhere(one: Watched, address: str) -> Watched:
        name = f"{one.name}@there"
        entry = replace(one.entry, name=name, base_url=address, probe=False)
        return replace(one, entry=entry, lanes=(), base_url=address)

    finders = Finders(lambda _route: found, elsewhere)
    return route_agents(
        states, {"hermes": "Hermes"}, credentials, finders, lambda _agent, profile: profile in followed
    )


def test_the_lane_that_an_agent_uses_joins_with_a_plain_one_to_isolate_its_refusals() -> None:
    result = routed(state(route("max")), credentials=(watched("max"),))
    (one,) = result.watched
    assert [lane.id for lane in one.lanes] == [f"max/{MODEL}/tools/direct", f"max/{MODEL}/plain/direct"]
    assert one.used == {f"max/{MODEL}/tools/direct"}
    assert one.spare == {f"max/{MODEL}/plain/direct"}
    (agent,) = result.agents
    assert agent.lane == one.lanes[0]
    assert (agent.active, agent.running, agent.title) == ("now", True, "Hermes")


def test_an_agent_that_sends_no_tools_is_judged_by_the_plain_lane() -> None:
    result = routed(replace(state(route("max")), shape=PLAIN), credentials=(watched("max"),))
    (one,) = result.watched
    assert [lane.id for lane in one.lanes] == [f"max/{MODEL}/plain/direct"]
    assert one.used == {f"max/{MODEL}/plain/direct"}


def test_a_profile_that_nobody_uses_is_there_and_asked_only_on_a_wish() -> None:
    other = Profile("other", route("work"), Origin.OWN)
    result = routed(state(route("max"), other), credentials=(watched("max"), watched("work")))
    work = result.watched[1]
    assert [lane.id for lane in work.lanes] == [f"work/{MODEL}/tools/direct"]
    assert work.spare == {f"work/{MODEL}/tools/direct"}
    assert work.used == frozenset()


def test_a_profile_of_our_own_config_is_watched() -> None:
    other = Profile("other", route("work"), Origin.GIVEN)
    result = routed(
        state(route("max"), other), credentials=(watched("max"), watched("work")), followed=("other",)
    )
    assert result.watched[1].spare == {f"work/{MODEL}/plain/direct"}


def test_what_one_agent_uses_another_ones_profile_does_not_take_away() -> None:
    other = Profile("other", route("max"), Origin.OWN)
    result = routed(
        state(route("work"), other),
        state(route("max"), agent="codex"),
        credentials=(watched("max"), watched("work")),
    )
    assert f"max/{MODEL}/tools/direct" in result.watched[0].used
    assert f"max/{MODEL}/tools/direct" not in result.watched[0].spare


def test_the_key_that_is_really_sent_decides_not_the_one_that_is_configured() -> None:
    told = replace(state(route("max")), configured=route("work"))
    result = routed(told, credentials=(watched("work"), watched("max")))
    assert result.agents[0].lane is not None
    assert result.agents[0].lane.credential == "max"


def test_a_key_that_nobody_watches_is_found_or_the_lane_is_not_known() -> None:
    assert routed(state(route("new"))).agents[0].lane is None
    result = routed(state(route("new")), found=watched("new"))
    assert result.agents[0].lane is not None
    assert [one.name for one in result.watched] == ["new"]


def test_a_key_that_goes_to_another_address_is_a_credential_of_its_own_without_consent() -> None:
    proxied = route("max", "https://proxy.example/anthropic")
    result = routed(state(proxied), credentials=(watched("max"),))
    assert result.agents[0].lane is not None
    assert result.agents[0].lane.credential == "max@there"
    assert (result.watched[1].base_url, result.watched[1].entry.probe) == (
        "https://proxy.example/anthropic",
        False,
    )
    assert result.watched[0].lanes == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, PUBLIC, True),
        (f"{PUBLIC}/v1", PUBLIC, True),
        ("https://openrouter.ai/api", "https://openrouter.ai/api/v1", True),
        ("https://proxy.example", PUBLIC, False),
        ("http://127.0.0.1:1/v1", "http://127.0.0.1:1", True),
        ("http://127.0.0.1:1/x/anthropic", "http://127.0.0.1:1", False),
        ("http://127.0.0.1:2", "http://127.0.0.1:1", False),
        ("http://[", PUBLIC, False),
    ],
)
def test_addresses_that_are_one_place(one: str | None, other: str | None, same: bool) -> None:
    assert same_address(one, other) is same


def test_a_server_without_keys_is_known_by_its_address() -> None:
    local = watched("local", Kind.NONE, "http://127.0.0.1:11434", "ollama")
    keyless = Route("ollama", "llama", "http://127.0.0.1:11434/v1", key=Key("none", None, Kind.NONE))
    result = routed(state(keyless), credentials=(watched("max"), local))
    assert result.agents[0].lane is not None
    assert result.agents[0].lane.credential == "local"
    assert result.agents[0].now is not None
    assert result.agents[0].now.price is Price.FREE


def test_claude_code_on_its_own_login_is_the_official_client() -> None:
    told = state(route("max", model=None), agent="claude-code")
    lane = routed(told, credentials=(watched("max"),)).agents[0].lane
    assert lane is not None
    assert lane.id == "max/default/plain/official"
    (one,) = routed(told, credentials=(watched("max"),)).watched
    assert one.spare == {lane.id}  # a heavy program, which runs when somebody wishes it


def test_claude_code_with_a_key_of_its_own_sends_like_everybody() -> None:
    told = state(route("key", kind=Kind.API_KEY), agent="claude-code")
    lane = routed(told, credentials=(watched("key", Kind.API_KEY),)).agents[0].lane
    assert lane is not None
    assert lane.id == f"key/{MODEL}/tools/direct"


def test_a_route_without_a_model_takes_one_that_the_provider_would() -> None:
    lane = routed(state(route("max", model=None)), credentials=(watched("max"),)).agents[0].lane
    assert lane is not None
    assert lane.model in registry.provider("anthropic").default_models


def test_an_agent_that_cannot_be_read_is_shown_with_its_trouble() -> None:
    broken = Refusal(RefusalKind.BROKEN, "config.yaml:3: not YAML.", "config.yaml", 3)
    result = routed(AgentState(Home("hermes", "/home/x", "work"), None, trouble=broken))
    (agent,) = result.agents
    assert (agent.id, agent.trouble, agent.now, agent.running) == (
        "hermes:work",
        "config.yaml:3: not YAML.",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("kind", "plan", "price"),
    [
        (Kind.NONE, None, Price.FREE),
        (Kind.OAUTH, None, Price.PLAN),
        (Kind.SETUP_TOKEN, None, Price.PLAN),
        (Kind.API_KEY, None, Price.METERED),
        (Kind.API_KEY, "coding", Price.PLAN),
        (Kind.GATEWAY, None, Price.UNKNOWN),
    ],
)
def test_what_a_request_costs_follows_from_its_key(kind: Kind, plan: str | None, price: Price) -> None:
    assert price_of(Credential("a", "x", kind, "env:A", plan=plan), route("a")) is price
