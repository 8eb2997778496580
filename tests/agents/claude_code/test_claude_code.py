import json
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents import facade
from quotaboard.agents.base import Surroundings
from quotaboard.agents.claude_code import look
from quotaboard.agents.switching.record import BRIDGE_FOR
from quotaboard.domain.agent import (
    AgentState,
    Applied,
    GivenProfile,
    Home,
    Refusal,
    RefusalKind,
    SwitchPlan,
    Undone,
    When,
)
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret

LOGIN = "sk-ant-oat01-FAKE-login"
KEY = "relay-canary-key"
URL = "https://relay.example"
RELAY = GivenProfile("claude-code", "relay", "relay", "m-1", "relay")


def credential(
    kind: Kind = Kind.GATEWAY, url: str | None = URL, name: str = "relay", **more: Any
) -> Credential:
    return Credential(
        name, name, kind, "env:RELAY", fingerprint=Secret(KEY).fingerprint, base_url=url, **more
    )


@pytest.fixture
def here(around: Any, lay: Any) -> Any:
    """Signed in, with a relay in our config."""
    lay(".claude/.credentials.json", {"claudeAiOauth": {"accessToken": LOGIN}})

    def look_at(
        *credentials: Credential, profiles: tuple[GivenProfile, ...] = (RELAY,), **more: Any
    ) -> Surroundings:
        known = credentials or (credential(),)
        secrets = {one.name: Secret(KEY) for one in known}
        found: Surroundings = around(own_profiles=profiles, credentials=known, secrets=secrets, **more)
        return found

    return look_at


@pytest.fixture
def settings(lay: Any) -> Any:
    def write(document: object) -> Path:
        path: Path = lay(".claude/settings.json", document)
        path.chmod(0o600)
        return path

    return write


def planned(around: Surroundings, profile: str = "relay") -> SwitchPlan:
    plan = facade.plan_switch("claude-code", profile, around)
    assert isinstance(plan, SwitchPlan), plan
    return plan


def refused(around: Surroundings, profile: str = "relay") -> Refusal:
    refusal = facade.plan_switch("claude-code", profile, around)
    assert isinstance(refusal, Refusal), refusal
    return refusal


def switched(around: Surroundings, profile: str = "relay") -> Applied:
    done = facade.apply(planned(around, profile), around)
    assert isinstance(done, Applied), done
    assert done.verified
    return done


def state(around: Surroundings) -> AgentState:
    return look(Home("claude-code", str(around.home / ".claude")), around)


def test_the_login_is_what_is_sent_when_nothing_is_set(here: Any) -> None:
    found = state(here())
    assert found.sends
    assert found.sends.key
    assert (found.sends.provider, found.sends.base_url) == ("anthropic", None)
    assert found.sends.key.fingerprint == Secret(LOGIN).fingerprint
    assert [(profile.name, profile.active) for profile in found.profiles] == [
        ("login", True),
        ("relay", False),
    ]


def test_a_switch_writes_the_whole_route(here: Any, settings: Any) -> None:
    path = settings(
        '{\n  "env": {\n    "FOO": "1",\n    "ANTHROPIC_API_KEY": "old-canary"\n  },\n  "z": []\n}\n'
    )
    plan = planned(here())
    assert "canary" not in plan.diff
    assert plan.warnings == (f"The key is written into {path}, where Claude Code looks for it.",)
    switched(here())
    assert json.loads(path.read_text()) == {
        "env": {
            "FOO": "1",
            "ANTHROPIC_API_KEY": "",
            "ANTHROPIC_BASE_URL": URL,
            "ANTHROPIC_AUTH_TOKEN": KEY,
            "ANTHROPIC_MODEL": "m-1",
        },
        "z": [],
    }
    now = state(here())
    assert now.active
    assert now.active.name == "relay"


def test_undo_goes_over_empty_strings_because_a_removal_is_not_noticed(
    here: Any, settings: Any, around: Any
) -> None:
    text = '{\n  "env": {\n    "FOO": "1"\n  }\n}\n'
    path = settings(text)
    switched(here())
    undone = facade.undo("claude-code", here())
    assert isinstance(undone, Undone)
    assert json.loads(path.read_text())["env"] == {
        "FOO": "1",
        "ANTHROPIC_BASE_URL": "",
        "ANTHROPIC_AUTH_TOKEN": "",
        "ANTHROPIC_MODEL": "",
    }
    assert undone.settles_at == here().now + BRIDGE_FOR
    later = Surroundings({}, here().home, here().now + BRIDGE_FOR, here().state_dir)
    assert facade.settle(later) == []
    assert path.read_text() == text


def test_a_file_that_was_not_there_is_gone_after_the_undo(here: Any, home: Path) -> None:
    switched(here())
    path = home / ".claude/settings.json"
    assert path.stat().st_mode & 0o777 == 0o600
    facade.undo("claude-code", here())
    facade.settle(Surroundings({}, home, here().now + BRIDGE_FOR, here().state_dir))
    assert not path.exists()


def test_going_to_the_login_empties_what_is_set(here: Any, settings: Any) -> None:
    path = settings({"env": {"ANTHROPIC_BASE_URL": URL, "ANTHROPIC_AUTH_TOKEN": "k", "ANTHROPIC_MODEL": "m"}})
    assert state(here()).profiles[0].name == "relay.example"
    switched(here(), "login")
    assert json.loads(path.read_text()) == {
        "env": {"ANTHROPIC_BASE_URL": "", "ANTHROPIC_AUTH_TOKEN": "", "ANTHROPIC_MODEL": ""}
    }
    now = state(here())
    assert now.active
    assert now.active.name == "login"


def test_an_exported_key_is_covered_so_that_it_does_not_travel_along(here: Any, settings: Any) -> None:
    path = settings({})
    exported = here(environment={"ANTHROPIC_API_KEY": "sk-ant-api03-mine", "CLAUDE_CODE_USE_BEDROCK": "1"})
    switched(exported)
    env = json.loads(path.read_text())["env"]
    assert (env["ANTHROPIC_API_KEY"], env["CLAUDE_CODE_USE_BEDROCK"]) == ("", "")
    assert state(exported).also_sends == ()


def test_both_keys_are_sent_when_both_are_set(here: Any, settings: Any) -> None:
    settings({"env": {"ANTHROPIC_AUTH_TOKEN": "a", "ANTHROPIC_API_KEY": "b"}})
    found = state(here())
    assert [key.place for key in found.also_sends] == ["ANTHROPIC_API_KEY in settings.json"]
    assert found.warnings == ("ANTHROPIC_API_KEY in settings.json travels in the same request.",)


@pytest.mark.parametrize(
    ("place", "kind", "fix"),
    [
        (
            "machine/etc/claude-code/managed-settings.json",
            RefusalKind.MANAGED,
            "ask whoever manages this machine",
        ),
        (
            "work/.claude/settings.json",
            RefusalKind.OVERRIDDEN,
            "change it there, or switch outside that project",
        ),
        ("work/.claude/settings.local.json", RefusalKind.OVERRIDDEN, "change it there"),
    ],
)
def test_what_a_stronger_file_sets_cannot_be_switched(
    place: str, kind: RefusalKind, fix: str, here: Any, settings: Any, lay: Any, home: Path
) -> None:
    settings({"env": {"ANTHROPIC_BASE_URL": "https://mine.example", "ANTHROPIC_AUTH_TOKEN": "k"}})
    path = lay(place, {"env": {"ANTHROPIC_BASE_URL": "https://theirs.example"}})
    within = here(cwd=home / "work")
    refusal = refused(within)
    assert refusal.kind is kind
    assert refusal.sentence.startswith(
        f"{path} sets ANTHROPIC_BASE_URL, which wins over your own settings: {fix}"
    )
    found = state(within)
    assert found.locked == refusal
    assert found.sends
    assert found.sends.base_url == "https://theirs.example"
    assert any("is overridden by" in warning for warning in found.warnings)


def test_a_helper_that_gives_a_key_to_anybody_is_refused(here: Any, settings: Any) -> None:
    settings({"apiKeyHelper": "/bin/key"})
    assert refused(here()).kind is RefusalKind.LEAK


def test_a_login_is_not_sent_to_somebody_else(here: Any, settings: Any) -> None:
    settings({"env": {"ANTHROPIC_BASE_URL": URL}})
    assert state(here()).warnings == (
        f"Claude Code would send the Claude Code login to {URL}: give that address a key of its own.",
    )
    local = credential(Kind.NONE, "http://127.0.0.1:11434", "ollama")
    profile = GivenProfile("claude-code", "local", "ollama", "qwen", "ollama")
    plan = planned(here(local, profiles=(profile,)), "local")
    assert json.loads(plan.edits[0].after or b"")["env"]["ANTHROPIC_AUTH_TOKEN"] == "none"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (credential(url=None), "speaks Anthropic's protocol: set base_url for relay"),
        (credential(url="http://relay.example"), "is reached without encryption"),
        (credential(url="http://127.0.0.1.relay.example"), "is reached without encryption"),
        (credential(Kind.OAUTH), "is a login, and Claude Code holds its own"),
        (credential(Kind.SETUP_TOKEN), "is a subscription's token, which must not go to"),
        (credential(name="other"), 'There is no credential "relay"'),
    ],
)
def test_what_a_profile_lacks_is_said(made: Credential, words: str, here: Any, settings: Any) -> None:
    settings({})
    refusal = refused(here(made))
    assert refusal.kind is RefusalKind.LACKING
    assert words in refusal.sentence


def test_a_key_is_not_put_where_others_can_read_it(here: Any, settings: Any) -> None:
    path = settings({})
    path.chmod(0o644)
    refusal = refused(here())
    assert refusal.kind is RefusalKind.LEAK
    assert refusal.sentence.endswith(f"run `chmod 600 {path}` first.")


def test_a_broken_settings_file_is_refused_with_its_line(here: Any, settings: Any) -> None:
    path = settings('{\n  "env": {,}\n}\n')
    refusal = refused(here())
    assert (refusal.kind, refusal.line) == (RefusalKind.BROKEN, 2)
    assert refusal.sentence == f"{path}:2: not JSON: a key in double quotes is missing. Correct it."


def test_running_sessions_are_seen_and_told_what_to_do(here: Any, settings: Any, lay: Any) -> None:
    settings({})
    lay("machine/proc/77/cmdline", "/usr/bin/claude\0-p\0")
    lay("machine/proc/78/cmdline", "node\0/x/node_modules/@anthropic-ai/claude-code/cli.js\0")
    lay("machine/proc/79/cmdline", "bash\0")
    assert state(here()).running.pids == (77, 78)
    plan = planned(here())
    assert [(effect.when, effect.command) for effect in plan.effects] == [
        (When.NEXT_MESSAGE, None),
        (When.NEW_SESSION, "/model m-1"),
        (When.NOW, None),
    ]


def test_its_folder_can_lie_elsewhere(here: Any, lay: Any, home: Path) -> None:
    lay("elsewhere/settings.json", {})
    moved = here(environment={"CLAUDE_CONFIG_DIR": str(home / "elsewhere")})
    assert [one.home.path for one in facade.find_agents(moved)] == [str(home / "elsewhere")]


def test_where_it_is_not_there_is_no_home(around: Any) -> None:
    assert facade.find_agents(around()) == []
    refusal = refused(around())
    assert refusal.sentence == (
        "Claude Code was not found here: install it, or start it once so that it makes its home."
    )


def test_a_cloud_is_named_and_what_cannot_be_known_of_it_is_said(here: Any, settings: Any) -> None:
    settings({"env": {"CLAUDE_CODE_USE_BEDROCK": "1", "ANTHROPIC_MODEL": "us.sonnet"}})
    found = state(here())
    assert found.configured is not None
    assert (found.configured.provider, found.configured.model) == ("bedrock", "us.sonnet")
    (warning,) = found.warnings
    assert warning.startswith(
        "CLAUDE_CODE_USE_BEDROCK sends requests through Amazon Bedrock, where quotaboard"
    )
