"""OpenClaw is switched whole, by its own config alone, or left alone with the reason."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from quotaboard.agents import facade
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import Applied, GivenProfile, RefusalKind, Undone
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from tests.agents.conftest import Around, Lay
from tests.agents.openclaw_home import CONFIG, RELAY, config_of, lay_state, planned, refused, state_of


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


def test_no_state_of_openclaw_is_written(here: Surroundings) -> None:
    def fingerprint() -> dict[str, bytes]:
        files = [path for path in (here.home / ".openclaw").rglob("*.sqlite*") if path.is_file()]
        return {str(path): path.read_bytes() for path in files}

    before = fingerprint()
    assert len(before) == 2
    assert isinstance(facade.apply(planned("openrouter/auto", here), here), Applied)
    assert fingerprint() == before
