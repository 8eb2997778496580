"""The real Codex' app server: the plan's windows, read on a loopback endpoint, and nothing left behind."""

import base64
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard.domain.answer import Answer
from quotaboard.domain.rules import judge
from quotaboard.providers.codex.app_server import plan_limits
from quotaboard.providers.codex.provider import PROVIDER
from tests.real.upstream import Seen, Upstream

pytestmark = pytest.mark.real_agent

RESETS_AT = int(time.time()) + 9000
USAGE = {
    "plan_type": "plus",
    "rate_limit": {
        "allowed": True,
        "limit_reached": False,
        "primary_window": {
            "used_percent": 27,
            "limit_window_seconds": 18000,
            "reset_after_seconds": 9000,
            "reset_at": RESETS_AT,
        },
        "secondary_window": {
            "used_percent": 4,
            "limit_window_seconds": 604800,
            "reset_after_seconds": 500000,
            "reset_at": RESETS_AT + 491000,
        },
    },
    "credits": {"has_credits": False, "unlimited": False, "balance": "0"},
}


class Plan(Upstream):
    """OpenAI's private endpoints, as far as Codex needs them to tell of the plan."""

    status = 200

    def answer(self, seen: Seen) -> tuple[int, str, bytes]:
        if seen.path.endswith("/wham/usage"):
            expired = {"detail": {"code": "token_expired", "message": "Provided token is expired."}}
            told = USAGE if self.status == 200 else expired
            return self.status, "application/json", json.dumps(told).encode()
        return 404, "application/json", b'{"error": {"message": "not found"}}'


@pytest.fixture
def plan(home: Path) -> Iterator[Plan]:
    """An account, and Codex signed in to it."""
    expires = int(time.time()) + 86_400
    account = {"chatgpt_account_id": "acc-fake", "chatgpt_plan_type": "plus"}
    token = jwt(exp=expires, email="somebody@example.com", **{"https://api.openai.com/auth": account})
    login = {"id_token": token, "access_token": token, "refresh_token": "rt-fake", "account_id": "acc-fake"}
    document = {"auth_mode": "chatgpt", "tokens": login, "last_refresh": datetime.now(UTC).isoformat()}
    (home / ".codex").mkdir()
    (home / ".codex/auth.json").write_text(json.dumps(document))
    with Plan() as running:
        yield running


def jwt(**claims: object) -> str:
    parts = (json.dumps({"alg": "none"}), json.dumps(claims), "FAKE")
    return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)


async def limits(codex: Path, home: Path, plan: Plan) -> Answer:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "OPENAI_API_KEY": "sk-canary"}
    return await plan_limits(
        codex, environment=environment, base_url=f"{plan.url}/backend-api", clock=lambda: datetime.now(UTC)
    )


def still_running(home: Path) -> list[str]:
    """Processes of this home."""
    mark = f"HOME={home}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "comm").read_text())
        except OSError:
            continue
    return found


async def test_the_windows_of_the_plan_are_read_for_nothing(codex: Path, home: Path, plan: Plan) -> None:
    answer = await limits(codex, home, plan)
    assert [(window.name, window.utilization, window.seconds) for window in answer.windows] == [
        ("5h", 0.27, 18_000),
        ("7d", 0.04, 604_800),
    ]
    assert answer.windows[0].resets_at == datetime.fromtimestamp(RESETS_AT, UTC)
    assert answer.plan == "plus"
    assert plan.asked == [], "no model is asked"
    assert "sk-canary" not in plan.keys
    assert still_running(home) == []


async def test_a_login_that_is_refused_is_said(codex: Path, home: Path, plan: Plan) -> None:
    plan.status = 401
    judged = judge(await limits(codex, home, plan), PROVIDER.rules)
    assert judged.verdict.value == "unauthorized"
    assert still_running(home) == []


async def test_without_a_login_it_says_so(codex: Path, home: Path, plan: Plan) -> None:
    (home / ".codex/auth.json").unlink()
    judged = judge(await limits(codex, home, plan), PROVIDER.rules)
    assert (judged.verdict.value, judged.reason) == ("unauthorized", "missing")
