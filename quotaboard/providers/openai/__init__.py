"""OpenAI, and the dialect that most other providers and gateways speak."""
