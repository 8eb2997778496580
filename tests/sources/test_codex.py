import base64
import json
from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import codex
from quotaboard.sources.base import Lack, Wanted


def jwt(**claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{body}.FAKE"


def auth(**access: object) -> dict[str, object]:
    identity = jwt(**{"https://api.openai.com/auth": {"chatgpt_plan_type": "plus"}})
    tokens = {
        "access_token": jwt(**access),
        "id_token": identity,
        "refresh_token": "rt",
        "account_id": "acct",
    }
    return {"auth_mode": "chatgpt", "OPENAI_API_KEY": None, "tokens": tokens}


def test_a_plan_is_found_with_its_facts(around: Any, lay: Any) -> None:
    lay(".codex/auth.json", auth(exp=1795999999))
    [found] = codex.discover(around())
    credential = found.credential
    assert (credential.name, credential.provider, credential.kind) == ("codex", "codex", Kind.OAUTH)
    assert (credential.plan, credential.account) == ("plus", "acct")
    assert credential.expires_at is not None
    assert found.secret == Secret(jwt(exp=1795999999))


def test_an_expired_plan_login_is_left_to_codex(around: Any, lay: Any) -> None:
    lay(".codex/auth.json", auth(exp=1795000000))
    assert codex.read(Wanted(), around()).trouble == "This login has expired: start Codex once."


def test_a_key_is_found_where_there_is_no_plan(around: Any, lay: Any, home: Path) -> None:
    lay("elsewhere/auth.json", {"OPENAI_API_KEY": "sk-FAKE"})
    [found] = codex.discover(around(CODEX_HOME=str(home / "elsewhere")))
    assert (found.secret, found.credential.kind) == (Secret("sk-FAKE"), Kind.API_KEY)


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "a.!.c", "a." + "W" * 8 + ".c", None, 1])
def test_a_token_of_another_kind_claims_nothing(token: object) -> None:
    assert codex.claims(token) == {}


def test_nothing_there_is_nothing_found(around: Any, home: Path) -> None:
    assert codex.discover(around()) == []
    assert codex.read(Wanted(), around()).trouble == (
        f"Codex is not signed in here (there is no {home}/.codex/auth.json): run `codex login`."
    )


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"tokens": 1, "OPENAI_API_KEY": ""}'])
def test_a_bad_file_is_a_sentence(content: str, around: Any, lay: Any) -> None:
    path = lay(".codex/auth.json", content)
    [found] = codex.discover(around())
    assert found.lack is Lack.MISSING
    assert found.trouble is not None
    assert found.trouble.startswith(str(path))
    assert found.trouble.endswith("run `codex login`.")
