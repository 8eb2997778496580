"""The provider's own command-line client, on the simulated provider."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from quotaboard.simulator import SimulatedProvider, serve

pytestmark = [pytest.mark.official_client, pytest.mark.real_agent]
SILENT = ("--tools", "", "--no-session-persistence", "--strict-mcp-config", "--setting-sources", "")
STREAM = ("--output-format", "stream-json", "--verbose", *SILENT)


def environment(server: SimulatedProvider, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "CLAUDE_CODE_OAUTH_TOKEN": server.scenario.accounts[0].token,
        "ANTHROPIC_BASE_URL": server.base_url,
        "CLAUDE_CODE_MAX_RETRIES": "0",
        "CLAUDE_CODE_MAX_OUTPUT_TOKENS": "16",
        "MAX_THINKING_TOKENS": "0",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
    }


def probe(
    client: Path, server: SimulatedProvider, home: Path, model: str
) -> tuple[int, list[dict[str, Any]]]:
    finished = subprocess.run(
        [client, "-p", ".", "--model", model, "--max-turns", "1", "--system-prompt", ".", *STREAM],
        env=environment(server, home) | {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return finished.returncode, [json.loads(line) for line in finished.stdout.splitlines()]


@pytest.mark.parametrize(
    ("scenario", "model", "status"),
    [
        ("tools-gated", "claude-haiku-4-5", None),
        ("bare-429", "claude-sonnet-4-6", None),
        ("spent-5h", "claude-haiku-4-5", 429),
        ("model-only", "claude-fable-5-2", 429),
        ("expired", "claude-haiku-4-5", 401),
        ("overloaded", "claude-haiku-4-5", 529),
    ],
)
def test_the_control_probe_works_or_is_refused(
    official_client: Path, home: Path, scenario: str, model: str, status: int | None
) -> None:
    with serve(scenario) as server:
        code, lines = probe(official_client, server, home, model)
    result = next(line for line in lines if line["type"] == "result")
    assert result["api_error_status"] == status
    assert result["is_error"] is (status is not None)
    assert code == (0 if status is None else 1)
    asked = [request for request in server.requests if request.path == "/v1/messages"]
    assert {(request.model, request.max_tokens, request.tools) for request in asked} == {(model, 16, 0)}


def test_the_client_reads_the_windows_from_our_headers(official_client: Path, home: Path) -> None:
    with serve("spent-5h") as server:
        _, lines = probe(official_client, server, home, "claude-haiku-4-5")
    event = next(line["rate_limit_info"] for line in lines if line["type"] == "rate_limit_event")
    assert (event["status"], event["rateLimitType"]) == ("rejected", "five_hour")
    assert event["overageDisabledReason"] == "org_level_disabled"


def test_the_client_answers_a_usage_request(official_client: Path, home: Path) -> None:
    question = {
        "type": "control_request",
        "request_id": "q1",
        "request": {"subtype": "get_usage", "skip_behaviors": True},
    }
    with (
        serve("healthy") as server,
        subprocess.Popen(
            [official_client, "-p", "--input-format", "stream-json", *STREAM],
            env=environment(server, home),
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as child,
    ):
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(question) + "\n")
        child.stdin.flush()
        answer = json.loads(child.stdout.readline())
        child.stdin.close()
        child.wait(30)
    assert answer["response"]["subtype"] == "success"
    # With a base URL of its own the client asks no usage endpoint.
    assert answer["response"]["response"]["rate_limits"] is None
