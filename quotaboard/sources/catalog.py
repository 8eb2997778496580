"""All sources together: what is there, and what the config names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from quotaboard.domain.lane import Credential, Kind
from quotaboard.plugins import Broken, entries, guarded, load, promised
from quotaboard.sources import (
    claude_code,
    codex,
    file,
    hermes,
    keyring_store,
    openclaw,
)
from quotaboard.sources import environment as variables
from quotaboard.sources.base import Found, Lack, Source, Surroundings, Wanted
from quotaboard.sources.naming import unique
from quotaboard.sources.tokens import has_expired, lacking

T = TypeVar("T")

NONE = "none"
GROUP = "quotaboard.sources"
"""The entry points of third parties' sources."""

BUILT_IN: Sequence[Source] = (claude_code, keyring_store, variables, hermes, openclaw, codex, file)
"""In the order in which they name a secret that several hold: whoever renews it first."""


def find_all(
    environment: Mapping[str, str], home: Path, now: datetime, state_dir: Path | None = None
) -> list[Found]:
    """Every credential that can be found, each secret once, with unique names."""
    around = Surroundings(environment, home, now, state_dir)
    found = [one for source in BUILT_IN for one in source.discover(around)]
    for entry in entries(GROUP).values():
        theirs: Source | Broken = load(entry, Source)
        if not isinstance(theirs, Broken):
            found += guarded(partial(_discovered, theirs, around), _nothing, f"source {entry.name}")
    return _named(_merged(found, now))


def resolve(
    spec: str,
    *,
    name: str,
    provider: str | None = None,
    environment: Mapping[str, str],
    home: Path,
    now: datetime,
    state_dir: Path | None = None,
) -> Found:
    """The credential that the config describes, read now. Its name and provider are the config's."""
    around = Surroundings(environment, home, now, state_dir)
    word, _, detail = spec.partition(":")
    if word == NONE:
        return Found(Credential(name, provider or "", Kind.NONE, NONE, reads_usage=False))
    found = _read(word, Wanted(detail or None, name, provider), around)
    if found is None:
        return lacking(_unknown(name, provider, ""), _unknown_word())
    credential = replace(found.credential, name=name, source=spec)
    theirs = credential.provider
    if provider is None or provider == theirs:
        return replace(found, credential=credential)
    if not theirs or theirs.startswith("custom:"):
        return replace(found, credential=replace(credential, provider=provider))
    if found.secret is None:
        return replace(found, credential=replace(credential, provider=provider))
    # Sent to another provider's host it would be given away.
    fix = f'set provider = "{theirs}" in the config'
    sentence = f"{spec} holds a credential of {theirs}, not of {provider}: {fix}."
    return lacking(replace(credential, provider=provider), sentence, Lack.INVALID, found.path)


def _read(word: str, wanted: Wanted, around: Surroundings) -> Found | None:
    for source in BUILT_IN:
        if word == source.WORD:
            return source.read(wanted, around)
    entry = entries(GROUP).get(word)
    if entry is None:
        return None
    nothing = _unknown(wanted.name or word, wanted.provider, word)
    theirs: Source | Broken = load(entry, Source)
    if isinstance(theirs, Broken):
        return lacking(nothing, theirs.sentence)
    failed = lacking(nothing, f"The source {word} failed: see the log, and tell its author.")
    return guarded(lambda: promised(Found, theirs.read(wanted, around)), lambda _: failed, f"source {word}")


def _discovered(theirs: Source, around: Surroundings) -> list[Found]:
    return [promised(Found, one) for one in theirs.discover(around)]


def _nothing(_error: Exception) -> list[Found]:
    return []


def _unknown(name: str, provider: str | None, word: str) -> Credential:
    return Credential(name, provider or "", Kind.API_KEY, word, reads_usage=False)


def _unknown_word() -> str:
    known = ", ".join([*(source.WORD for source in BUILT_IN), NONE])
    # The word itself is not repeated: it may be a token that was pasted into the wrong place.
    return f"The source of this credential is not one that is known here: use one of {known}."


def _merged(found: Iterable[Found], now: datetime) -> list[Found]:
    """One entry for each secret; what cannot be compared stays by itself."""
    groups: dict[object, list[Found]] = {}
    for index, one in enumerate(found):
        groups.setdefault(one.credential.fingerprint or index, []).append(one)
    return [_one(group, now) for group in groups.values()]


def _one(group: Sequence[Found], now: datetime) -> Found:
    """The first place names it; what another place knows about the same secret is added."""
    usable = next((one for one in group if one.secret is not None), group[0])
    credentials = [usable.credential, *(one.credential for one in group)]
    merged = replace(
        usable.credential,
        found_in=tuple(dict.fromkeys(place for one in group for place in one.credential.found_in)),
        plan=_first(one.plan for one in credentials),
        account=_first(one.account for one in credentials),
        expires_at=_first(one.expires_at for one in credentials),
        base_url=_first(one.base_url for one in credentials),
        reads_usage=any(one.reads_usage for one in credentials),
    )
    if usable.secret is not None and has_expired(merged, now):
        expired = next(one for one in group if has_expired(one.credential, now))
        return replace(expired, credential=merged)
    return replace(usable, credential=merged)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _named(found: Sequence[Found]) -> list[Found]:
    taken: set[str] = set()
    named = []
    for one in found:
        place = one.credential.source.partition(":")[0]
        name = unique(one.credential.name, place, taken)
        taken.add(name)
        named.append(replace(one, credential=replace(one.credential, name=name)))
    return named
