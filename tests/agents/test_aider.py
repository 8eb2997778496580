"""aider: what wins at its start, switched in the .env that it loads last, and no key to another's host."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import aider, facade
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    GivenProfile,
    Refusal,
    RefusalKind,
    Route,
    Undone,
    When,
)
from quotaboard.domain.lane import PLAIN, Credential, Kind
from quotaboard.domain.secret import Secret
from tests.agents.conftest import Around, Lay
from tests.agents.moves import Moves

_MOVES = Moves("aider")
planned, refused, switch = _MOVES.planned, _MOVES.refused, _MOVES.switch

ENV = """# keys
OPENAI_API_KEY=sk-relay
export OPENROUTER_API_KEY="sk-or-v1-mine" # router
AIDER_MODEL='openai/relay-model'
OPENAI_API_BASE=http://127.0.0.1:8080/v1
"""


@pytest.fixture
def here(around: Around, lay: Lay, home: Path) -> Surroundings:
    lay("work/.git/HEAD", "")
    lay("work/.env", ENV)
    return around(cwd=home / "work")


def seen(around: Surroundings) -> AgentState:
    return aider.look(aider.homes(around)[0], around)


def route_in(around: Surroundings) -> Route:
    route = seen(around).configured
    assert route is not None
    return route


def test_its_requests_carry_no_tools(here: Surroundings) -> None:
    assert seen(here).shape == PLAIN


def test_the_project_is_found_and_the_users_own_files_beside_it(here: Surroundings, lay: Lay) -> None:
    assert [home.id for home in aider.homes(here)] == ["aider"]
    lay(".aider.conf.yml", "model: sonnet\n")
    assert [home.id for home in aider.homes(here)] == ["aider", "aider:home"]
    outside = replace(here, cwd=None)
    assert [(home.id, home.path) for home in aider.homes(outside)] == [("aider", str(here.home))]


def test_no_aider_is_no_trouble(around: Around) -> None:
    assert aider.homes(around()) == []


def test_the_recorded_files_are_read_as_aider_reads_them(
    around: Around, lay: Lay, recorded: Path, home: Path
) -> None:
    cases = json.loads((recorded / "others/agent_opencode_aider_codex.json").read_text())
    texts: dict[str, Any] = {case["id"]: case["body"] for case in cases}
    lay("a/.env", texts["ag-ai01"]["text"])
    lay("b/.aider.conf.yml", texts["ag-ai02"]["text"])
    for folder in "ab":
        route = route_in(around(cwd=home / folder))
        assert (route.native, route.model, route.base_url) == (
            "openai",
            "relay-model",
            "http://127.0.0.1:8080/v1",
        )
        assert route.key is not None
        assert route.key.fingerprint == Secret("sk-fake").fingerprint


def test_the_env_file_beats_the_environment_and_that_the_config(
    here: Surroundings, lay: Lay, home: Path
) -> None:
    lay("work/.aider.conf.yml", "model: gpt-4o\nopenai-api-key: sk-conf # wins over every variable\n")
    there = replace(here, environment={"AIDER_MODEL": "sonnet", "ANTHROPIC_API_KEY": "k"})
    assert route_in(there).model == "relay-model"
    key = route_in(there).key
    assert key is not None
    assert key.fingerprint == Secret("sk-conf").fingerprint
    (home / "work/.env").unlink()
    assert (route_in(there).native, route_in(there).model) == ("anthropic", "claude-sonnet-4-5")
    assert route_in(replace(there, environment={})).model == "gpt-4o"


def test_the_env_file_of_the_root_beats_the_one_of_the_current_folder(
    here: Surroundings, lay: Lay, home: Path
) -> None:
    lay("work/deep/.env", "AIDER_MODEL=deepseek\n")
    lay(".env", "AIDER_MODEL=flash\n")
    assert route_in(replace(here, cwd=home / "work/deep")).model == "relay-model"


def test_a_switch_and_its_undo_leave_every_other_byte(here: Surroundings) -> None:
    path = here.home / "work/.env"
    plan = planned("openrouter/anthropic/claude-sonnet-4", here)
    assert "sk-" not in plan.diff
    switch("openrouter/anthropic/claude-sonnet-4", here)
    expected = ENV.replace("'openai/relay-model'", "'openrouter/anthropic/claude-sonnet-4'")
    assert path.read_text() == expected
    assert isinstance(facade.undo("aider", here), Undone)
    assert path.read_bytes() == ENV.encode()


def test_helpers_on_the_lane_that_is_left_go_with_it(here: Surroundings, lay: Lay) -> None:
    lay("work/.aider.conf.yml", "weak-model: openai/small\neditor-model: flash\n")
    plan = planned("openrouter/anthropic/claude-sonnet-4", here)
    assert plan.warnings[:2] == ("weak-model moves from openai/small too.", "editor-model stays flash.")
    switch("openrouter/anthropic/claude-sonnet-4", here)
    assert "AIDER_WEAK_MODEL=openrouter/anthropic/claude-sonnet-4" in (here.home / "work/.env").read_text()


def given(
    here: Surroundings, provider: str, token: str, url: str | None = None, *, name: str = "mine"
) -> Surroundings:
    credential = Credential(
        name, provider, Kind.API_KEY, "x", fingerprint=Secret(token).fingerprint, base_url=url
    )
    return replace(
        here, credentials=(credential,), own_profiles=(GivenProfile("aider", name, provider, "m", name),)
    )


def test_the_address_moves_only_with_the_key_that_belongs_to_it(here: Surroundings) -> None:
    second = "http://127.0.0.1:9090/v1"
    assert (
        "not mine: put that key there" in refused("mine", given(here, "second", "sk-second", second)).sentence
    )
    fitting = given(here, "second", "sk-relay", second)
    switch("mine", fitting)
    assert (route_in(here).base_url, route_in(here).model) == (second, "m")


def test_a_relays_key_is_not_sent_to_openai(here: Surroundings) -> None:
    bare = replace(here, own_profiles=(GivenProfile("aider", "plain", "openai", "gpt-5"),))
    refusal = refused("plain", bare)
    assert refusal.kind is RefusalKind.LACKING
    assert "may belong to another endpoint" in refusal.sentence


def test_back_to_openai_with_its_own_key_the_public_address_is_written(here: Surroundings) -> None:
    switch("mine", given(here, "openai", "sk-relay"))
    assert route_in(here).base_url == "https://api.openai.com/v1"


def test_a_variable_that_the_library_prefers_is_not_fought(here: Surroundings) -> None:
    there = replace(here, environment={"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"})
    refusal = refused("mine", given(there, "second", "sk-relay", "http://127.0.0.1:9090/v1"))
    assert refusal.kind is RefusalKind.OVERRIDDEN
    assert "because of OPENAI_BASE_URL" in refusal.sentence


def test_a_missing_key_is_said(here: Surroundings) -> None:
    groq = replace(here, own_profiles=(GivenProfile("aider", "g", "groq", "m"),))
    assert "GROQ_API_KEY is not set: put it in the .env" in refused("g", groq).sentence


def test_without_a_model_it_is_what_aider_itself_would_choose(around: Around, lay: Lay, home: Path) -> None:
    lay(".aider/caches/x", "")
    state = seen(around(environment={"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}))
    assert state.configured is not None
    assert state.configured.native == "anthropic"
    assert "No model is set" in state.warnings[0]
    assert seen(around()).trouble is not None
    switch("openai/gpt-4o", around(environment={"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}))
    assert (home / ".env").read_text() == "AIDER_MODEL=openai/gpt-4o\n"


def test_a_broken_config_is_named_with_its_line(here: Surroundings, lay: Lay) -> None:
    path = lay("work/.aider.conf.yml", "model: x\n  bad: [\n")
    trouble = seen(here).trouble
    assert trouble is not None
    assert trouble.sentence.startswith(f"{path}:")


def test_an_empty_config_is_a_trouble_as_aider_has_it(here: Surroundings, lay: Lay) -> None:
    lay("work/.aider.conf.yml", "# nothing\n")
    trouble = seen(here).trouble
    assert trouble is not None
    assert "does not start" in trouble.sentence


def test_open_chats_keep_everything(here: Surroundings, lay: Lay) -> None:
    lay("machine/proc/5/cmdline", "/v/bin/python\0/v/bin/aider\0--no-git\0")
    assert seen(here).running.activity is Activity.RUNNING
    effects = planned("openrouter/anthropic/claude-sonnet-4", here).effects
    assert [effect.when for effect in effects] == [When.NEW_SESSION, When.RESTART]


KEYS = {
    "sk-ant-api03-" + "a" * 30: "anthropic",
    "sk-or-v1-" + "b" * 30: "openrouter",
    "sk-plain-" + "c" * 30: None,
}
HOSTS = {
    "http://127.0.0.1:1/v1": None,
    "https://openrouter.ai/api/v1": "openrouter",
    "https://relay.invalid/v1": None,
    "https://api.openai.com/v1": "openai",
}


def test_no_pair_of_profiles_sends_a_key_to_another_endpoint(
    around: Around, lay: Lay, home: Path, examples: int
) -> None:
    """The one key variable of all OpenAI-like endpoints stays at the address that it was found with."""
    tried = 0
    seeds = max(examples // 40, 20)
    for seed in range(seeds):
        dice = random.Random(seed)
        variables = {
            f"{name}_API_KEY": dice.choice(list(KEYS))
            for name in ("OPENAI", "ANTHROPIC", "OPENROUTER")
            if dice.random() < 0.8
        }
        base = dice.choice([*HOSTS, None])
        if base:
            variables[dice.choice(["OPENAI_API_BASE", "AIDER_OPENAI_API_BASE"])] = base
        variables["AIDER_MODEL"] = dice.choice(["openai/m", "sonnet", "openrouter/x/y"])
        text = "".join(f"{name}={value}\n" for name, value in variables.items())
        path = lay("work/.env", text)
        tokens = [
            Credential("c", "second", Kind.API_KEY, "x", fingerprint=Secret(token).fingerprint, base_url=url)
            for token in KEYS
            for url in HOSTS
        ]
        credential = dice.choice(tokens)
        profiles = (
            GivenProfile("aider", "g", "second", "m", "c"),
            GivenProfile("aider", "o", "openai", "gpt-5"),
        )
        here = around(cwd=home / "work", credentials=(credential,), own_profiles=profiles)
        for profile in seen(here).profiles:
            path.write_text(text)
            plan = facade.plan_switch("aider", profile.name, here)
            if isinstance(plan, Refusal):
                continue
            for edit in plan.edits:
                path.write_bytes(edit.after or b"")
            route = aider.verify(plan.home, here)
            assert isinstance(route, Route)
            assert route.key is not None
            token = variables[route.key.variable or ""]
            receiver = HOSTS.get(route.base_url or "") or (None if route.base_url else route.provider)
            assert KEYS[token] is None or receiver is None or KEYS[token] == receiver
            if route.native == "openai" and route.base_url != base:
                assert credential.fingerprint == route.key.fingerprint
                assert credential.base_url == route.base_url
            tried += 1
    assert tried > seeds * 3 // 4
