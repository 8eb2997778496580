"""LM Studio on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quotaboard.providers.local.server import Listing, LocalServer, State
from quotaboard.providers.meters import objects, word
from quotaboard.providers.openai.reading import Reading


def states(body: Mapping[str, Any]) -> Listing | None:
    """`/api/v0/models` with a `state`, or the newer `/api/v1/models` with `loaded_instances`."""
    found: dict[str, State] = {}
    for one in (*objects(body.get("data")), *objects(body.get("models"))):
        name = word(one.get("id")) or word(one.get("key")) or word(one.get("name"))
        if name is None:
            continue
        if isinstance(one.get("loaded_instances"), list):
            found[name] = State.LOADED if one["loaded_instances"] else State.UNLOADED
        elif isinstance(one.get("state"), str):
            found[name] = State.LOADED if one["state"] == "loaded" else State.UNLOADED
        else:
            return None
    listed = isinstance(body.get("data"), list) or isinstance(body.get("models"), list)
    return found if found or listed else None


PROVIDER = LocalServer(
    name="lmstudio",
    title="LM Studio",
    host="http://127.0.0.1:1234",
    reading=Reading("lmstudio"),
    list_path="/api/v0/models",
    listing=states,
)
