"""Paperclip: its agents live in its database, so they are read and switched by its own API."""

from quotaboard.agents.paperclip.adapter import NAME, TITLE, homes, look, plan, takes_effect, verify
from quotaboard.agents.paperclip.moving import take_back, write
from quotaboard.agents.paperclip.results import RunResult, read_result

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
