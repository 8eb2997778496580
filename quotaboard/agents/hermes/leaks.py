"""Keys that would reach a host that is not their provider's, whatever the config says."""

from __future__ import annotations

from quotaboard.agents.hermes.runtime import Runtime, is_host
from quotaboard.agents.hermes.world import World
from quotaboard.domain.agent import Key


def leak_of(runtime: Runtime, world: World) -> str | None:
    """The sentence that refuses such a route: an SDK adds keys from variables to what Hermes sends."""
    strays = [key for key in runtime.also if not _belongs(key, runtime, world)]
    if not strays:
        return None
    key, where = strays[0], runtime.sent.base_url or runtime.sent.provider
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
