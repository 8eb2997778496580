"""The real opencode: gated, switched by us, served, undone, gated again; and a relay that has no key."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.real.commands import Commands, Journey, Watched, auto_switch
from tests.real.conftest import stop, wait_for
from tests.real.lanes import Lane

pytestmark = pytest.mark.real_agent

CONFIG = """\
{{
  "$schema": "https://opencode.ai/config.json",
  "model": "max/m-one", // the subscription
  "small_model": "max/m-one",
  "autoupdate": false, "share": "disabled",
  "provider": {{
    "max": {{
      "npm": "@ai-sdk/anthropic", "name": "Max", "models": {{ "m-one": {{ "name": "One" }} }},
      "options": {{ "baseURL": "{max}/v1", "apiKey": "sk-fake-max" }},
    }},
    "relay": {{
      "npm": "@ai-sdk/openai-compatible", "name": "Relay", "models": {{ "m-two": {{ "name": "Two" }} }},
      "options": {{ "baseURL": "{relay}/v1", "apiKey": "{{env:RELAY_KEY}}" }},
    }},
    "bare": {{
      "npm": "@ai-sdk/anthropic", "name": "Bare", "models": {{ "m-three": {{ "name": "Three" }} }},
      "options": {{ "baseURL": "{relay}/v1" }},
    }},
  }},
}}
"""
KEYS = {"RELAY_KEY": "sk-fake-relay"}


def ask(opencode: Path, home: Path, *words: str, **keys: str) -> None:
    work = home / "work"
    work.mkdir(exist_ok=True)
    subprocess.run(
        [opencode, "run", "--format", "json", *words, "say hi"],
        cwd=work,
        env={
            **KEYS,
            **keys,
            "HOME": str(home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=180,
        check=False,
    )


def lay(home: Path, lane: Lane, open_lane: Lane) -> Path:
    path = home / ".config/opencode/opencode.jsonc"
    path.parent.mkdir(parents=True)
    path.write_text(CONFIG.format(max=lane.url, relay=open_lane.url))
    return path


def watched(home: Path, lane: Lane, open_lane: Lane) -> Commands:
    commands = Commands(home, {**KEYS, "MAX_KEY": "sk-fake-max"})
    commands.configure(
        [
            Watched("max", "MAX_KEY", "anthropic", "m-one", f"{lane.url}/v1"),
            Watched("relay", "RELAY_KEY", "relay", "m-two", f"{open_lane.url}/v1"),
        ],
        auto_switch("opencode", "relay/m-two"),
    )
    return commands


def test_opencode_is_moved_off_a_gated_lane_and_back(
    opencode: Path, home: Path, lane: Lane, open_lane: Lane
) -> None:
    path = lay(home, lane, open_lane)
    commands = watched(home, lane, open_lane)
    journey = Journey(commands, "opencode", "relay/m-two", lambda: ask(opencode, home), lane, open_lane, path)
    journey.there_and_back()
    journey.by_itself()
    assert {one.body["model"] for one in open_lane.asked} == {"m-two"}
    assert any(one.body.get("tools") for one in open_lane.asked)
    assert (lane.keys, open_lane.keys) == ({"sk-fake-max"}, {"sk-fake-relay"})


def test_a_relay_without_a_key_would_get_another_providers_and_is_refused(
    opencode: Path, home: Path, lane: Lane, open_lane: Lane
) -> None:
    """The reason of a refusal, seen: the request carries a key that its entry does not name."""
    lay(home, lane, open_lane)
    stray = {"ANTHROPIC_API_KEY": "sk-ant-api03-fake-stray"}
    ask(opencode, home, "--model", "bare/m-three", **stray)
    assert open_lane.keys == {"sk-ant-api03-fake-stray"}
    told = Commands(home, {**KEYS, **stray}).answer("switch", "opencode", "bare/m-three", code=1)
    assert told["refused"]


def test_a_running_server_uses_it_once_it_is_started_again(
    opencode: Path, home: Path, lane: Lane, open_lane: Lane
) -> None:
    lay(home, lane, open_lane)
    commands = watched(home, lane, open_lane)
    with serving(opencode, home) as url:
        first = new_session(url)
        say(url, first)
        gated = len(lane.asked)
        assert gated
        effect = commands.switch("opencode", "relay/m-two")["effects"][1]
        assert effect["when"] == "restart"
        httpx.patch(f"{url}/global/config", json={"model": "relay/m-two"}, timeout=60)
        say(url, new_session(url))
        assert len(lane.asked) > gated, "neither the file nor being told what it says changes anything"
        assert open_lane.asked == []
    with serving(opencode, home) as url:
        say(url, new_session(url))
        assert {one.body["model"] for one in open_lane.asked} == {"m-two"}
        gated = len(lane.asked)
        say(url, first)
        assert len(lane.asked) > gated, "an open session keeps its model"
    assert (lane.keys, open_lane.keys) == ({"sk-fake-max"}, {"sk-fake-relay"})


def new_session(url: str) -> str:
    return str(httpx.post(f"{url}/session", json={}, timeout=60).json()["id"])


def say(url: str, session: str) -> None:
    parts = [{"type": "text", "text": "say hi"}]
    httpx.post(f"{url}/session/{session}/message", json={"parts": parts}, timeout=120)


@contextmanager
def serving(opencode: Path, home: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (home / "work").mkdir(exist_ok=True)
    process = subprocess.Popen(
        [opencode, "serve", "--port", str(port)],
        cwd=home / "work",
        env={
            **KEYS,
            "HOME": str(home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(url), "the server")
        yield url
    finally:
        stop(process)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/config", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
