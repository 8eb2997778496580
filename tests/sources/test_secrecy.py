"""No secret leaves a source in any other form than a Secret."""

import copy
import dataclasses
import json
import pickle
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.sources import catalog
from quotaboard.sources.base import Found, Surroundings, Wanted

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
CANARY = st.text(st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ23456789"), min_size=16, max_size=40)
PREFIX = st.sampled_from(
    ["sk-ant-oat01-", "sk-ant-api03-", "sk-ant-ort01-", "sk-ant-admin01-", "sk-or-v1-", "gw-", '"', "a\n"]
)
CUT = st.sampled_from([0, 1, 30])


def forms(found: Found) -> list[str]:
    """Every form in which a careless line might print it."""
    told = [
        repr(found),
        str(found),
        f"{found}",
        repr(found.credential),
        json.dumps(found.credential, default=str),
    ]
    told.append(json.dumps(dataclasses.asdict(found.credential), default=str))
    told.append(
        json.dumps(
            {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}, default=str
        )
    )
    for careless in (dataclasses.asdict, pickle.dumps, copy.deepcopy):
        if found.secret is None:
            told.append(str(careless(found)))
        else:
            with pytest.raises(TypeError, match="never pickled or copied"):
                careless(found)
    return told


def lay_everywhere(home: Path, token: str, cut: int) -> dict[str, str]:
    """The token wherever a source looks, in files cut short by some letters."""
    documents: dict[str, Any] = {
        ".claude/.credentials.json": {"claudeAiOauth": {"accessToken": token, "refreshToken": token}},
        ".hermes/auth.json": {
            "credential_pool": {"anthropic": [{"label": "a", "access_token": token, "refresh_token": token}]}
        },
        ".hermes/.anthropic_oauth.json": {"accessToken": token, "refreshToken": token},
        ".openclaw/agents/main/agent/auth-profiles.json": {
            "profiles": {"a:b": {"type": "token", "provider": "a", "token": token}}
        },
        ".codex/auth.json": {"tokens": {"access_token": token, "refresh_token": token}},
        "token": token,
    }
    for name, document in documents.items():
        text = document if isinstance(document, str) else json.dumps(document)
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text[: len(text) - cut])
    (home / ".hermes/.env").write_text(f"ANTHROPIC_TOKEN={token}\nCLAUDE_CODE_OAUTH_TOKEN='{token}\n")
    return {"ANTHROPIC_API_KEY": token, "ANTHROPIC_AUTH_TOKEN": f"{token} {token}"}


@given(canary=CANARY, prefix=PREFIX, cut=CUT)
def test_nothing_that_is_found_shows_its_token(canary: str, prefix: str, cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        variables = lay_everywhere(home, prefix + canary, cut)
        found = catalog.find_all(variables, home, NOW)
        for spec in (
            "claude-code",
            "hermes",
            "hermes:a",
            "codex",
            "env:ANTHROPIC_API_KEY",
            f"file:{home}/token",
        ):
            found.append(catalog.resolve(spec, name="n", environment=variables, home=home, now=NOW))
    assert found
    for one in found:
        for told in forms(one):
            assert canary not in told


def test_what_a_source_may_look_at_does_not_show_the_environment() -> None:
    around = Surroundings({"ANTHROPIC_API_KEY": "sk-ant-api03-CANARY"}, Path("/home/ada"), NOW)
    assert "CANARY" not in repr((around, Wanted("a")))
