"""quotaboard's own commands, as a person types them beside an agent."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.real.upstream import Upstream


@dataclass(frozen=True, slots=True)
class Watched:
    """A credential of our config, and the one model that it is looked at with."""

    name: str
    variable: str
    provider: str
    model: str
    base_url: str
    small: str | None = None
    """A smaller model, which tells the meters where the other is refused."""

    @property
    def table(self) -> str:
        return "\n".join(
            [
                "[[credentials]]",
                f'name = "{self.name}"',
                f'source = "env:{self.variable}"',
                f'provider = "{self.provider}"',
                "probe = true",
                f"models = {json.dumps([self.small, self.model] if self.small else [self.model])}",
                'shapes = ["plain", "tools"]',
                f'base_url = "{self.base_url}"',
                "",
            ]
        )


@dataclass(frozen=True, slots=True)
class Commands:
    """One user's home, with a config of quotaboard and the variables of their shell."""

    home: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None

    def configure(self, watched: Sequence[Watched], more: str = "") -> None:
        """Let these be looked at, which costs; `more` is whatever else the config says."""
        path = self.home / ".config/quotaboard/config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*(one.table for one in watched), more]))

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "quotaboard", *words],
            cwd=self.cwd or self.home,
            env={
                "HOME": str(self.home),
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "PYTHONWARNINGS": "error",
                "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
                **self.variables,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def answer(self, *words: str, code: int = 0) -> Any:
        """What the command says in JSON, having ended with that code."""
        done = self.run(*words, "--json")
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def preflight(self, agent: str, code: int) -> Any:
        """3 when the agent's lane is refused, 0 when it serves. What is stored counts for nothing."""
        return self.answer("preflight", agent, code=code)

    def switch(self, agent: str, profile: str) -> Any:
        """Put on the profile: written, read back, and proven by a request of ours."""
        told = self.answer("switch", agent, profile)
        assert told["verified"], told
        assert told["proof"]["verdict"] == "open", told
        return told

    def undo(self, agent: str) -> Any:
        return self.answer("undo", agent)

    def decide(self) -> list[Any]:
        """One round of `watch --auto-switch`: its decisions."""
        done = self.run("watch", "--once", "--auto-switch")
        assert done.returncode == 0, (done.stdout, done.stderr)
        told = [json.loads(line) for line in done.stdout.splitlines()]
        return [one for one in told if one["schema"] == "quotaboard.decision/1"]

    def afresh(self) -> "Commands":
        """The same user on a machine that has seen nothing yet: no verdicts, no switches, no cool-down."""
        state = str(self.home / "second-state")
        return replace(self, variables={**self.variables, "QUOTABOARD_STATE_DIR": state})


@dataclass(frozen=True, slots=True)
class Journey:
    """An agent on a lane that refuses, and the profile on which it is served."""

    commands: Commands
    agent: str
    profile: str
    ask: Callable[[], object]
    """One message to the agent, as its user sends it."""
    gated: Upstream
    served: Upstream
    config: Path
    """The file that a switch writes."""

    def there_and_back(self) -> Any:
        """Gated before, switched by us, served after, undone, gated again; returns what the switch told."""
        before = self.config.read_bytes()
        self.is_refused()
        told = self.commands.preflight(self.agent, 3)
        assert (told["verdict"], told["best"]) == ("gated", self.profile), told
        switched = self.commands.switch(self.agent, self.profile)
        self.is_served()
        assert self.commands.preflight(self.agent, 0)["ready"]
        self.commands.undo(self.agent)
        assert self.config.read_bytes() == before
        self.is_refused()
        self.commands.preflight(self.agent, 3)
        return switched

    def by_itself(self) -> None:
        """The same, when `watch --auto-switch` decides it."""
        before, commands = self.config.read_bytes(), self.commands.afresh()
        (decision,) = commands.decide()
        assert (decision["action"], decision["to"], decision["verified"]) == ("switch", self.profile, True)
        self.is_served()
        commands.undo(self.agent)
        assert self.config.read_bytes() == before
        self.is_refused()

    def is_refused(self) -> None:
        """What the agent sends arrives at the lane that refuses, and there alone."""
        refused, served = len(self.gated.asked), len(self.served.asked)
        self.ask()
        assert len(self.gated.asked) > refused
        assert len(self.served.asked) == served

    def is_served(self) -> None:
        """What the agent sends arrives at the lane that serves, and there alone."""
        refused, served = len(self.gated.asked), len(self.served.asked)
        self.ask()
        assert len(self.served.asked) > served
        assert len(self.gated.asked) == refused


def auto_switch(agent: str, profile: str) -> str:
    """The table that lets it be put there: whoever names a profile has agreed to its price."""
    return f'[auto_switch]\nagents = ["{agent}"]\nprofiles = ["{profile}"]\n'
