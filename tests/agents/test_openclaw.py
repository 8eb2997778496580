"""OpenClaw: found, read with its state, switched whole, and never a key to another's host."""

import itertools
import json
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyjson5
import pytest

from quotaboard.agents import facade, openclaw
from quotaboard.agents.base import Surroundings
from quotaboard.agents.openclaw import state
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    Applied,
    GivenProfile,
    Origin,
    Refusal,
    RefusalKind,
    Route,
    SwitchPlan,
    Undone,
    When,
)
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from tests.agents.conftest import Around, Lay
from tests.agents.openclaw_home import CONFIG, lay_state

RELAY = {"RELAY_KEY": "sk-fake-relay"}


@pytest.fixture
def here(around: Around, lay: Lay, home: Path, recorded: Path) -> Surroundings:
    lay(".openclaw/openclaw.json", CONFIG)
    lay_state(home / ".openclaw", recorded)
    return around(environment=RELAY)


def state_of(around: Surroundings) -> AgentState:
    return openclaw.look(openclaw.homes(around)[0], around)


def planned(name: str, around: Surroundings) -> SwitchPlan:
    plan = facade.plan_switch("openclaw", name, around)
    assert isinstance(plan, SwitchPlan), plan
    return plan


def refused(name: str, around: Surroundings) -> Refusal:
    refusal = facade.plan_switch("openclaw", name, around)
    assert isinstance(refusal, Refusal), refusal
    return refusal


def config_of(around: Surroundings) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    text = (around.home / ".openclaw/openclaw.json").read_text()
    decoded: dict[str, dict[str, dict[str, dict[str, object]]]] = pyjson5.decode(text)
    return decoded


def test_every_home_is_found_and_the_one_in_use_comes_first(around: Around, lay: Lay, home: Path) -> None:
    for folder in (".openclaw", ".openclaw-work", ".openclaw-dev"):
        lay(f"{folder}/openclaw.json", CONFIG)
    assert [each.id for each in openclaw.homes(around())] == ["openclaw", "openclaw:dev", "openclaw:work"]
    work = around(environment={"OPENCLAW_PROFILE": "work"})
    assert [each.id for each in openclaw.homes(work)] == ["openclaw:work", "openclaw:default", "openclaw:dev"]
    moved = around(
        environment={"OPENCLAW_STATE_DIR": "~/elsewhere", "OPENCLAW_CONFIG_PATH": "~/.openclaw/openclaw.json"}
    )
    assert openclaw.homes(moved)[0].path == str(home / "elsewhere")
    assert state_of(moved).configured is not None


def test_no_openclaw_is_no_trouble(around: Around) -> None:
    assert openclaw.homes(around()) == []


def test_it_says_which_login_the_order_in_its_database_chooses(here: Surroundings) -> None:
    seen = state_of(here)
    assert seen.configured is not None
    assert seen.configured.key is not None
    assert (seen.configured.provider, seen.configured.model) == ("anthropic", "claude-sonnet-4-6")
    assert "anthropic:max-sub" in seen.configured.key.place
    assert seen.configured.key.kind is Kind.SETUP_TOKEN
    assert seen.warnings == ()


def test_without_that_order_the_one_of_the_config_counts(
    around: Around, lay: Lay, home: Path, recorded: Path
) -> None:
    lay(".openclaw/openclaw.json", (recorded / "openclaw/files/01_models_set.openclaw.json").read_bytes())
    lay_state(home / ".openclaw", recorded, order=False)
    route = state_of(around()).configured
    assert route is not None
    assert route.key is not None
    assert "anthropic:api-key" in route.key.place


@pytest.mark.parametrize(
    ("case", "login"), [("oc-d04", "anthropic:api-key"), ("oc-d05", "anthropic:max-sub")]
)
def test_the_state_of_older_versions_is_read_too(
    around: Around, lay: Lay, recorded: Path, case: str, login: str
) -> None:
    cases = {
        each["id"]: each["body"]
        for each in json.loads((recorded / "openclaw/auth_state_examples.json").read_text())
    }
    lay(".openclaw/openclaw.json", CONFIG)
    lay(".openclaw/agents/main/agent/auth-profiles.json", cases[case]["json"])
    if case == "oc-d04":
        lay(".openclaw/agents/main/agent/auth-state.json", cases["oc-d03"]["json"])
    route = state_of(around()).configured
    assert route is not None
    assert route.key is not None
    assert login in route.key.place


def test_a_pinned_main_session_is_what_it_really_sends(
    around: Around, lay: Lay, home: Path, recorded: Path
) -> None:
    lay(".openclaw/openclaw.json", CONFIG)
    pins = {"agent:main:main": "relay/m-ok", "agent:main:telegram:1": "relay/m-two"}
    lay_state(home / ".openclaw", recorded, pins=pins)
    seen = state_of(around(environment=RELAY))
    assert seen.configured is not None
    assert seen.sends is not None
    assert (seen.configured.model, seen.sends.model) == ("claude-sonnet-4-6", "m-ok")
    assert "by hand and stays there: type /model default" in seen.warnings[0]
    assert "1 session was given a model by hand" in seen.warnings[1]


def test_what_openclaw_itself_avoids_is_a_warning_while_it_lasts(
    around: Around, lay: Lay, home: Path, recorded: Path
) -> None:
    lay(".openclaw/openclaw.json", CONFIG.replace("anthropic/claude-sonnet-4-6", "lane-credit/m"))
    lay_state(home / ".openclaw", recorded)
    during = datetime.fromtimestamp(1795145300, UTC)
    assert (
        "avoids lane-credit/m until 03:37 UTC (billing)"
        in state_of(replace(around(), now=during)).warnings[0]
    )
    assert state_of(around()).warnings == ()


def test_profiles_come_from_the_config_the_fallbacks_the_logins_and_ours(here: Surroundings) -> None:
    found = {each.name: each for each in state_of(here).profiles}
    assert [name for name, each in found.items() if each.active] == ["anthropic/claude-sonnet-4-6"]
    assert found["relay/m-ok"].origin is Origin.FALLBACK
    assert found["relay/m-two"].origin is Origin.OWN
    assert found["anthropic/claude-sonnet-4-6@anthropic:api-key"].origin is Origin.CREDENTIAL
    relay = found["relay/m-ok"].route
    assert (relay.base_url, relay.api_mode) == ("http://127.0.0.1:8080/v1", "openai-completions")
    assert relay.key is not None
    assert (relay.key.variable, relay.key.fingerprint) == ("RELAY_KEY", Secret("sk-fake-relay").fingerprint)
    assert all(each.trouble is None for each in found.values())


def test_a_switch_writes_primary_and_fallbacks_together_and_the_rest_stays(here: Surroundings) -> None:
    path = here.home / ".openclaw/openclaw.json"
    before = path.read_bytes()
    plan = planned("openrouter/auto", here)
    applied = facade.apply(plan, here)
    assert isinstance(applied, Applied)
    assert applied.verified
    new = config_of(here)
    assert new["agents"]["defaults"]["model"] == {"primary": "openrouter/auto", "fallbacks": ["relay/m-ok"]}
    assert new["agents"]["defaults"]["models"] == {
        "anthropic/claude-sonnet-4-6": {"alias": "sonnet"},
        "openrouter/auto": {},
    }
    text = path.read_text()
    assert all(comment in text for comment in ("// mine", "// the subscription", "// cheap"))
    assert "'openrouter/auto', // the subscription" in text
    assert "does not become a fallback" in plan.warnings[0]
    undone = facade.undo("openclaw", here)
    assert isinstance(undone, Undone)
    assert path.read_bytes() == before


def test_switching_to_the_active_profile_changes_nothing(here: Surroundings) -> None:
    once = planned("relay/m-two", here)
    assert isinstance(facade.apply(once, here), Applied)
    assert planned("relay/m-two", here).edits == ()


def test_another_login_of_the_same_provider_goes_first_in_the_config(
    around: Around, lay: Lay, home: Path, recorded: Path
) -> None:
    lay(".openclaw/openclaw.json", CONFIG)
    lay_state(home / ".openclaw", recorded, order=False)
    here = around(environment=RELAY)
    applied = facade.apply(planned("anthropic/claude-sonnet-4-6@anthropic:api-key", here), here)
    assert isinstance(applied, Applied)
    assert applied.verified
    assert config_of(here)["auth"]["order"]["anthropic"] == ["anthropic:api-key", "anthropic:max-sub"]  # type: ignore[comparison-overlap]


def test_an_order_in_its_database_is_left_to_its_own_command(here: Surroundings) -> None:
    refusal = refused("anthropic/claude-sonnet-4-6@anthropic:api-key", here)
    assert refusal.kind is RefusalKind.OVERRIDDEN
    command = "openclaw models auth order set --provider anthropic anthropic:api-key anthropic:max-sub"
    assert command in refusal.sentence


def test_our_profile_takes_the_login_that_holds_its_credential(
    around: Around, lay: Lay, home: Path, recorded: Path
) -> None:
    lay(".openclaw/openclaw.json", CONFIG)
    lay_state(home / ".openclaw", recorded, order=False)
    key = "sk-ant-api03-FAKE-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    credentials = (
        Credential("console", "anthropic", Kind.API_KEY, "x", fingerprint=Secret(key).fingerprint),
        Credential("other", "anthropic", Kind.API_KEY, "x", fingerprint=Secret("other").fingerprint),
    )
    given = tuple(
        GivenProfile("openclaw", name, "anthropic", "claude-haiku-4-5", name) for name in ("console", "other")
    )
    here = around(own_profiles=given, credentials=credentials)
    applied = facade.apply(planned("console", here), here)
    assert isinstance(applied, Applied)
    assert applied.verified
    refusal = refused("other", here)
    assert refusal.kind is RefusalKind.LACKING
    assert "paste-api-key --provider anthropic" in refusal.sentence


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


def test_a_broken_config_is_named_with_its_line(around: Around, lay: Lay) -> None:
    path = lay(".openclaw/openclaw.json", "{\n agents: {\n")
    seen = state_of(around())
    assert seen.trouble is not None
    assert seen.trouble.sentence.startswith(f"{path}:3: not JSON5")


def test_a_config_made_by_nix_is_left_alone(here: Surroundings) -> None:
    nix = replace(here, environment={**here.environment, "OPENCLAW_NIX_MODE": "1"})
    assert refused("relay/m-ok", nix).kind is RefusalKind.MANAGED


def test_a_model_in_an_included_file_is_changed_there(around: Around, lay: Lay) -> None:
    main = lay(".openclaw/openclaw.json", '{ agents: { $include: "./agents.json5" } }')
    part = lay(".openclaw/agents.json5", "{ defaults: { model: 'a/b' }, /* kept */ }")
    here = around(
        environment={"GROQ_API_KEY": "k"},
        own_profiles=(GivenProfile("openclaw", "c", "groq", "d"),),
    )
    assert isinstance(facade.apply(planned("c", here), here), Applied)
    assert part.read_text() == "{ defaults: { model: 'groq/d' }, /* kept */ }"
    assert "$include" in main.read_text()


def test_a_model_put_together_from_several_files_is_left_alone(around: Around, lay: Lay) -> None:
    lay(".openclaw/openclaw.json", '{ agents: { $include: ["./a.json5"], entries: {} } }')
    lay(".openclaw/a.json5", "{ defaults: { model: 'a/b' } }")
    here = around(
        environment={"GROQ_API_KEY": "k"}, own_profiles=(GivenProfile("openclaw", "c", "groq", "d"),)
    )
    refusal = refused("c", here)
    assert refusal.kind is RefusalKind.UNSUPPORTED
    assert "$include" in refusal.sentence


def test_a_circle_of_included_files_is_a_trouble_and_no_crash(around: Around, lay: Lay) -> None:
    lay(".openclaw/openclaw.json", '{ agents: { $include: "./openclaw.json" } }')
    trouble = state_of(around()).trouble
    assert trouble is not None
    assert "in a circle" in trouble.sentence


def test_an_agent_with_a_model_of_its_own_is_switched_there(around: Around, lay: Lay) -> None:
    config: dict[str, Any] = {
        "agents": {
            "defaults": {"model": "a/b"},
            "entries": {"main": {"model": {"primary": "a/c"}}, "x": {"model": "a/d"}},
        }
    }
    path = lay(".openclaw/openclaw.json", config)
    here = around(environment={"XAI_API_KEY": "k"}, own_profiles=(GivenProfile("openclaw", "n", "xai", "n"),))
    assert "x have models of their own" in state_of(here).warnings[0]
    assert isinstance(facade.apply(planned("n", here), here), Applied)
    config["agents"]["entries"]["main"]["model"] = {"primary": "xai/n"}
    assert json.loads(path.read_text()) == config


def test_a_model_in_the_list_of_agents_wins_and_is_left_alone(around: Around, lay: Lay) -> None:
    agents = {
        "defaults": {"model": "xai/b"},
        "list": [{"id": "a"}, {"id": "b", "default": True, "model": "xai/c"}],
    }
    lay(".openclaw/openclaw.json", {"agents": agents})
    here = around(environment={"XAI_API_KEY": "k"}, own_profiles=(GivenProfile("openclaw", "n", "xai", "n"),))
    assert refused("n", here).kind is RefusalKind.OVERRIDDEN


def gateway(lay: Lay, pid: int, ticks: int) -> None:
    lock = {"pid": pid, "startTime": ticks, "port": 18789}
    lay(".openclaw/tmp/openclaw-0/gateway.state.lock", json.dumps(lock) + "\n\t \t\t  \n")
    lay(f"machine/proc/{pid}/stat", f"{pid} (open claw) S {' '.join(['0'] * 18)} {ticks} 0")


def test_a_running_gateway_takes_it_up_at_once(here: Surroundings, lay: Lay) -> None:
    gateway(lay, 4711, 384288)
    assert state_of(here).running.activity is Activity.RUNNING
    effect = planned("openrouter/auto", here).effects[0]
    assert effect.when is When.NEXT_MESSAGE
    assert "openrouter/auto" in effect.sentence


def test_a_lock_of_a_process_that_is_gone_says_stopped(here: Surroundings, lay: Lay) -> None:
    gateway(lay, 4711, 384288)
    lay("machine/proc/4711/stat", f"4711 (other) S {' '.join(['0'] * 18)} 999 0")
    assert state_of(here).running.activity is Activity.STOPPED
    assert planned("openrouter/auto", here).effects[0].when is When.NEW_SESSION


def test_a_gateway_that_does_not_reload_must_be_restarted(here: Surroundings, lay: Lay) -> None:
    gateway(lay, 4711, 1)
    lay(".openclaw/openclaw.json", CONFIG.replace('mode: "local"', 'mode: "local", reload: { mode: "off" }'))
    effect = planned("openrouter/auto", here).effects[0]
    assert (effect.when, effect.command) == (When.RESTART, "openclaw gateway restart")


def test_no_state_of_openclaw_is_written(here: Surroundings) -> None:
    def fingerprint() -> dict[str, bytes]:
        files = [path for path in (here.home / ".openclaw").rglob("*.sqlite*") if path.is_file()]
        return {str(path): path.read_bytes() for path in files}

    before = fingerprint()
    assert len(before) == 2
    assert isinstance(facade.apply(planned("openrouter/auto", here), here), Applied)
    assert fingerprint() == before


def test_what_a_live_database_has_not_yet_folded_in_is_read(here: Surroundings) -> None:
    database = here.home / ".openclaw/agents/main/agent/openclaw-agent.sqlite"
    with closing(sqlite3.connect(database)) as writer:
        order = {"order": {"anthropic": ["anthropic:api-key"]}}
        writer.execute("UPDATE auth_profile_state SET state_json = ?", (json.dumps(order),))
        writer.commit()
        route = state_of(here).configured
    assert route is not None
    assert route.key is not None
    assert "anthropic:api-key" in route.key.place


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
    seeds = max(examples // 100, 12)
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


def test_a_database_that_cannot_be_opened_in_place_is_read_from_a_copy(
    here: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = state._query

    def only_copies(database: Path, text: str) -> list[dict[str, Any]]:
        if database.is_relative_to(here.home):
            raise sqlite3.OperationalError("unable to open database file")
        return query(database, text)

    monkeypatch.setattr(state, "_query", only_copies)
    route = state_of(here).configured
    assert route is not None
    assert route.key is not None
    assert "anthropic:max-sub" in route.key.place
