"""Which command renews a credential: that of the program that owns it, or ours."""

from __future__ import annotations

from quotaboard.domain.lane import Credential

_OWNERS = {
    "claude-code": "claude",
    "codex": "codex",
    "hermes": "hermes",
    "openclaw": "openclaw",
}
"""Each renews its own login when it is started, or asks for a new one."""


def renewal_of(credential: Credential) -> str | None:
    """The command; None where a person puts a new token into a file or a variable."""
    source, _, label = credential.source.partition(":")
    if source == "keyring":
        return f"quotaboard key set {label or credential.name}"
    return _OWNERS.get(source)
