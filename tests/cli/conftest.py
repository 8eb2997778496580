"""Four accounts on loopback, a config that names them, and a store that has seen every lane of theirs."""

import asyncio
import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.cli import opening
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.values import Config, CredentialEntry
from quotaboard.poll.once import refresh
from quotaboard.poll.place import Place
from quotaboard.simulator import Scenario, SimulatedProvider, load_scenario, serve
from quotaboard.store.opening import open_store

Later = Callable[[timedelta], None]

FOUR = Path(__file__).resolve().parents[1] / "bench" / "four.toml"
"""tools-gated, model-gated, exhausted and healthy, each with a small and a large model."""


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return load_scenario(FOUR)


@pytest.fixture(scope="session")
def seen(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A state folder in which every lane was looked at, and when."""
    folder = tmp_path_factory.mktemp("seen")
    with serve(scenario) as server, open_store(folder, now=datetime.now(UTC)) as store:
        place = Place(_environment(scenario), folder, folder)
        asyncio.run(refresh(store, _config(scenario, server.base_url), place, lambda: datetime.now(UTC)))
    return folder, datetime.now(UTC) + timedelta(seconds=2)  # resets come in whole seconds, rounded up


@pytest.fixture
def filled(home: Path, seen: tuple[Path, datetime]) -> Path:
    """The user's own state folder, with a copy of that store."""
    folder = home / ".local/state/quotaboard"
    shutil.copytree(seen[0], folder)
    return folder


@pytest.fixture
def later(seen: tuple[Path, datetime], monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let the commands of this test run so long after the store was filled."""

    def move(span: timedelta) -> None:
        moment = seen[1] + span
        monkeypatch.setattr(opening, "now", lambda: moment)
        monkeypatch.setattr(time, "time", moment.timestamp)

    return move


@pytest.fixture
def provider(scenario: Scenario, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedProvider]:
    """The four accounts on a server, named by the user's own config, their tokens in the environment."""
    with serve(scenario) as server:
        for name, token in _environment(scenario).items():
            monkeypatch.setenv(name, token)
        path = home / ".config/quotaboard/config.toml"
        path.parent.mkdir(parents=True)
        path.write_text(_toml(scenario, server.base_url))
        yield server


@pytest.fixture
def checked(provider: SimulatedProvider) -> None:
    """The config was found right before: a process of its own need not load the schema to say so again."""
    opened = opening.open_for_writing(None)
    assert not isinstance(opened, ExitCode)
    opened[0].close()


def _environment(scenario: Scenario) -> dict[str, str]:
    return {_variable(account.name): account.token for account in scenario.accounts}


def _variable(name: str) -> str:
    return f"FOUR_{name.upper().replace('-', '_')}"


def _config(scenario: Scenario, base_url: str) -> Config:
    return Config(
        credentials=tuple(
            CredentialEntry(
                account.name,
                f"env:{_variable(account.name)}",
                probe=True,
                models=tuple(account.models),
                base_url=base_url,
            )
            for account in scenario.accounts
        )
    )


def _toml(scenario: Scenario, base_url: str) -> str:
    parts = []
    for account in scenario.accounts:
        parts += [
            "[[credentials]]",
            f'name = "{account.name}"',
            f'source = "env:{_variable(account.name)}"',
            "probe = true",
            f"models = {json.dumps(account.models)}",
            f'base_url = "{base_url}"',
            "",
        ]
    return "\n".join(parts)
