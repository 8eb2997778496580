"""opencode: which of its files decides, switched there, and never a key to another's host."""

import itertools
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyjson5
import pytest

from quotaboard.agents import facade, opencode
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    Applied,
    GivenProfile,
    Refusal,
    RefusalKind,
    Route,
    SwitchPlan,
    Undone,
    When,
)
from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from tests.agents.conftest import Around, Lay
from tests.agents.moves import Moves

_MOVES = Moves("opencode")
planned, refused, switch = _MOVES.planned, _MOVES.refused, _MOVES.switch

FILE = ".config/opencode/opencode.json"


@pytest.fixture
def cases(recorded: Path) -> dict[str, Any]:
    text = (recorded / "others/agent_opencode_aider_codex.json").read_text()
    return {case["id"]: case["body"] for case in json.loads(text)}


@pytest.fixture
def here(around: Around, lay: Lay, cases: dict[str, Any]) -> Surroundings:
    lay(FILE, json.dumps(cases["ag-oc01"]["before"], indent=2))
    return around(environment={"RELAY_KEY": "sk-relay"})


def seen(around: Surroundings) -> AgentState:
    return opencode.look(opencode.homes(around)[0], around)


def test_the_recorded_config_is_read_as_opencode_reads_it(here: Surroundings) -> None:
    route = seen(here).configured
    assert route is not None
    assert (route.native, route.model, route.base_url) == ("relay", "m-okoai", "http://127.0.0.1:8080/v1")
    assert route.key is not None
    assert (route.key.variable, route.key.fingerprint) == ("RELAY_KEY", Secret("sk-relay").fingerprint)


def test_a_switch_moves_the_model_and_what_goes_with_it(here: Surroundings, cases: dict[str, Any]) -> None:
    path = here.home / FILE
    before = path.read_bytes()
    plan = planned("relay2/m-ok", here)
    switch("relay2/m-ok", here)
    after = json.loads(path.read_text())
    assert after == {**cases["ag-oc01"]["after"], "small_model": "relay2/m-ok"}
    assert "Titles and summaries move from relay/m-okoai" in plan.warnings[0]
    assert "sk-fake-2" not in plan.diff
    assert isinstance(facade.undo("opencode", here), Undone)
    assert path.read_bytes() == before


def test_a_small_model_elsewhere_stays_and_is_said(here: Surroundings) -> None:
    path = here.home / FILE
    config = {**json.loads(path.read_text()), "small_model": "ollama/x"}
    path.write_text(json.dumps(config))
    plan = planned("relay2/m-ok", here)
    assert "stay on ollama/x" in plan.warnings[0]
    switch("relay2/m-ok", here)
    assert json.loads(path.read_text())["small_model"] == "ollama/x"


def test_comments_stay_in_a_jsonc_file_which_goes_before_the_json_one(here: Surroundings, lay: Lay) -> None:
    path = lay(".config/opencode/opencode.jsonc", '{\n  // why\n  "model": "relay/m-okoai", // this\n}\n')
    switch("relay2/m-ok", here)
    assert '"model": "relay2/m-ok", // this' in path.read_text()
    assert "// why" in path.read_text()


def test_the_file_that_a_variable_names_is_the_one_that_is_written(here: Surroundings, lay: Lay) -> None:
    path = lay("mine.json", {"model": "relay/m-okoai"})
    there = replace(here, environment={**here.environment, "OPENCODE_CONFIG": "~/mine.json"})
    switch("relay2/m-ok", there)
    assert json.loads(path.read_text()) == {"model": "relay2/m-ok"}


def test_a_project_file_wins_and_is_left_alone(here: Surroundings, lay: Lay) -> None:
    lay("work/.git/HEAD", "")
    path = lay("work/opencode.json", {"model": "relay2/m-ok"})
    inside = replace(here, cwd=here.home / "work/deep")
    state = seen(inside)
    assert state.configured is not None
    assert state.sends is not None
    assert (state.configured.native, state.sends.native) == ("relay", "relay2")
    refusal = refused("relay2/m-extra-usage", inside)
    assert refusal.kind is RefusalKind.OVERRIDDEN
    assert str(path) in refusal.sentence
    assert seen(here).locked is None


def test_the_content_variable_wins_over_every_file(here: Surroundings) -> None:
    inside = replace(
        here, environment={**here.environment, "OPENCODE_CONFIG_CONTENT": '{"model": "relay2/m-ok"}'}
    )
    assert refused("relay2/m-extra-usage", inside).kind is RefusalKind.OVERRIDDEN


def test_a_managed_file_wins_over_everything(here: Surroundings, lay: Lay) -> None:
    lay("machine/etc/opencode/opencode.json", {"model": "relay2/m-ok"})
    assert refused("relay2/m-extra-usage", here).kind is RefusalKind.MANAGED


def test_the_default_agent_with_a_model_of_its_own_is_switched_there(here: Surroundings) -> None:
    path = here.home / FILE
    config = {
        **json.loads(path.read_text()),
        "agent": {"build": {"model": "relay/m-okoai"}, "plan": {"model": "relay/x"}},
    }
    path.write_text(json.dumps(config))
    assert "The agents plan have models of their own" in seen(here).warnings[0]
    switch("relay2/m-ok", here)
    assert json.loads(path.read_text())["agent"]["build"]["model"] == "relay2/m-ok"
    assert json.loads(path.read_text())["model"] == "relay/m-okoai"


def test_a_first_config_is_made_where_there_was_none(around: Around, lay: Lay, home: Path) -> None:
    lay(
        ".local/share/opencode/auth.json",
        {"anthropic": {"type": "oauth", "access": "sk-ant-oat01-x", "refresh": "r", "expires": 1}},
    )
    (home / ".config/opencode").mkdir(parents=True)
    here = around(own_profiles=(GivenProfile("opencode", "max", "anthropic", "claude-sonnet-4-6"),))
    assert seen(here).trouble is not None
    home_of = opencode.homes(here)[0]
    profile = next(each for each in seen(here).profiles if each.name == "max")
    assert profile.route.key is not None
    assert profile.route.key.kind is Kind.OAUTH
    plan = opencode.plan(home_of, profile, here)
    assert isinstance(plan, SwitchPlan)
    applied = facade.apply(plan, here)
    assert isinstance(applied, Applied)
    assert applied.verified
    assert isinstance(facade.undo("opencode", here), Undone)
    assert list((home / ".config/opencode").iterdir()) == []


def test_a_running_server_must_be_started_again(here: Surroundings, lay: Lay) -> None:
    lay("machine/proc/9/cmdline", "/x/bin/opencode\0serve\0--port\x004096\0")
    assert seen(here).running.activity is Activity.RUNNING
    effect = planned("relay2/m-ok", here).effects[1]
    assert (effect.when, effect.command) == (When.RESTART, "opencode serve --port 4096")


def test_open_sessions_keep_their_model(here: Surroundings, lay: Lay) -> None:
    lay("machine/proc/9/cmdline", "opencode\0")
    effect = planned("relay2/m-ok", here).effects[1]
    assert (effect.what, effect.command) == ("open sessions", "/models")


def test_a_disabled_provider_and_a_missing_key_are_said(here: Surroundings) -> None:
    path = here.home / FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "disabled_providers": ["relay2"]}))
    assert "disabled_providers" in refused("relay2/m-ok", here).sentence
    given = replace(
        here, environment={}, own_profiles=(GivenProfile("opencode", "or", "openrouter", "auto"),)
    )
    assert "`opencode auth login`" in refused("or", given).sentence


def test_a_relay_without_a_key_is_not_sent_the_one_of_the_environment(around: Around, lay: Lay) -> None:
    """Its SDK would take it by itself, as the real one was seen to do."""
    entry = {
        "npm": "@ai-sdk/anthropic",
        "options": {"baseURL": "https://relay.invalid/v1"},
        "models": {"m": {}},
    }
    lay(FILE, {"model": "a/b", "provider": {"relay": entry}})
    refusal = refused(
        "relay/m", around(environment={"ANTHROPIC_API_KEY": "sk-ant-api03-x", "A_API_KEY": "k"})
    )
    assert refusal.kind is RefusalKind.LACKING
    assert "provider.relay.options.apiKey" in refusal.sentence
    assert isinstance(
        facade.plan_switch("opencode", "relay/m", around(environment={"A_API_KEY": "k"})), SwitchPlan
    )


def test_a_broken_config_is_named_with_its_line(here: Surroundings, lay: Lay) -> None:
    path = lay(FILE, '{\n "model": \n}')
    trouble = seen(here).trouble
    assert trouble is not None
    assert trouble.sentence.startswith(f"{path}:3: not JSON:")


HOSTS = [
    "http://127.0.0.1:1/v1",
    "https://openrouter.ai/api/v1",
    "https://relay.invalid",
    "https://api.anthropic.com/v1",
    None,
]
KEYS = ["sk-ant-api03-" + "a" * 30, "sk-or-v1-" + "b" * 30, "sk-plain-" + "c" * 30, None]
SDKS = ["@ai-sdk/anthropic", "@ai-sdk/openai-compatible", "@ai-sdk/openai"]
ENVIRONMENT = {
    "ANTHROPIC_API_KEY": "sk-ant-api03-env",
    "OPENAI_API_KEY": "sk-openai-env",
    "OPENROUTER_API_KEY": "sk-or-v1-env",
}


def some_config(dice: random.Random) -> dict[str, Any]:
    entries = {}
    for name in dice.sample(["relay", "second", "anthropic", "openrouter"], dice.randrange(1, 5)):
        options = {
            "baseURL": dice.choice(HOSTS) or (None if name in ("anthropic", "openrouter") else HOSTS[0]),
            "apiKey": dice.choice(KEYS),
        }
        options = {key: value for key, value in options.items() if value}
        entries[name] = {"npm": dice.choice(SDKS), "options": options, "models": {"m": {}, "n": {}}}
    return {"model": f"{dice.choice(list(entries))}/m", "provider": entries}


def test_no_pair_of_profiles_sends_a_key_to_another_providers_host(
    around: Around, lay: Lay, examples: int
) -> None:
    here, tried = around(environment=ENVIRONMENT), 0
    seeds = max(examples // 100, 3)
    for seed in range(seeds):
        config = some_config(random.Random(seed))
        path = lay(FILE, config)
        names = [each.name for each in seen(here).profiles]
        for start, goal in itertools.islice(itertools.permutations(names, 2), 12):
            path.write_text(json.dumps(config), encoding="utf-8")
            for name in (start, goal):
                plan = facade.plan_switch("opencode", name, here)
                if isinstance(plan, Refusal):
                    assert "would " in plan.sentence
                    continue
                for edit in plan.edits:
                    path.write_bytes(edit.after or b"")
                route = opencode.verify(plan.home, here)
                assert isinstance(route, Route)
                assert pyjson5.decode(path.read_text())["provider"] == config["provider"]
                assert_own_key(config, route)
                tried += 1
    assert tried > 6 * seeds


def assert_own_key(config: dict[str, Any], route: Route) -> None:
    options = config["provider"][route.native]["options"]
    assert route.key is not None
    assert route.base_url == options.get("baseURL")
    host = next((name for name in ("openrouter", "anthropic") if name in (route.base_url or "")), None)
    receiver = host or (
        route.provider if route.base_url is None and route.provider in ("openrouter", "anthropic") else None
    )
    if own := options.get("apiKey"):
        assert route.key.fingerprint == Secret(own).fingerprint
        owner = {"sk-ant": "anthropic", "sk-or-": "openrouter"}.get(own[:6])
        assert None in (owner, receiver) or owner == receiver
    elif route.key.kind is not Kind.NONE:
        owners = {
            "ANTHROPIC_API_KEY": "anthropic",
            "OPENROUTER_API_KEY": "openrouter",
            "OPENAI_API_KEY": "openai",
        }
        assert owners[route.key.variable or ""] in (receiver, route.provider)
