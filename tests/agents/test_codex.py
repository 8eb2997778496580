"""Codex: provider and model in one write, profile files, and what it refuses to start with."""

import json
import random
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import codex, facade
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import (
    Activity,
    AgentState,
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
from tests.agents.moves import Moves

_MOVES = Moves("codex")
refused = _MOVES.refused

CONFIG = """# mine
model = "gpt-5.3-codex" # the plan's
approval_policy = 'on-request'

[model_providers.relay]
name = "Relay"
base_url = "http://127.0.0.1:8080/v1"
env_key = "RELAY_KEY"
wire_api = "responses"

[model_providers.router]
name = "OpenRouter"
base_url = "https://openrouter.ai/api/v1"
env_key = "OPENROUTER_API_KEY"
"""
LOGIN = {
    "auth_mode": "chatgpt",
    "OPENAI_API_KEY": None,
    "tokens": {"access_token": "eyJ.plan.x"},
    "last_refresh": None,
}
ENVIRONMENT = {"RELAY_KEY": "sk-relay", "OPENROUTER_API_KEY": "sk-or-v1-x"}


@pytest.fixture
def here(around: Around, lay: Lay) -> Surroundings:
    lay(".codex/config.toml", CONFIG)
    lay(".codex/auth.json", LOGIN)
    return around(environment=ENVIRONMENT)


def seen(around: Surroundings) -> AgentState:
    return codex.look(codex.homes(around)[0], around)


def switched(name: str, around: Surroundings) -> Mapping[str, Any]:
    _MOVES.switch(name, around)
    return tomllib.loads((around.home / ".codex/config.toml").read_text())


def test_without_a_provider_it_is_on_the_plan_of_its_login(here: Surroundings) -> None:
    route = seen(here).configured
    assert route is not None
    assert (route.provider, route.native, route.model) == ("openai", "openai", "gpt-5.3-codex")
    assert route.key is not None
    assert (route.key.kind, route.key.fingerprint) == (Kind.OAUTH, Secret("eyJ.plan.x").fingerprint)


def test_an_api_key_login_and_the_variable_of_exec_are_told_apart(around: Around, lay: Lay) -> None:
    lay(".codex/config.toml", CONFIG)
    lay(
        ".codex/auth.json",
        {"auth_mode": "apikey", "OPENAI_API_KEY": "sk-1", "tokens": {"access_token": "old"}},
    )
    for environment, token in (({}, "sk-1"), ({"CODEX_API_KEY": "sk-2"}, "sk-2")):
        route = seen(around(environment=environment)).configured
        assert route is not None
        assert route.key is not None
        assert route.key.fingerprint == Secret(token).fingerprint


def test_its_folder_is_found_where_the_variable_says(around: Around, lay: Lay, home: Path) -> None:
    assert codex.homes(around()) == []
    lay("elsewhere/config.toml", CONFIG)
    (found,) = codex.homes(around(environment={"CODEX_HOME": "~/elsewhere"}))
    assert found.path == str(home / "elsewhere")


def test_a_switch_and_its_undo_leave_every_other_byte(here: Surroundings) -> None:
    path = here.home / ".codex/config.toml"
    before = tomllib.loads(CONFIG)
    after = switched("relay", here)
    assert after == {**before, "model_provider": "relay"}
    assert path.read_text() == CONFIG.replace("'on-request'\n", "'on-request'\nmodel_provider = \"relay\"\n")
    assert isinstance(facade.undo("codex", here), Undone)
    assert path.read_bytes() == CONFIG.encode()


def test_the_recorded_switch_is_written_as_it_was_recorded(around: Around, lay: Lay, recorded: Path) -> None:
    cases = {
        case["id"]: case["body"]
        for case in json.loads((recorded / "others/agent_opencode_aider_codex.json").read_text())
    }
    lay(".codex/config.toml", cases["ag-cx01"]["text"].replace('model_provider = "relay"\n', ""))
    lay(".codex/relay.config.toml", cases["ag-cx02"]["text"])
    here = around(environment=ENVIRONMENT)
    assert switched("relay", here)["model_provider"] == "relay"


def test_back_to_the_plan_the_model_of_the_relay_goes(here: Surroundings) -> None:
    path = here.home / ".codex/config.toml"
    path.write_text(
        CONFIG.replace('model = "gpt-5.3-codex" # the plan\'s', 'model = "m"\nmodel_provider = "relay" # why')
    )
    after = switched("openai", here)
    assert (after.get("model"), after["model_provider"]) == (None, "openai")
    assert 'model_provider = "openai" # why' in path.read_text()


def test_a_profile_file_is_a_profile_and_never_the_old_key(here: Surroundings, lay: Lay) -> None:
    lay(".codex/cheap.config.toml", 'model_provider = "router"\nmodel = "z/glm"\n')
    profile = next(each for each in seen(here).profiles if each.name == "cheap")
    assert profile.origin is Origin.OWN
    assert profile.route.provider == "openrouter"
    after = switched("cheap", here)
    assert (after["model_provider"], after["model"]) == ("router", "z/glm")
    assert "profile" not in after


def test_a_profile_file_with_a_provider_of_its_own_needs_the_flag(here: Surroundings, lay: Lay) -> None:
    lay(
        ".codex/own.config.toml",
        'model_provider = "mine"\nmodel = "m"\n[model_providers.mine]\nbase_url = "http://x/v1"\n',
    )
    refusal = refused("own", here)
    assert refusal.kind is RefusalKind.LACKING
    assert "`codex --profile own`" in refusal.sentence


def test_the_old_profile_key_is_a_trouble_with_its_line(here: Surroundings) -> None:
    path = here.home / ".codex/config.toml"
    path.write_text('# top\nprofile = "x"\n' + CONFIG)
    trouble = seen(here).trouble
    assert trouble is not None
    assert trouble.sentence.startswith(f"{path}:2: ")
    assert "`codex --profile x`" in trouble.sentence


def test_our_profile_finds_the_table_of_its_provider(around: Around, lay: Lay) -> None:
    lay(".codex/config.toml", CONFIG)
    key = Credential("router", "openrouter", Kind.API_KEY, "x", fingerprint=Secret("sk-or-v1-x").fingerprint)
    other = Credential("second", "openrouter", Kind.API_KEY, "x", fingerprint=Secret("other").fingerprint)
    given = tuple(GivenProfile("codex", name, "openrouter", "z/glm", name) for name in ("router", "second"))
    here = around(environment=ENVIRONMENT, own_profiles=given, credentials=(key, other))
    assert "not second: put that key there" in refused("second", here).sentence
    assert switched("router", here)["model"] == "z/glm"


@pytest.mark.parametrize(
    ("table", "environment", "words"),
    [
        ('env_key = "GONE"', {}, "GONE is not set here: run `export GONE=…` in the shell that starts Codex."),
        ('wire_api = "chat"', {}, "no longer speaks"),
        ("requires_openai_auth = true", {}, "run `codex login`"),
    ],
)
def test_a_provider_that_cannot_be_used_says_why(
    around: Around, lay: Lay, table: str, environment: dict[str, str], words: str
) -> None:
    lay(".codex/config.toml", f'[model_providers.r]\nbase_url = "http://127.0.0.1:1/v1"\n{table}\n')
    assert words in refused("r", around(environment=environment)).sentence


def test_an_unknown_provider_is_named(around: Around, lay: Lay) -> None:
    lay(".codex/config.toml", "")
    here = around(own_profiles=(GivenProfile("codex", "g", "groq", "m"),))
    assert "[model_providers.groq]" in refused("g", here).sentence


def test_a_managed_file_wins_and_is_left_alone(here: Surroundings, lay: Lay) -> None:
    lay("machine/etc/codex/managed_config.toml", 'model = "x"\n')
    assert refused("relay", here).kind is RefusalKind.MANAGED


def test_a_project_may_name_another_model_but_no_provider(here: Surroundings, lay: Lay, home: Path) -> None:
    lay("work/.codex/config.toml", 'model = "m-proj"\nmodel_provider = "relay"\n')
    inside = Surroundings(
        here.environment, home, here.now, here.state_dir, cwd=home / "work/deep", root=here.root
    )
    state = seen(inside)
    assert state.configured is not None
    assert state.sends is not None
    assert (state.configured.model, state.sends.model, state.sends.native) == (
        "gpt-5.3-codex",
        "m-proj",
        "openai",
    )
    assert "asks for m-proj in this project" in state.warnings[0]


def test_open_sessions_keep_their_provider(here: Surroundings, lay: Lay) -> None:
    lay("machine/proc/77/cmdline", "node\0/usr/bin/codex\0exec\0")
    assert seen(here).running.activity is Activity.RUNNING
    plan = facade.plan_switch("codex", "relay", here)
    assert isinstance(plan, SwitchPlan)
    assert [effect.when for effect in plan.effects] == [When.NEW_SESSION, When.RESTART]


@pytest.mark.parametrize("host", ["relay.invalid", "127.0.0.1.relay.invalid"])
def test_a_login_is_not_sent_to_a_relay_that_asks_for_it(here: Surroundings, host: str) -> None:
    path = here.home / ".codex/config.toml"
    text = CONFIG.replace('env_key = "RELAY_KEY"', "requires_openai_auth = true")
    path.write_text(text.replace("http://127.0.0.1:8080", f"https://{host}"))
    refusal = refused("relay", here)
    assert refusal.kind is RefusalKind.LEAK
    assert f"would send your OpenAI login to {host}" in refusal.sentence


HOSTS = {
    "http://127.0.0.1:1/v1": None,
    "https://openrouter.ai/api/v1": "openrouter",
    "https://relay.invalid/v1": None,
    "https://api.groq.com/openai/v1": "groq",
}
KEYS = {
    "sk-ant-api03-" + "a" * 30: "anthropic",
    "sk-or-v1-" + "b" * 30: "openrouter",
    "sk-plain-" + "c" * 30: None,
}


def test_no_pair_of_profiles_sends_a_key_to_another_providers_host(
    around: Around, lay: Lay, examples: int
) -> None:
    lay(".codex/auth.json", LOGIN)
    tried = 0
    seeds = max(examples // 50, 15)
    for seed in range(seeds):
        dice = random.Random(seed)
        tables, environment = "", {}
        for name in ("one", "two", "three"):
            environment[f"{name}_KEY"] = dice.choice(list(KEYS))
            tables += (
                f'[model_providers.{name}]\nbase_url = "{dice.choice(list(HOSTS))}"\nenv_key = "{name}_KEY"\n'
            )
        start = dice.choice(["", 'model_provider = "one"\nmodel = "m"\n', 'model_provider = "two"\n'])
        path = lay(".codex/config.toml", start + tables)
        here = around(environment=environment)
        for profile in seen(here).profiles:
            path.write_text(start + tables)
            plan = facade.plan_switch("codex", profile.name, here)
            if isinstance(plan, Refusal):
                assert "would send a key of" in plan.sentence
                continue
            for edit in plan.edits:
                path.write_bytes(edit.after or b"")
            route = codex.verify(plan.home, here)
            assert isinstance(route, Route)
            config = tomllib.loads(path.read_text())
            assert config["model_providers"] == tomllib.loads(tables)["model_providers"]
            assert route.key is not None
            if route.native == "openai":
                assert route.base_url is None
                assert route.key.kind is Kind.OAUTH
            else:
                assert route.key.variable == f"{route.native}_KEY"
                owner, host = KEYS[environment[f"{route.native}_KEY"]], HOSTS[route.base_url or ""]
                assert None in (owner, host) or owner == host
            tried += 1
    assert tried > 2 * seeds
