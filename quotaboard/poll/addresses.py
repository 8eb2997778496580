"""Which address may be given which secret."""

from __future__ import annotations

from urllib.parse import urlsplit

from quotaboard.domain.loopback import is_loopback

NO_ADDRESS = "The base URL is not a web address: correct base_url in the config."


def objection(url: str, *, has_secret: bool) -> str | None:
    """Why nothing is sent to this address, as a sentence; None when it is fine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return NO_ADDRESS
    if not host or parts.scheme not in ("http", "https"):
        return NO_ADDRESS
    if parts.username is not None or parts.password is not None:
        return "The base URL holds a user name or password, which is not sent: take it out of base_url."
    if parts.scheme == "http" and has_secret and not is_loopback(host):
        return f"A key is never sent to {host} over plain http: use https, or a server on this machine."
    return None
