"""Claude Code."""

from quotaboard.agents.claude_code.adapter import NAME, TITLE, homes, look, plan, takes_effect, verify

__all__ = ["NAME", "TITLE", "homes", "look", "plan", "takes_effect", "verify"]
