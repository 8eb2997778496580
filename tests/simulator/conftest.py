"""A provider without a socket: requests in, answers out, at moments that a test chooses."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quotaboard.simulator import Scenario, load_scenario
from quotaboard.simulator.facts import RequestFacts
from quotaboard.simulator.scenario import CredentialKind
from quotaboard.simulator.service import Service

START = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
OURS = "quotaboard/0.1.0 (+https://pypi.org/project/quotaboard/)"
OFFICIAL = "claude-cli/2.1.328 (external, sdk-cli)"


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])

    @property
    def limits(self) -> dict[str, str]:
        """The rate-limit headers without their long prefix."""
        prefix = "anthropic-ratelimit-"
        return {
            name.removeprefix(prefix).removeprefix("unified-"): value
            for name, value in self.headers.items()
            if name.startswith(prefix)
        }


class Wire:
    """One scenario, asked as if over HTTP."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.service = Service(scenario, START)

    def send(
        self,
        method: str,
        path: str,
        *,
        account: int | str | None = 0,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        body: bytes = b"",
        after: timedelta = timedelta(),
    ) -> Got:
        sent = self.credential(account) | {"user-agent": OURS, "anthropic-version": "2023-06-01"}
        facts = RequestFacts(method, path, query or {}, sent | (headers or {}), body)
        answer = self.service.handle(facts, START + after).answer
        return Got(answer.status, dict(answer.headers), answer.body.decode())

    def ask(
        self,
        model: str = "claude-haiku-4-5",
        *,
        tools: int = 0,
        official: bool = False,
        account: int | str | None = 0,
        after: timedelta = timedelta(),
        **fields: object,
    ) -> Got:
        body = {"model": model, "max_tokens": 1, "messages": [{"role": "user", "content": "."}]} | fields
        if tools:
            body["tools"] = [{"name": f"tool_{number}", "input_schema": {}} for number in range(tools)]
        return self.send(
            "POST",
            "/v1/messages",
            account=account,
            headers={"user-agent": OFFICIAL if official else OURS},
            body=json.dumps(body).encode(),
            after=after,
        )

    def credential(self, account: int | str | None) -> dict[str, str]:
        if account is None:
            return {}
        known = (
            self.scenario.accounts[account] if isinstance(account, int) else self.scenario.account(account)
        )
        if known.kind is CredentialKind.API_KEY:
            return {"x-api-key": known.token}
        return {"authorization": f"Bearer {known.token}", "anthropic-beta": "oauth-2025-04-20"}


@pytest.fixture
def start_at() -> datetime:
    return START


@pytest.fixture
def wire() -> Callable[[str | Scenario], Wire]:
    """A shipped scenario by its name, or one that the test wrote."""

    def build(scenario: str | Scenario) -> Wire:
        return Wire(load_scenario(scenario) if isinstance(scenario, str) else scenario)

    return build
