"""What is found of OpenClaw: its homes, its route with the state beside its config, and its profiles."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import openclaw
from quotaboard.agents.base import Surroundings
from quotaboard.agents.openclaw import state
from quotaboard.domain.agent import Origin
from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from tests.agents.conftest import Around, Lay
from tests.agents.openclaw_home import CONFIG, RELAY, lay_state, state_of


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


def test_a_broken_config_is_named_with_its_line(around: Around, lay: Lay) -> None:
    path = lay(".openclaw/openclaw.json", "{\n agents: {\n")
    seen = state_of(around())
    assert seen.trouble is not None
    assert seen.trouble.sentence.startswith(f"{path}:3: not JSON5")


def test_a_circle_of_included_files_is_a_trouble_and_no_crash(around: Around, lay: Lay) -> None:
    lay(".openclaw/openclaw.json", '{ agents: { $include: "./openclaw.json" } }')
    trouble = state_of(around()).trouble
    assert trouble is not None
    assert "in a circle" in trouble.sentence
