"""A file that the user names: just a token, or a login in the shape of Claude Code or of Hermes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from quotaboard.domain.lane import Credential
from quotaboard.sources import claude_code
from quotaboard.sources.base import Found, Surroundings, Wanted
from quotaboard.sources.claude_state import ClientState, client_state
from quotaboard.sources.documents import Trouble, moment, parse_json, read_text, shown
from quotaboard.sources.naming import slug
from quotaboard.sources.tokens import hold, is_subscription, kind_of, lacking, owner_of

WORD: Final = "file"
_FIX = "put a token alone into it, or a login as Claude Code writes it"


def discover(around: Surroundings) -> list[Found]:  # noqa: ARG001 - the port
    """Nothing: a file is read only when the user names it."""
    return []


def read(wanted: Wanted, around: Surroundings) -> Found:
    """The file that the config names."""
    path = around.expand(wanted.detail or "")
    if not path.is_absolute():
        sentence = f"{shown(path)} depends on the folder one happens to be in: name the file from / or ~ on."
        return lacking(_credential(path, "", wanted), sentence)
    content = read_text(path)
    if isinstance(content, Trouble):
        sentence = content.sentence
        if content.missing:
            sentence = f"{sentence[:-1]}: put a token into it, or name another file in the config."
        return lacking(_credential(path, "", wanted), sentence, path=path)
    if content.lstrip().startswith(("{", "[")):
        return _login(content, path, wanted, around)
    if not content.strip():
        return lacking(_credential(path, "", wanted), f"{shown(path)} is empty: {_FIX}.", path=path)
    credential = _credential(path, content.strip(), wanted)
    return hold(credential, content, around.now, renew="put a new token into it", path=path)


def _login(content: str, path: Path, wanted: Wanted, around: Surroundings) -> Found:
    document = parse_json(content, path, _FIX)
    if isinstance(document, Trouble):
        return lacking(_credential(path, "", wanted), document.sentence, path=path)
    token = document.get("accessToken")
    if "claudeAiOauth" in document or not isinstance(token, str):
        # Claude Code keeps an account's facts beside its login, except in the default folder.
        beside = client_state(path.with_name(".claude.json"))
        state = beside if isinstance(beside, ClientState) else None
        label, source = shown(path), f"{WORD}:{wanted.detail}"
        return claude_code.login_in(document, state, around, label=label, source=source, path=path)
    credential = replace(_credential(path, token, wanted), expires_at=moment(document.get("expiresAt")))
    return hold(credential, token, around.now, renew="start the program that writes it", path=path)


def _credential(path: Path, token: str, wanted: Wanted) -> Credential:
    return Credential(
        name=slug(path.stem, WORD),
        provider=owner_of(token) or wanted.provider or "",
        kind=kind_of(token),
        source=f"{WORD}:{wanted.detail}",
        found_in=(shown(path),),
        # Its scopes are not known; asking a usage endpoint with a setup-token is refused each time.
        reads_usage=not is_subscription(token),
    )
