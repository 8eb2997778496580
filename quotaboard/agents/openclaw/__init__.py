"""OpenClaw."""

from quotaboard.agents.openclaw.adapter import NAME, TITLE, homes, look, plan, takes_effect, verify

__all__ = ["NAME", "TITLE", "homes", "look", "plan", "takes_effect", "verify"]
