"""What identifies a config file's content, for those who only ask whether it was found right before."""

from __future__ import annotations

import hashlib
from pathlib import Path

from quotaboard import __version__


def config_digest(path: Path) -> str | None:
    """What identifies the file's content to this version of quotaboard, or None when it cannot be read."""
    try:
        return digest_of(path.read_bytes())
    except OSError:
        return None


def digest_of(raw: bytes) -> str:
    """The same of a content that was read already."""
    # The version is in it because another version may know other keys.
    return hashlib.sha256(__version__.encode() + b"\0" + raw).hexdigest()
