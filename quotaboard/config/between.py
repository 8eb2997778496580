"""Rules between several values of the config: names that must be unique, defined, or fit each other.

They read the raw document and skip what has the wrong type: both kinds of trouble are reported together.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from quotaboard.config.durations import parse_duration
from quotaboard.config.lines import KeyPath
from quotaboard.config.rules import header_trouble, plain_http_trouble, quoted
from quotaboard.config.suggestions import nearest
from quotaboard.config.values import BUILT_IN_SHAPES

Trouble = tuple[KeyPath, str]


def troubles_between(document: Mapping[str, Any]) -> Iterator[Trouble]:
    """Every rule between values that the document breaks."""
    yield from _repeated_credentials(document)
    yield from _repeated_profiles(document)
    yield from _undefined_shapes(document)
    yield from _redefined_shapes(document)
    yield from _refused_headers(document)
    yield from _plain_http(document)
    yield from _stale_before_fresh(document)
    yield from _keys(document)


def _tables(document: Mapping[str, Any], key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    entries = document.get(key)
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, Mapping):
            yield number, entry


def _shapes(document: Mapping[str, Any]) -> Mapping[str, Any]:
    shapes = document.get("shapes")
    return shapes if isinstance(shapes, Mapping) else {}


def _repeated_credentials(document: Mapping[str, Any]) -> Iterator[Trouble]:
    first: dict[str, int] = {}
    for number, entry in _tables(document, "credentials"):
        name = entry.get("name")
        if isinstance(name, str) and first.setdefault(name, number) != number:
            yield (
                ("credentials", number, "name"),
                f"must be unique, and credentials.{first[name]} has this name too. Give one of them another.",
            )


def _repeated_profiles(document: Mapping[str, Any]) -> Iterator[Trouble]:
    seen: set[tuple[str, str]] = set()
    for number, entry in _tables(document, "profiles"):
        agent, name = entry.get("agent"), entry.get("name")
        if isinstance(agent, str) and isinstance(name, str):
            if (agent, name) in seen:
                yield (
                    ("profiles", number, "name"),
                    "must be unique for its agent. Give this profile another name.",
                )
            seen.add((agent, name))


def _undefined_shapes(document: Mapping[str, Any]) -> Iterator[Trouble]:
    known = [*BUILT_IN_SHAPES, *_shapes(document)]
    for number, entry in _tables(document, "credentials"):
        named = entry.get("shapes")
        for at, shape in enumerate(named if isinstance(named, list) else ()):
            if isinstance(shape, str) and shape not in known:
                allowed = f"{', '.join(known)}, or defined in a table [shapes.NAME]"
                yield (
                    ("credentials", number, "shapes", at),
                    f"must be one of {allowed}, got {quoted(shape)}.{nearest(shape, known)}",
                )


def _redefined_shapes(document: Mapping[str, Any]) -> Iterator[Trouble]:
    for name in _shapes(document):
        if name in BUILT_IN_SHAPES:
            yield ("shapes", name), "is built in and cannot be redefined. Choose another name."


def _refused_headers(document: Mapping[str, Any]) -> Iterator[Trouble]:
    for name, shape in _shapes(document).items():
        headers = shape.get("headers") if isinstance(shape, Mapping) else None
        for header, value in (headers if isinstance(headers, Mapping) else {}).items():
            if isinstance(value, str) and (trouble := header_trouble(header, value)):
                yield ("shapes", name, "headers", header), trouble


def _plain_http(document: Mapping[str, Any]) -> Iterator[Trouble]:
    for number, entry in _tables(document, "credentials"):
        url = entry.get("base_url")
        if isinstance(url, str) and entry.get("source") != "none" and (trouble := plain_http_trouble(url)):
            yield ("credentials", number, "base_url"), trouble
    declared = document.get("providers")
    for name, provider in (declared if isinstance(declared, Mapping) else {}).items():
        url = provider.get("base_url") if isinstance(provider, Mapping) else None
        if isinstance(url, str) and (trouble := plain_http_trouble(url)):
            yield ("providers", name, "base_url"), trouble


def _keys(document: Mapping[str, Any]) -> Iterator[Trouble]:
    keys = document.get("keys")
    if isinstance(keys, Mapping) and keys:
        from quotaboard.config.keymap import keymap_troubles  # most configs leave the keys alone

        for command, trouble in keymap_troubles(keys):
            yield ("keys", command), trouble


def _stale_before_fresh(document: Mapping[str, Any]) -> Iterator[Trouble]:
    poll = document.get("poll")
    spans = [poll.get(key) for key in ("fresh_for", "stale_after")] if isinstance(poll, Mapping) else []
    fresh, stale = (parse_duration(span) if isinstance(span, str) else None for span in spans or (None, None))
    if fresh is not None and stale is not None and stale < fresh:
        yield ("poll", "stale_after"), "must not be shorter than fresh_for. Raise it, or lower fresh_for."
