"""A project of a stranger may name a server: no credential goes there before the person agrees."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from quotaboard.config.values import Config
from quotaboard.domain.answer import Fault
from quotaboard.poll import looking
from quotaboard.poll.asking import NoAnswer
from quotaboard.poll.desk import open_desk
from quotaboard.providers.base import Request
from tests.poll.conftest import Bench

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"
STRANGER = "https://stranger.example/v1"
LOCAL = "http://127.0.0.1:9/v1"


@dataclass(slots=True)
class Wire:
    """Where requests that carried a secret went; nobody answers."""

    hosts: list[str | None] = field(default_factory=list)

    async def ask(
        self, _client: object, request: Request, secret: object, clock: Any, _patience: object
    ) -> Any:
        if secret is not None:
            self.hosts.append(urlsplit(request.url).hostname)
        return NoAnswer(Fault.DNS, clock(), 1)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(looking, "ask", wire.ask)
    return wire


def claude_code(bench: Bench, project: Path, url: str) -> None:
    bench.add("max", None)
    bench.log_in_to_claude_code("max")
    (bench.place.home / ".claude/settings.json").write_text("{}")
    (project / ".claude").mkdir()
    (project / ".claude/settings.json").write_text(json.dumps({"env": {"ANTHROPIC_BASE_URL": url}}))


def opencode(bench: Bench, project: Path, url: str) -> None:
    bench.environment["OPENROUTER_API_KEY"] = KEY
    own = bench.place.home / ".config/opencode/opencode.json"
    own.parent.mkdir(parents=True)
    own.write_text("{}")
    options = {"baseURL": url, "apiKey": "{env:OPENROUTER_API_KEY}"}
    told = {"model": "openrouter/m", "provider": {"openrouter": {"options": options}}}
    (project / "opencode.json").write_text(json.dumps(told))


Lay = Callable[[Bench, Path, str], None]


async def live_in(bench: Bench, project: Path) -> None:
    place = replace(bench.place, cwd=project)
    async with open_desk(bench.store, Config(), place, bench.clock.now, bench.patience) as desk:
        await desk.take_over()
        await bench.live_through(desk, timedelta(minutes=30))


@pytest.mark.parametrize("lay", [claude_code, opencode])
async def test_no_credential_goes_to_the_address_of_a_project_unasked(
    bench: Bench, wire: Wire, tmp_path: Path, lay: Lay
) -> None:
    lay(bench, tmp_path, STRANGER)
    await live_in(bench, tmp_path)

    names = [view.credential.name for view in bench.board().credentials]
    strange = [name for name in names if name.endswith("@stranger.example")]
    assert len(strange) == 1, "it is shown"
    assert wire.hosts, "the provider itself is asked"
    assert "stranger.example" not in wire.hosts

    bench.store.credentials.consent(strange[0], granted=True)
    await live_in(bench, tmp_path)
    assert "stranger.example" in wire.hosts


@pytest.mark.parametrize("lay", [claude_code, opencode])
async def test_a_server_of_this_machine_may_be_read_for_free(
    bench: Bench, wire: Wire, tmp_path: Path, lay: Lay
) -> None:
    lay(bench, tmp_path, LOCAL)
    await live_in(bench, tmp_path)
    assert "127.0.0.1" in wire.hosts
