"""aider."""

from quotaboard.agents.aider.adapter import NAME, TITLE, homes, look, plan, takes_effect, verify

__all__ = ["NAME", "TITLE", "homes", "look", "plan", "takes_effect", "verify"]
