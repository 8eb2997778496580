from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import facade
from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes import homes
from quotaboard.domain.agent import (
    Applied,
    GivenProfile,
    Origin,
    Refusal,
    RefusalKind,
    SwitchPlan,
    Undone,
    When,
)
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret

TOKEN = "sk-ant-oat01-FAKE-token"
ENV = f"ANTHROPIC_TOKEN={TOKEN}\nOPENROUTER_API_KEY=sk-or-v1-FAKE\n"


@pytest.fixture
def config(recorded: Path, lay: Any) -> Path:
    lay(".hermes/.env", ENV)
    path: Path = lay(".hermes/config.yaml", (recorded / "hermes/config.before.yaml").read_bytes())
    return path


def planned(around: Surroundings, profile: str = "openrouter", agent: str = "hermes") -> SwitchPlan:
    plan = facade.plan_switch(agent, profile, around)
    assert isinstance(plan, SwitchPlan), plan
    return plan


def refused(around: Surroundings, profile: str = "openrouter", agent: str = "hermes") -> Refusal:
    refusal = facade.plan_switch(agent, profile, around)
    assert isinstance(refusal, Refusal), refusal
    return refusal


def test_the_whole_route_changes_and_nothing_else(config: Path, around: Any) -> None:
    before = config.read_bytes()
    plan = planned(around())
    assert plan.diff.splitlines()[4:] == [
        " model:",
        '-  default: "claude-sonnet-4-6"   # the day-to-day model',
        "-  provider: anthropic",
        "-  base_url: https://api.anthropic.com",
        '+  default: "anthropic/claude-sonnet-4.6"   # the day-to-day model',
        "+  provider: openrouter",
        "+  base_url: null",
        " ",
        " # try these when the primary is blocked",
    ]
    assert plan.warnings == ("model.base_url of the old route leaves the file; an undo brings it back.",)
    assert config.read_bytes() == before
    done = facade.apply(plan, around())
    assert isinstance(done, Applied)
    assert done.verified
    assert (done.plan.after.provider, done.plan.after.base_url) == ("openrouter", None)
    undone = facade.undo("hermes", around())
    assert isinstance(undone, Undone)
    assert undone.profile == "openrouter"
    assert config.read_bytes() == before


def test_what_takes_effect_when_is_said(config: Path, around: Any) -> None:
    effects = {effect.what: effect for effect in planned(around()).effects}
    assert effects["new chats"].when is When.NOW
    assert effects["open chats"].command == "/model anthropic/claude-sonnet-4.6 --provider openrouter"
    assert "running gateway" not in effects


def test_being_on_it_already_changes_nothing(config: Path, around: Any) -> None:
    plan = planned(around(), "anthropic")
    assert plan.edits == ()
    assert plan.diff == ""
    assert isinstance(facade.apply(plan, around()), Applied)
    assert isinstance(facade.undo("hermes", around()), Refusal)


def test_an_unknown_profile_or_agent_names_the_nearest(config: Path, around: Any) -> None:
    assert refused(around(), "opnrouter").sentence == (
        'hermes has no profile called "opnrouter". Did you mean openrouter? '
        "It has loopback, openrouter, anthropic."
    )
    refusal = refused(around(), "x", "hermse")
    assert (refusal.kind, "Did you mean hermes?" in refusal.sentence) == (RefusalKind.UNKNOWN, True)
    assert refused(around(), "x", "hermes:work").kind is RefusalKind.UNKNOWN


def test_a_broken_config_is_refused_with_its_line(config: Path, around: Any) -> None:
    config.write_text("model:\n  provider: [anthropic\nz: 1\n")
    refusal = refused(around())
    assert (refusal.kind, refusal.path, refusal.line) == (RefusalKind.BROKEN, str(config), 3)
    assert refusal.sentence.startswith(f"{config}:3: not YAML: ")
    (state,) = facade.find_agents(around())
    assert state.trouble == refusal
    config.write_bytes(b"model: \xff\n")
    assert refused(around()).sentence == f"{config}:1: not UTF-8 text. Save it again as UTF-8."


def test_a_managed_home_is_refused(config: Path, around: Any, home: Path) -> None:
    assert refused(around(environment={"HERMES_MANAGED": "nixos"})).sentence == (
        "Hermes is managed here (HERMES_MANAGED=nixos): "
        "change the route in the deployment's own configuration, and deploy it."
    )
    (home / ".hermes/.managed").touch()
    assert refused(around()).kind is RefusalKind.MANAGED


@pytest.mark.parametrize("pinned", ["model: some-model\n", "model: {api_key: x}\n", "provider: nous\n"])
def test_what_an_administrator_pins_is_refused(
    pinned: str, config: Path, around: Any, home: Path, lay: Any
) -> None:
    lay("machine/etc/hermes/config.yaml", pinned)
    refusal = refused(around())
    assert refusal.kind is RefusalKind.OVERRIDDEN
    assert refusal.sentence.startswith("An administrator pins model.")
    lay("elsewhere/config.yaml", "model: {}\n")
    elsewhere = around(environment={"HERMES_MANAGED_DIR": str(home / "elsewhere")})
    assert planned(elsewhere).after.provider == "openrouter"


@pytest.mark.parametrize(
    ("settings", "variables"),
    [
        ("gateway: {multiplex_profiles: true}", {}),
        ("multiplex_profiles: true", {}),
        ("", {"GATEWAY_MULTIPLEX_PROFILES": "on"}),
    ],
)
def test_a_gateway_of_several_profiles_is_refused(
    settings: str, variables: dict[str, str], config: Path, around: Any
) -> None:
    config.write_text(config.read_text() + settings + "\n")
    assert refused(around(environment=variables)).kind is RefusalKind.UNSUPPORTED


def test_the_variable_decides_whether_a_gateway_serves_several_profiles(config: Path, around: Any) -> None:
    config.write_text(config.read_text() + "multiplex_profiles: true\n")
    planned(around(environment={"GATEWAY_MULTIPLEX_PROFILES": "off"}))


def test_a_hidden_folder_is_no_profile(config: Path, around: Any, lay: Any) -> None:
    for name in (".trash", "Old Copy", "work"):
        lay(f".hermes/profiles/{name}/config.yaml", "model: {provider: openrouter, default: x/y}\n")
    assert [home.id for home in homes(around())] == ["hermes", "hermes:work"]


def test_a_missing_key_names_the_command(config: Path, around: Any, lay: Any) -> None:
    lay(".hermes/.env", f"ANTHROPIC_TOKEN={TOKEN}\n")
    refusal = refused(around())
    assert refusal.kind is RefusalKind.LACKING
    assert refusal.sentence == "Hermes has no credential for openrouter: run `hermes auth add openrouter`."


def test_keys_of_the_old_route_at_the_root_cannot_reach_the_new_host(config: Path, around: Any) -> None:
    """Hermes fills an empty model.base_url from the root."""
    config.write_text(
        "base_url: https://old.example/v1\napi_base: https://old.example/v1\n"
        "model: {provider: custom, default: m, api_key: inline-canary}\n"
    )
    plan = planned(around(own_profiles=(GivenProfile("hermes", "or", "openrouter", "a/b"),)), "or")
    assert plan.after.base_url is None
    assert "canary" not in plan.diff
    assert plan.edits[0].after == (
        b"base_url: null\napi_base: null\nmodel: {provider: openrouter, default: a/b, api_key: null}\n"
    )


def test_a_key_that_would_travel_along_is_refused(config: Path, around: Any, lay: Any) -> None:
    """The SDK takes ANTHROPIC_AUTH_TOKEN from the environment for any endpoint of its protocol."""
    config.write_text(
        "model: {provider: anthropic, default: claude-sonnet-4-6}\n"
        "providers:\n  relay: {api: https://relay.example/anthropic, key_env: RELAY_KEY, default_model: m}\n"
    )
    lay(".hermes/.env", ENV + "RELAY_KEY=r-key-1\n")
    assert planned(around(), "relay").after.base_url == "https://relay.example/anthropic"
    lay(".hermes/.env", ENV + "RELAY_KEY=r-key-1\nANTHROPIC_AUTH_TOKEN=gateway-canary\n")
    refusal = refused(around(), "relay")
    assert refusal.sentence == (
        "Hermes would send ANTHROPIC_AUTH_TOKEN in .env to https://relay.example/anthropic as well, "
        "where it does not belong: remove ANTHROPIC_AUTH_TOKEN from there first, or choose another profile."
    )


def test_a_given_profile_must_send_the_credential_that_it_names(config: Path, around: Any) -> None:
    profile = GivenProfile("hermes", "mine", "openrouter", "a/b", "or")

    def credential(secret: str) -> Credential:
        return Credential("or", "openrouter", Kind.API_KEY, "env:X", fingerprint=Secret(secret).fingerprint)

    right = around(own_profiles=(profile,), credentials=(credential("sk-or-v1-FAKE"),))
    assert planned(right, "mine").profile.origin is Origin.GIVEN
    wrong = around(own_profiles=(profile,), credentials=(credential("another"),))
    assert refused(wrong, "mine").sentence == (
        "Hermes would send OPENROUTER_API_KEY in .env, not or: "
        "`hermes auth list openrouter` shows what it has, and in which order."
    )
    assert refused(around(own_profiles=(profile,)), "mine").sentence == (
        'There is no credential "or": `quotaboard init` finds those that are.'
    )


def test_a_home_without_a_config_gets_one_and_loses_it_again(around: Any, home: Path, lay: Any) -> None:
    lay(".hermes/.env", ENV)
    given = around(own_profiles=(GivenProfile("hermes", "or", "openrouter", "a/b"),))
    done = facade.apply(planned(given, "or"), given)
    assert isinstance(done, Applied)
    path = home / ".hermes/config.yaml"
    assert path.read_text() == "_config_version: 33\nmodel:\n  provider: openrouter\n  default: a/b\n"
    facade.undo("hermes", given)
    assert not path.exists()


def test_every_home_is_switched_by_itself(config: Path, around: Any, home: Path, lay: Any) -> None:
    work = lay(".hermes/profiles/office/config.yaml", "model: {provider: openrouter, default: x/y}\n")
    lay(".hermes/profiles/office/.env", ENV)
    assert [state.home.id for state in facade.find_agents(around())] == ["hermes", "hermes:office"]
    before = config.read_bytes()
    given = around(own_profiles=(GivenProfile("hermes", "max", "anthropic", "claude-opus-5"),))
    assert isinstance(facade.apply(planned(given, "max", "hermes:office"), given), Applied)
    assert work.read_text() == "model: {provider: anthropic, default: claude-opus-5}\n"
    assert config.read_bytes() == before
    assert isinstance(facade.undo("hermes", given), Refusal)
    assert isinstance(facade.undo("hermes:office", given), Undone)
    (home / ".hermes/active_profile").write_text("office\n")
    ids = [(state.home.id, state.home.active) for state in facade.find_agents(around())]
    assert ids == [("hermes", True), ("hermes:default", False)]


def test_open_chats_that_lose_their_address_are_thought_of(config: Path, around: Any) -> None:
    config.write_text(
        "model: {provider: anthropic, default: claude-sonnet-4-6, base_url: 'https://own.example/anthropic'}\n"
    )
    assert planned(around()).warnings[-1] == (
        "Open chats stay on anthropic but lose its address https://own.example/anthropic: "
        "tell them /model before they go on."
    )


def test_the_way_back_is_offered_while_the_config_knows_the_model(config: Path, around: Any) -> None:
    assert isinstance(facade.apply(planned(around(), "loopback"), around()), Applied)
    assert planned(around(), "anthropic").after.model == "claude-sonnet-4-6"


def test_a_password_in_an_address_is_never_shown(config: Path, around: Any) -> None:
    config.write_text(
        "model:\n  provider: anthropic\n  default: claude-sonnet-4-6\n"
        "  base_url: https://me:canary@own.example/anthropic\n"
    )
    plan = planned(around())
    assert "canary" not in plan.diff + "".join(plan.warnings)
    assert plan.before
    assert plan.before.address == "https://own.example/anthropic"
