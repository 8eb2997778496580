"""Keys that would reach a host that is not their provider's, whatever the config says."""

from __future__ import annotations

from quotaboard.agents.hermes.runtime import Runtime, is_host
from quotaboard.agents.hermes.world import World
from quotaboard.domain.agent import Key


def leak_of(runtime: Runtime, world: World) -> str | None:
    """The sentence that refuses such a route: an SDK adds keys from variables to what Hermes sends."""
    where = runtime.sent.address or runtime.sent.provider
    main = runtime.sent.key
    old_name = (
        main is not None and main.variable == "OPENAI_API_KEY" and runtime.sent.provider == "openrouter"
    )
    # Long ago that was the variable for OpenRouter's keys, and Hermes still falls back to it.
    if main and old_name and not world.variable("OPENAI_API_KEY").startswith("sk-or-"):
        return f"Hermes would send {main.place} to OpenRouter: run `hermes auth add openrouter` first."
    strays = [key for key in runtime.also if not _belongs(key, runtime, world)]
    if not strays:
        return None
    key = strays[0]
    return (
        f"Hermes would send {key.place} to {where} as well, where it does not belong: "
        f"remove {key.variable} from there first, or choose another profile."
    )


def _belongs(key: Key, runtime: Runtime, world: World) -> bool:
    url = runtime.sent.base_url
    token = world.variable(key.variable or "")
    if key.variable == "ANTHROPIC_AUTH_TOKEN" and not token.startswith("sk-ant-"):
        # A gateway's token; it goes with the gateway's address.
        gateway = world.variable("ANTHROPIC_BASE_URL").rstrip("/")
        return bool(gateway) and gateway == (url or "").rstrip("/")
    at_anthropic = url is None or is_host(url, "anthropic.com")
    # An address of the user's own under `anthropic` is where they want their Anthropic credentials to go.
    return runtime.sent.provider == "anthropic" and (at_anthropic or url is not None)
