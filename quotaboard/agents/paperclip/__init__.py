"""Paperclip: its agents live in its database, so they are read and switched by its own API."""

from quotaboard.agents.base import Surroundings
from quotaboard.agents.paperclip.adapter import NAME, TITLE, homes, look, plan, takes_effect, verify
from quotaboard.agents.paperclip.results import RunResult, read_result
from quotaboard.domain.agent import Home, Refusal, SwitchPlan

__all__ = [
    "NAME",
    "TITLE",
    "RunResult",
    "homes",
    "look",
    "plan",
    "read_result",
    "take_back",
    "takes_effect",
    "verify",
    "write",
]


def write(plan: SwitchPlan, around: Surroundings) -> Refusal | None:
    """Send the plan, if the agent is still as the plan found it."""
    from quotaboard.agents.paperclip import moving  # a board that switches nothing needs no journal

    return moving.write(plan, around)


def take_back(home: Home, around: Surroundings) -> str | Refusal:
    """Put the agent back on what it was on before our newest switch; returns the profile that it leaves."""
    from quotaboard.agents.paperclip import moving

    return moving.take_back(home, around)
