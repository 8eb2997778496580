"""Which key OpenClaw sends, and never one to another provider's host."""

import itertools
import json
import random

from quotaboard.agents import facade, openclaw
from quotaboard.domain.agent import Refusal, RefusalKind, Route, SwitchPlan
from quotaboard.domain.secret import Secret
from tests.agents.conftest import Around, Lay
from tests.agents.openclaw_home import CONFIG, refused, state_of


def test_a_variable_goes_before_a_key_in_the_config_but_only_for_a_provider_that_it_knows(
    around: Around, lay: Lay
) -> None:
    providers = {name: {"apiKey": "sk-inline", "models": [{"id": "m"}]} for name in ("openrouter", "relay")}
    lay(
        ".openclaw/openclaw.json",
        {"agents": {"defaults": {"model": "relay/m"}}, "models": {"providers": providers}},
    )
    here = around(environment={"OPENROUTER_API_KEY": "sk-env", "RELAY_API_KEY": "sk-env"})
    routes = {each.name: each.route for each in state_of(here).profiles}
    prints = {name: route.key.fingerprint for name, route in routes.items() if route.key}
    assert prints == {
        "openrouter/m": Secret("sk-env").fingerprint,
        "relay/m": Secret("sk-inline").fingerprint,
    }
    assert routes["openrouter/m"].model == "openrouter/m"


def test_a_variable_is_not_sent_to_an_endpoint_that_has_a_key_of_its_own(around: Around, lay: Lay) -> None:
    entry = {"baseUrl": "https://relay.invalid/v1", "apiKey": "sk-relay", "models": [{"id": "m"}]}
    lay(
        ".openclaw/openclaw.json",
        {"agents": {"defaults": {"model": "a/b"}}, "models": {"providers": {"openrouter": entry}}},
    )
    refusal = refused("openrouter/m", around(environment={"OPENROUTER_API_KEY": "sk-or-v1-x"}))
    assert refusal.kind is RefusalKind.LACKING
    assert (
        "OPENROUTER_API_KEY beats the key that is written beside https://relay.invalid/v1" in refusal.sentence
    )
    assert isinstance(facade.plan_switch("openclaw", "openrouter/m", around()), SwitchPlan)


def test_a_missing_key_is_said_with_the_command_that_mends_it(around: Around, lay: Lay) -> None:
    lay(".openclaw/openclaw.json", CONFIG)
    assert "RELAY_KEY is not set here" in refused("relay/m-ok", around()).sentence
    assert "paste-api-key --provider openrouter" in refused("openrouter/auto", around()).sentence


def test_a_key_is_not_sent_to_another_providers_host(around: Around, lay: Lay) -> None:
    text = CONFIG.replace("http://127.0.0.1:8080/v1", "https://openrouter.ai/api/v1")
    lay(".openclaw/openclaw.json", text)
    refusal = refused("relay/m-ok", around(environment={"RELAY_KEY": "sk-ant-api03-" + "x" * 40}))
    assert refusal.kind is RefusalKind.LEAK
    assert "would send a key of anthropic to openrouter" in refusal.sentence


HOSTS = [
    "http://127.0.0.1:1/v1",
    "https://openrouter.ai/api/v1",
    "https://relay.invalid",
    "https://api.anthropic.com",
    None,
]
KEYS = ["sk-ant-api03-" + "a" * 30, "sk-or-v1-" + "b" * 30, "sk-plain-" + "c" * 30]
OWNERS = {"sk-ant": "anthropic", "sk-or-": "openrouter"}


def some_config(dice: random.Random) -> dict[str, object]:
    names = ["relay", "second", "anthropic", "openrouter"]
    providers = {}
    for name in dice.sample(names, dice.randrange(1, 5)):
        entry: dict[str, object] = {"apiKey": dice.choice(KEYS), "models": [{"id": "m"}, {"id": "n"}]}
        host = dice.choice(HOSTS)
        if host or name in ("relay", "second"):
            entry["baseUrl"] = host or HOSTS[0]
        providers[name] = entry
    refs = [f"{name}/{model}" for name in providers for model in "mn"]
    model: dict[str, object] = {
        "primary": dice.choice(refs),
        "fallbacks": dice.sample(refs, dice.randrange(len(refs))),
    }
    return {"agents": {"defaults": {"model": model}}, "models": {"providers": providers}}


def test_no_pair_of_profiles_sends_a_key_to_another_providers_host(
    around: Around, lay: Lay, examples: int
) -> None:
    """Whatever is switched to whatever: the key that is written beside an endpoint stays beside it."""
    here, tried = around(), 0
    seeds = max(examples // 100, 3)
    for seed in range(seeds):
        config = some_config(random.Random(seed))
        path = lay(".openclaw/openclaw.json", config)
        names = [each.name for each in state_of(here).profiles]
        for start, goal in itertools.islice(itertools.permutations(names, 2), 12):
            path.write_text(json.dumps(config), encoding="utf-8")
            for name in (start, goal):
                plan = facade.plan_switch("openclaw", name, here)
                if isinstance(plan, Refusal):
                    assert "would send a key of" in plan.sentence
                    continue
                for edit in plan.edits:
                    path.write_bytes(edit.after or b"")
                route = openclaw.verify(plan.home, here)
                assert isinstance(route, Route)
                assert_own_key(config, route)
                written = json.loads(path.read_text())
                assert written["models"] == config["models"]
                model = written["agents"]["defaults"]["model"]
                assert model["primary"] not in model["fallbacks"]
                assert len(set(model["fallbacks"])) == len(model["fallbacks"])
                tried += 1
    assert tried > 8 * seeds


def assert_own_key(config: dict[str, object], route: Route) -> None:
    entry = config["models"]["providers"][route.native]  # type: ignore[index]
    assert route.key is not None
    assert route.key.fingerprint == Secret(entry["apiKey"]).fingerprint
    assert route.base_url == entry.get("baseUrl")
    owner = OWNERS.get(entry["apiKey"][:6])
    for host, name in (("openrouter.ai", "openrouter"), ("anthropic.com", "anthropic")):
        at_host = host in (route.base_url or "") or (route.base_url is None and route.provider == name)
        assert not (at_host and owner not in (None, name))
