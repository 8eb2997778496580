"""The ChatGPT plan through Codex: windows of any length, credits, and a member's spend cap."""
