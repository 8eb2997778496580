"""The real aider: gated before, switched by us, served after, undone, gated again."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from quotaboard.domain.agent import GivenProfile
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from tests.real.lanes import Lane, surroundings, switch, undo

pytestmark = pytest.mark.real_agent

ENV = """\
# mine
ANTHROPIC_API_KEY=sk-ant-fake-max
ANTHROPIC_API_BASE={max}
OPENAI_API_KEY=sk-fake-relay
OPENAI_API_BASE={relay}/v1
AIDER_MODEL='anthropic/claude-sonnet-4-5' # the gated one
"""


def ask(aider: Path, home: Path, **variables: str) -> None:
    words = [
        "--message",
        "say hi",
        "--yes-always",
        "--no-auto-commits",
        "--no-gitignore",
        "--map-tokens",
        "0",
    ]
    subprocess.run(
        [aider, *words, "--no-show-model-warnings", "--no-show-release-notes", "--no-stream"],
        cwd=home / "work",
        env={
            **variables,
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
            "AIDER_ANALYTICS": "false",
            "AIDER_CHECK_UPDATE": "false",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=180,
        check=False,
    )


def test_aider_is_moved_off_a_gated_lane_and_back(
    aider: Path, home: Path, lane: Lane, open_lane: Lane
) -> None:
    path = home / "work/.env"
    path.parent.mkdir()
    subprocess.run(["git", "init", "-q", str(path.parent)], check=True)
    path.write_text(ENV.format(max=lane.url, relay=open_lane.url))
    before = path.read_bytes()
    # The shell says otherwise, and loses against the .env.
    shell = {"AIDER_MODEL": "openai/nobody"}
    key, address = Secret("sk-fake-relay").fingerprint, f"{open_lane.url}/v1"
    around = replace(
        surroundings(home, shell, home / "work"),
        own_profiles=(GivenProfile("aider", "relay", "relay", "m-two", "relay"),),
        credentials=(Credential("relay", "relay", Kind.API_KEY, "x", fingerprint=key, base_url=address),),
    )

    ask(aider, home, **shell)
    gated = len(lane.asked)
    assert {one.body["model"] for one in lane.asked} == {"claude-sonnet-4-5"}
    assert open_lane.asked == []

    switch("aider", "relay", around)
    ask(aider, home, **shell)
    assert {one.body["model"] for one in open_lane.asked} == {"m-two"}
    assert len(lane.asked) == gated

    undo("aider", around)
    assert path.read_bytes() == before
    served = len(open_lane.asked)
    ask(aider, home, **shell)
    assert len(lane.asked) > gated
    assert len(open_lane.asked) == served
    assert (lane.keys, open_lane.keys) == ({"sk-ant-fake-max"}, {"sk-fake-relay"})
