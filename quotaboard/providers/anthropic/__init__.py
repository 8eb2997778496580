"""Anthropic's Messages API: subscription logins, setup-tokens and API keys."""
