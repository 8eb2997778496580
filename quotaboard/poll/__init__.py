"""When to ask (pure) and asking (async)."""
