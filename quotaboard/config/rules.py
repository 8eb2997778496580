"""What single values of the config must look like: a sentence when one does not, else None."""

import re
from pathlib import PurePath
from urllib.parse import SplitResult, urlsplit

from quotaboard.domain.loopback import is_loopback

WAY_OUT = (
    'A secret does not belong in the config; use `quotaboard key set NAME` and `source = "keyring:NAME"`.'
)
"""The way out that every refused secret ends in."""

SOURCES = (
    "claude-code",
    "hermes",
    "hermes:LABEL",
    "openclaw",
    "openclaw:ID",
    "codex",
    "env:NAME",
    "keyring",
    "keyring:NAME",
    "file:PATH",
    "none",
)

_BARE_SOURCES = {"claude-code", "codex", "none", "hermes", "openclaw", "keyring"}
_NAMED_SOURCES = {"hermes", "openclaw", "keyring", "env", "file"}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME = re.compile(r"[^\s/]+")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS = {"user-agent", "authorization", "x-api-key"}
_TRANSPORT = {
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "proxy-authorization",
    "transfer-encoding",
}

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{12,}|(?:gh[opsu]|gsk|xai|hf|nvapi|pplx)[_-][A-Za-z0-9_-]{12,}|AIza[\w-]{20,}"
    r"|eyJ[\w-]{10,}|[Bb]earer\s+\S{8,})"
)
_LONG_WORD = re.compile(r"[A-Za-z0-9_+/=.-]{32,}")


def looks_secret(text: str) -> bool:
    """Whether the text could be a token or key: a known prefix, or a long mix of letters and digits."""
    if _TOKEN.search(text):
        return True
    return any(_is_random(word) for word in _LONG_WORD.findall(text))


def _is_random(word: str) -> bool:
    """Paths and model names are long too, but they are made of short pieces."""
    longest = max(re.split(r"[/_.=+-]", word), key=len)
    return len(longest) >= 20 and any(c.isdigit() for c in longest) and any(c.isalpha() for c in longest)


def quoted(text: str) -> str:
    """The text as a message may repeat it."""
    if looks_secret(text):
        return "text that looks like a secret"
    return f'"{text}"' if len(text) <= 40 and text.isprintable() else "a long text"


def name_trouble(name: str) -> str | None:
    """A credential's name is part of a lane's id, whose parts a slash divides, and is shown everywhere."""
    if looks_secret(name):
        return f"looks like a secret. {WAY_OUT}"
    return None if _NAME.fullmatch(name) else 'must be one word without "/". Write for example "work-max".'


def source_trouble(source: str) -> str | None:
    """The value is never repeated: a token pasted here by mistake must not reach a terminal or a log."""
    kind, colon, rest = source.partition(":")
    if looks_secret(source) and kind != "file":
        return f"looks like a secret. {WAY_OUT}"
    if not colon and kind in _BARE_SOURCES:
        return None
    if kind == "env" and not _VARIABLE.fullmatch(rest):
        return f'must name a variable after "env:", for example "env:ANTHROPIC_API_KEY". {WAY_OUT}'
    if kind == "file" and not PurePath(rest).name:
        return 'must name a file after "file:", for example "file:~/.config/work-token".'
    if colon and rest.strip() and kind in _NAMED_SOURCES:
        return None
    return f"must be one of {', '.join(SOURCES)}. {WAY_OUT}"


def base_url_trouble(url: str) -> str | None:
    """An address that we may send to at all; `plain_http_trouble` says whether a secret may go there."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return 'must be an address such as "https://api.example.com".'
    if parts.username is not None or parts.password is not None:
        return f"must not hold a user name or password. {WAY_OUT}"
    if parts.query or parts.fragment:
        return 'must end with its path: leave out what follows "?" or "#".'
    return None


def path_trouble(path: str) -> str | None:
    """A path on the provider's own host: a key is never sent to another."""
    if "://" in path or path.startswith("//") or not path.strip("/"):
        return 'must be a path such as "/api/usage" on the provider\'s own host.'
    if any(c.isspace() for c in path) or "?" in path or "#" in path:
        return 'must be a plain path: leave out spaces and what follows "?" or "#".'
    return None


def plain_http_trouble(url: str) -> str | None:
    """A secret goes over plain HTTP to this machine only."""
    parts = _split(url)
    if parts is None or parts.scheme != "http" or is_loopback(parts.hostname):
        return None
    return "must begin with https://, since a secret is sent there. Plain http:// is for this machine only."


def header_trouble(name: str, value: str) -> str | None:
    """A shape describes what an agent sends besides who we are and how we authenticate."""
    lowered = name.lower()
    if lowered in _OURS:
        return (
            "must not be replaced: quotaboard says who it is and uses its own credential. Remove this header."
        )
    if lowered in _TRANSPORT:
        return "is set by the connection itself. Remove this header."
    if not _HEADER_NAME.fullmatch(name):
        return "is not a header name. Use letters, digits and dashes."
    if looks_secret(value):
        return f"looks like a secret. {WAY_OUT}"
    if not value.isprintable() or not value.isascii():
        return "must be one line of plain ASCII text."
    return None


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return None if any(c.isspace() for c in url) else parts
