"""Codex' app server, played by a script: asked one question, given nothing it does not need, and ended."""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.answer import Answer, Endpoint, Fault
from quotaboard.domain.rules import judge
from quotaboard.providers import client_process
from quotaboard.providers.codex.app_server import arguments, find_codex, plan_limits
from quotaboard.providers.codex.provider import PROVIDER
from tests.providers.anthropic.fake_client import is_gone, noted, write_client
from tests.providers.lanes import NOW, rows

RECORDED = {row["id"]: row["body"] for row in rows() if row["id"] in ("cx-r01", "cx-r03")}
LONG = timedelta(seconds=20)
LISTENS = """
asked = [json.loads(sys.stdin.readline()) for _ in range(3)]
note("asked", asked)
note("environment", dict(os.environ))
note("argv", sys.argv[1:])
say(id=1, result={})
say(method="configWarning", params={"summary": "no bubblewrap"})
"""
NO_LOGIN = {"code": -32600, "message": "codex account authentication required to read rate limits"}
NOT_UNDERSTOOD = {
    "code": -32603,
    "message": "failed to fetch codex rate limits: Decode error for https://chatgpt.com/backend-api/wham/usage"
    ": missing field `allowed` at line 1 column 342; content-type=application/json; body={}",
}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_process, "FAREWELL", 0.1)
    monkeypatch.setattr(client_process, "GRACE", 0.1)


async def limits(
    codex: Path,
    around: Mapping[str, str] | None = None,
    base_url: str | None = None,
    patience: timedelta = LONG,
) -> Answer:
    environment = {"PATH": os.environ["PATH"], "HOME": "/home/somebody", **(around or {})}
    return await plan_limits(
        codex, environment=environment, base_url=base_url, clock=lambda: NOW, patience=patience
    )


def says(folder: Path, body: Mapping[str, Any]) -> Path:
    return write_client(
        folder, f"{LISTENS}\nsay(**json.loads({json.dumps(json.dumps(body))}))\nsys.stdin.read()"
    )


async def test_the_windows_of_the_plan_are_read_each_once(tmp_path: Path) -> None:
    answer = await limits(says(tmp_path, RECORDED["cx-r01"]))
    assert [(window.name, window.utilization, window.model) for window in answer.windows] == [
        ("5h", 0.57, None),
        ("7d", 0.79, None),
        ("5h", 0.0, "GPT-5.3-Codex-Spark"),
    ]
    assert (answer.plan, answer.asked.endpoint, answer.at) == ("plus", Endpoint.USAGE, NOW)
    asked = json.loads((tmp_path / "asked").read_text())
    assert [line["method"] for line in asked] == ["initialize", "initialized", "account/rateLimits/read"]


async def test_it_is_given_its_home_and_no_key_of_ours(tmp_path: Path) -> None:
    keys = dict.fromkeys(("OPENAI_API_KEY", "CODEX_API_KEY", "ANTHROPIC_API_KEY", "OTHER"), "sk-canary")
    await limits(says(tmp_path, RECORDED["cx-r01"]), {**keys, "CODEX_HOME": "/home/somebody/codex"})
    told = json.loads((tmp_path / "environment").read_text())
    assert (told["HOME"], told["CODEX_HOME"]) == ("/home/somebody", "/home/somebody/codex")
    assert "sk-canary" not in told.values()
    assert "chatgpt_base_url" not in (tmp_path / "argv").read_text()


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (RECORDED["cx-r03"]["error"], "unauthorized", "expired"),
        (NO_LOGIN, "unauthorized", "missing"),
        (NOT_UNDERSTOOD, "unknown", "misleading"),
    ],
)
async def test_an_error_is_judged_as_what_it_says(
    tmp_path: Path, error: Mapping[str, Any], verdict: str, reason: str
) -> None:
    judged = judge(await limits(says(tmp_path, {"id": 3, "error": error})), PROVIDER.rules)
    assert (judged.verdict.value, judged.reason) == (verdict, reason)


async def test_one_that_never_answers_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    code = """
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
note("child", child.pid)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(60)
"""
    codex = write_client(tmp_path, code)
    answer = await limits(codex, patience=timedelta(seconds=0.5))
    assert answer.fault is Fault.TIMEOUT
    assert await is_gone(noted(codex, "pid"))
    assert await is_gone(noted(codex, "child"))


@pytest.mark.parametrize("code", ["sys.exit(3)", "print('not json'); sys.exit(0)"])
async def test_one_that_leaves_without_a_word_says_nothing(tmp_path: Path, code: str) -> None:
    answer = await limits(write_client(tmp_path, code))
    assert (answer.fault, answer.windows) == (Fault.NO_CLIENT, ())


async def test_a_login_is_not_sent_in_clear_to_another_machine(tmp_path: Path) -> None:
    answer = await limits(says(tmp_path, RECORDED["cx-r01"]), base_url="http://relay.example/backend-api")
    assert answer.fault is Fault.CONNECT
    assert not (tmp_path / "pid").exists()


def test_an_address_of_ones_own_counts_for_this_run() -> None:
    assert arguments('http://127.0.0.1:1/"x')[1:3] == ("-c", r'chatgpt_base_url="http://127.0.0.1:1/\"x"')


def test_it_is_found_on_the_path_or_where_it_is_named(tmp_path: Path) -> None:
    codex = write_client(tmp_path, "").rename(tmp_path / "codex")
    assert find_codex({"PATH": str(tmp_path)}) == codex
    assert find_codex({"PATH": "/nowhere", "QUOTABOARD_CODEX": str(codex)}) == codex
    assert find_codex({"PATH": "/nowhere"}) is None
