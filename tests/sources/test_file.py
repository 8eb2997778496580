from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import file
from quotaboard.sources.base import Lack, Wanted

TOKEN = "sk-ant-oat01-FAKE-file"


@pytest.mark.parametrize("content", [TOKEN, f"{TOKEN}\n", f"  {TOKEN} \r\n\r\n", f"\ufeff{TOKEN}"])
def test_a_token_alone_is_enough(content: str, around: Any, lay: Any) -> None:
    path = lay("keys/work-max.txt", content)
    found = file.read(Wanted("~/keys/work-max.txt"), around())
    assert found.secret == Secret(TOKEN)
    assert found.path == path
    credential = found.credential
    assert (credential.name, credential.provider, credential.kind) == ("work-max", "anthropic", Kind.OAUTH)
    assert (credential.source, credential.found_in) == ("file:~/keys/work-max.txt", (str(path),))
    assert not credential.reads_usage


def test_another_login_of_claude_code_can_be_named(around: Any, lay: Any) -> None:
    login = {"accessToken": TOKEN, "subscriptionType": "pro", "scopes": ["user:profile"]}
    path = lay("work/.credentials.json", {"claudeAiOauth": login})
    lay("work/.claude.json", {"oauthAccount": {"organizationUuid": "org-2"}})
    found = file.read(Wanted(str(path)), around())
    assert found.secret == Secret(TOKEN)
    assert (found.credential.plan, found.credential.account) == ("pro", "org-2")
    assert (found.credential.source, found.credential.found_in) == (f"file:{path}", (str(path),))
    assert found.credential.reads_usage


def test_hermes_own_login_can_be_named(around: Any, recorded: Path) -> None:
    found = file.read(Wanted(str(recorded / "hermes/anthropic_oauth.json")), around())
    assert found.secret == Secret("sk-ant-oat01-FAKE-pkce")
    assert found.credential.expires_at is not None


BAD = {
    "nothing": ("", "is empty: put a token alone into it, or a login as Claude Code writes it."),
    "half JSON": ('{"claudeAiOauth": ', "not complete JSON"),
    "list": ("[]", "a JSON object belongs here, not a list"),
    "two tokens": (f"{TOKEN}\n{TOKEN}\n", "holds something that cannot be a token"),
    "prose": ("my token is\nsecret", "holds something that cannot be a token"),
    "other JSON": ('{"a": 1}', "holds no Claude login"),
    "refresh token": ("sk-ant-ort01-FAKE", "holds a refresh token"),
}


@pytest.mark.parametrize(("content", "says"), BAD.values(), ids=BAD)
def test_a_bad_file_is_a_sentence(content: str, says: str, around: Any, lay: Any) -> None:
    path = lay("token", content)
    found = file.read(Wanted(str(path)), around())
    assert found.secret is None
    assert found.trouble is not None
    assert found.trouble.startswith(str(path))
    assert says in found.trouble
    assert TOKEN not in found.trouble


def test_a_file_that_is_not_there_says_what_to_do(around: Any, home: Path) -> None:
    found = file.read(Wanted("~/token"), around())
    assert found.lack is Lack.MISSING
    assert found.trouble == (
        f"There is no {home}/token: put a token into it, or name another file in the config."
    )


def test_a_path_that_depends_on_the_folder_is_refused(around: Any) -> None:
    found = file.read(Wanted("token"), around())
    assert found.trouble == (
        "token depends on the folder one happens to be in: name the file from / or ~ on."
    )


def test_files_are_not_searched_for(around: Any, lay: Any) -> None:
    lay("token", TOKEN)
    assert file.discover(around()) == []
