"""The real official client on the simulated provider: what it sends, what it costs, and what comes of it."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard.domain.answer import Answer
from quotaboard.domain.rules import judge
from quotaboard.domain.secret import Secret
from quotaboard.domain.verdict import Verdict
from quotaboard.providers.anthropic.official import CONTROL_INPUT_TOKENS, client_usage, control_probe
from quotaboard.providers.anthropic.rules import RULES
from quotaboard.simulator import SimulatedProvider, serve

pytestmark = [pytest.mark.official_client, pytest.mark.real_agent]


async def probed(
    client: Path, server: SimulatedProvider, model: str, *, config_dir: Path | None = None
) -> Answer:
    token = server.scenario.accounts[0].token
    return await control_probe(
        client,
        model,
        # A key that lies around would move the question to another bill.
        environment={**os.environ, "ANTHROPIC_API_KEY": "sk-ant-api03-stray"},
        secret=None if config_dir else Secret(token),
        config_dir=config_dir,
        base_url=server.base_url,
        clock=lambda: datetime.now(UTC),
    )


def signed_in(home: Path, token: str) -> Path:
    folder = home / "signed-in"
    folder.mkdir()
    login = {
        "accessToken": token,
        "refreshToken": "sk-ant-ort01-unused",
        "expiresAt": int((time.time() + 36000) * 1000),
        "scopes": ["user:profile", "user:inference"],
        "subscriptionType": "max",
    }
    (folder / ".credentials.json").write_text(json.dumps({"claudeAiOauth": login}), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("scenario", "model", "verdict", "reason"),
    [
        ("healthy", "claude-haiku-4-5", Verdict.OPEN, None),
        ("tools-gated", "claude-sonnet-4-6", Verdict.OPEN, None),
        ("bare-429", "claude-sonnet-4-6", Verdict.OPEN, None),
        ("spent-5h", "claude-haiku-4-5", Verdict.SPENT, "5h"),
        ("model-only", "claude-fable-5-2", Verdict.SPENT, "7d_oi"),
        ("overloaded", "claude-haiku-4-5", Verdict.UNAVAILABLE, "overloaded"),
    ],
)
async def test_the_control_probe_is_one_request_and_says_works_or_refused(
    official_client: Path, scenario: str, model: str, verdict: Verdict, reason: str | None
) -> None:
    with serve(scenario) as server:
        answer = await probed(official_client, server, model)
        asked = [request for request in server.requests if request.method == "POST"]
    judgement = judge(answer, RULES)
    assert (judgement.verdict, judgement.reason) == (verdict, reason)
    assert [(request.path, request.model, request.tools) for request in asked] == [("/v1/messages", model, 0)]
    assert asked[0].account == server.scenario.accounts[0].name
    assert answer.input_tokens is not None
    assert answer.input_tokens <= CONTROL_INPUT_TOKENS
    assert (answer.output_tokens or 0) <= 16


async def test_an_expired_token_is_told_apart_from_a_missing_one(official_client: Path) -> None:
    with serve("expired") as server:
        answer = await probed(official_client, server, "claude-haiku-4-5")
        asked = [request for request in server.requests if request.method == "POST"]
    assert judge(answer, RULES).reason == "expired"
    assert len(asked) <= 2  # newer clients send a 401 twice


async def test_its_own_login_is_used_when_no_token_is_given(official_client: Path, home: Path) -> None:
    with serve("healthy") as server:
        folder = signed_in(home, server.scenario.accounts[0].token)
        served = await probed(official_client, server, "claude-haiku-4-5", config_dir=folder)
        missing = await probed(official_client, server, "claude-haiku-4-5", config_dir=home / "nobody")
    assert served.allowed
    assert judge(missing, RULES).reason == "missing"


async def test_usage_is_asked_for_and_its_absence_understood(official_client: Path, home: Path) -> None:
    codes = []
    with serve("healthy") as server:
        folder = signed_in(home, server.scenario.accounts[0].token)
        for config_dir in (folder, home / "nobody"):
            answer = await client_usage(
                official_client,
                environment=os.environ,
                config_dir=config_dir,
                base_url=server.base_url,
                clock=lambda: datetime.now(UTC),
            )
            assert answer is not None
            assert judge(answer, RULES).verdict is Verdict.UNKNOWN
            codes.append(answer.error.code if answer.error else answer.fault)
        assert [request for request in server.requests if request.method == "POST"] == []
    # With a base URL of its own the client asks no usage endpoint; without a login there is none to ask.
    assert codes == ["client_usage_refused", "client_usage_unavailable"]
