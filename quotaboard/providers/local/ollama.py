"""Ollama on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from quotaboard.providers.local.server import Listing, LocalServer, State
from quotaboard.providers.meters import objects, word
from quotaboard.providers.openai.reading import Reading

_PORT = 11434


def tags(body: Mapping[str, Any]) -> Listing | None:
    """`/api/tags`: what was pulled.

    Whether it is loaded is not said, and does not matter: it loads on demand.
    """
    if not isinstance(body.get("models"), list):
        return None
    return {name: State.THERE for one in objects(body["models"]) if (name := word(one.get("name")))}


def host_from(variable: str) -> str:
    """`OLLAMA_HOST` may lack scheme or port, and `0.0.0.0` is where it listens, not where it is reached."""
    written = variable.strip().rstrip("/")
    if not written:
        return f"http://127.0.0.1:{_PORT}"
    try:
        parts = urlsplit(written if "://" in written else f"http://{written}")
    except ValueError:
        return written  # it is no address, as whoever would send to it says
    try:
        port = parts.port
    except ValueError:
        port = None
    name = parts.hostname or "127.0.0.1"
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)  # noqa: S104 - read, not bound
    shown = f"[{name}]" if ":" in name else name
    usual = {"http": _PORT, "https": 443}[parts.scheme] if parts.scheme in ("http", "https") else _PORT
    return f"{parts.scheme}://{shown}:{port or usual}{parts.path}"


@dataclass(frozen=True, slots=True)
class Ollama(LocalServer):
    """Found where `OLLAMA_HOST` says."""

    def base_url(self, environment: Mapping[str, str]) -> str:
        return host_from(environment.get("OLLAMA_HOST", ""))


PROVIDER = Ollama(
    name="ollama",
    title="Ollama",
    host=f"http://127.0.0.1:{_PORT}",
    reading=Reading("ollama"),
    list_path="/api/tags",
    listing=tags,
)
