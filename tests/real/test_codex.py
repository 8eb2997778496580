"""The real Codex: gated before, switched by us, served after, undone, gated again."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.real.commands import Commands, Journey, Watched, auto_switch
from tests.real.lanes import Lane

pytestmark = pytest.mark.real_agent

CONFIG = """\
# mine
model = "m-one" # of the gated one
model_provider = "max"

[model_providers.max]
name = "Max"
base_url = "{max}/v1"
env_key = "MAX_KEY"
wire_api = "responses"
request_max_retries = 0

[model_providers.relay]
name = "Relay"
base_url = "{relay}/v1"
env_key = "RELAY_KEY"
wire_api = "responses"
"""
KEYS = {"MAX_KEY": "sk-fake-max", "RELAY_KEY": "sk-fake-relay"}


def ask(codex: Path, home: Path) -> list[dict[str, object]]:
    (home / "work").mkdir(exist_ok=True)
    finished = subprocess.run(
        [codex, "exec", "--json", "--skip-git-repo-check", "say hi"],
        cwd=home / "work",
        env={**KEYS, "HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]


def test_codex_is_moved_off_a_gated_lane_and_back(
    codex: Path, home: Path, lane: Lane, open_lane: Lane
) -> None:
    path = home / ".codex/config.toml"
    path.parent.mkdir()
    path.write_text(CONFIG.format(max=lane.url, relay=open_lane.url))
    (home / ".codex/cheap.config.toml").write_text('model_provider = "relay"\nmodel = "m-two"\n')
    commands = Commands(home, KEYS)
    commands.configure(
        [
            Watched("max", "MAX_KEY", "relay", "m-one", f"{lane.url}/v1"),
            Watched("relay", "RELAY_KEY", "relay", "m-two", f"{open_lane.url}/v1"),
        ],
        auto_switch("codex", "cheap"),
    )
    answers = []
    journey = Journey(
        commands, "codex", "cheap", lambda: answers.append(ask(codex, home)), lane, open_lane, path
    )
    journey.there_and_back()
    assert [any(one["type"] == "turn.completed" for one in each) for each in answers] == [False, True, False]
    journey.by_itself()
    assert {one.body["model"] for one in lane.asked} == {"m-one"}
    assert {one.body["model"] for one in open_lane.asked} == {"m-two"}
    assert open_lane.asked[0].body["tools"]
    assert (lane.keys, open_lane.keys) == ({"sk-fake-max"}, {"sk-fake-relay"})


def test_the_old_profile_key_stops_codex_as_we_say(codex: Path, home: Path, lane: Lane) -> None:
    path = home / ".codex/config.toml"
    path.parent.mkdir()
    path.write_text('profile = "x"\n' + CONFIG.format(max=lane.url, relay=lane.url))
    ask(codex, home)
    assert lane.asked == []
