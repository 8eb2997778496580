"""What this machine is called: plain HTTP, a login for a relay, and looks without consent are for it alone.

One answer for all who ask: a name such as `127.0.0.1.stranger.example` only looks like an address.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine, by its address or by the one name that always is."""
    if host is None:
        return False
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def stays_here(url: str | None) -> bool:
    """Whether what is sent to that web address stays on this machine."""
    try:
        parts = urlsplit(url or "")
        return parts.scheme in ("http", "https") and is_loopback(parts.hostname)
    except ValueError:
        return False
