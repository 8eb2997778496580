"""Codex CLI's login in `auth.json`: a ChatGPT plan or an OpenAI key."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Final

from quotaboard.domain.lane import Credential, Kind
from quotaboard.sources.base import Found, Surroundings, Wanted
from quotaboard.sources.documents import Trouble, is_there, mapping, moment, read_json, shown, text
from quotaboard.sources.tokens import hold, lacking

WORD: Final = "codex"
LABEL = "Codex"
SIGN_IN = "run `codex login`"


def discover(around: Surroundings) -> list[Found]:
    """The one login that Codex would use."""
    found = read(Wanted(), around)
    return [found] if found.path is not None and is_there(found.path) else []


def read(wanted: Wanted, around: Surroundings) -> Found:  # noqa: ARG001 - the port; there is one login
    """The login, or what to do to get one."""
    path = around.folder("CODEX_HOME", ".codex") / "auth.json"
    document = read_json(path, SIGN_IN)
    if isinstance(document, Trouble):
        sentence = document.sentence
        if document.missing:
            sentence = f"Codex is not signed in here (there is no {shown(path)}): {SIGN_IN}."
        return lacking(_credential({}, Kind.OAUTH), sentence, path=path)
    tokens = mapping(document.get("tokens"))
    access, key = tokens.get("access_token"), document.get("OPENAI_API_KEY")
    if isinstance(access, str) and access:
        return hold(_credential(tokens, Kind.OAUTH), access, around.now, renew="start Codex once", path=path)
    if isinstance(key, str) and key:
        return hold(_credential({}, Kind.API_KEY), key, around.now, renew=SIGN_IN, path=path)
    return lacking(_credential({}, Kind.OAUTH), f"{shown(path)} holds no login: {SIGN_IN}.", path=path)


def _credential(tokens: Mapping[str, object], kind: Kind) -> Credential:
    access, identity = claims(tokens.get("access_token")), claims(tokens.get("id_token"))
    return Credential(
        name=WORD,
        # A plan's login belongs to the plan's own host; sent to the API's it would be given away.
        provider="codex" if kind is Kind.OAUTH else "openai",
        kind=kind,
        source=WORD,
        found_in=(LABEL,),
        plan=text(mapping(identity.get("https://api.openai.com/auth")).get("chatgpt_plan_type")),
        expires_at=moment(access.get("exp")),
        account=text(tokens.get("account_id")),
        reads_usage=kind is Kind.OAUTH,
    )


def claims(token: object) -> Mapping[str, object]:
    """What a JWT says about itself, unverified; nothing for a token of another kind."""
    parts = token.split(".") if isinstance(token, str) else []
    if len(parts) != 3:
        return {}
    try:
        return mapping(json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))))
    except (ValueError, RecursionError):
        return {}
