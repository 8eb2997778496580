"""The agents by name, each imported when it is first needed; third parties add theirs by entry point."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Final, cast

from quotaboard import plugins
from quotaboard.agents.base import Agent
from quotaboard.plugins import Broken

GROUP: Final = "quotaboard.agents"

BUILT_IN: Final = {
    "hermes": "quotaboard.agents.hermes",
    "claude-code": "quotaboard.agents.claude_code",
    "openclaw": "quotaboard.agents.openclaw",
    "codex": "quotaboard.agents.codex",
    "opencode": "quotaboard.agents.opencode",
    "aider": "quotaboard.agents.aider",
    "paperclip": "quotaboard.agents.paperclip",
}


def names() -> list[str]:
    """Every agent that is known here, without importing one."""
    ours = [name for name, module in BUILT_IN.items() if find_spec(module) is not None]
    return [*ours, *(name for name in sorted(plugins.entries(GROUP)) if name not in BUILT_IN)]


def agent(name: str) -> Agent | None:
    """The agent of that name, if there is one and it loads."""
    if module := BUILT_IN.get(name):
        if find_spec(module) is None:
            return None
        # A module that has what the protocol asks for is an Agent; mypy checks each where it is written.
        return cast("Agent", import_module(module))
    entry = plugins.entries(GROUP).get(name)
    loaded: Agent | Broken | None = plugins.load(entry, Agent) if entry else None
    return None if isinstance(loaded, Broken) else loaded
