import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import openclaw
from quotaboard.sources.base import Wanted


@pytest.fixture
def cases(recorded: Path) -> dict[str, Any]:
    return {
        case["id"]: case["body"]
        for case in json.loads((recorded / "openclaw/auth_profiles.json").read_text())
    }


def lay_database(folder: Path, case: dict[str, Any]) -> Path:
    path = folder / "state" / "openclaw.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute(case["ddl"])
        rows = [(key, json.dumps(value), 0) for key, value in case["rows"].items()]
        connection.executemany(f"INSERT INTO {case['table']} VALUES (?, ?, ?)", rows)  # noqa: S608 - our own table
        connection.commit()
    return path


def test_profiles_are_read_from_the_database(around: Any, cases: Any, home: Path) -> None:
    path = lay_database(home / ".openclaw", cases["oc-d01"])
    found = {one.credential.source: one for one in openclaw.discover(around())}
    assert list(found) == [
        "openclaw:anthropic:max-sub",
        "openclaw:anthropic:api-key",
        "openclaw:openrouter:default",
    ]
    subscription = found["openclaw:anthropic:max-sub"]
    assert subscription.secret is not None
    assert (subscription.credential.name, subscription.credential.kind) == ("max-sub", Kind.SETUP_TOKEN)
    assert (subscription.path, subscription.credential.found_in) == (path, ("OpenClaw",))
    assert not subscription.credential.reads_usage
    assert subscription.credential.expires_at is not None
    router = found["openclaw:openrouter:default"].credential
    assert (router.name, router.provider, router.kind) == ("openrouter", "openrouter", Kind.API_KEY)


def test_older_versions_kept_them_in_json(around: Any, cases: Any, lay: Any) -> None:
    path = lay(".openclaw/agents/main/agent/auth-profiles.json", cases["oc-d04"]["json"])
    found = openclaw.read(Wanted("lane-ok:default"), around())
    assert found.secret == Secret("sk-fake-ok")
    assert found.path == path


def test_the_database_beats_a_json_file_left_behind(around: Any, cases: Any, lay: Any, home: Path) -> None:
    lay(".openclaw/agents/main/agent/auth-profiles.json", cases["oc-d04"]["json"])
    path = lay_database(home / ".openclaw", cases["oc-d01"])
    assert {one.path for one in openclaw.discover(around())} == {path}


def test_reading_leaves_the_database_as_it_is(around: Any, cases: Any, home: Path) -> None:
    path = lay_database(home / ".openclaw", cases["oc-d01"])
    before = path.read_bytes()
    assert openclaw.discover(around())
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name], "nothing of its log is made"


def test_what_a_live_database_has_not_yet_folded_in_is_read(around: Any, cases: Any, home: Path) -> None:
    path = lay_database(home / ".openclaw", cases["oc-d01"])
    with closing(sqlite3.connect(path)) as live:
        live.execute("UPDATE config_machine_state SET value_json = replace(value_json, 'sk-', 'sk-new-')")
        live.commit()
        found = openclaw.read(Wanted("anthropic:api-key"), around())
        assert found.secret is not None
        assert found.secret.reveal().startswith("sk-new-")


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"OPENCLAW_STATE_DIR": "~/elsewhere"}, "elsewhere"),
        ({"OPENCLAW_PROFILE": "work"}, ".openclaw-work"),
        ({"OPENCLAW_PROFILE": "default"}, ".openclaw"),
        ({"OPENCLAW_PROFILE": "../evil"}, ".openclaw"),
    ],
)
def test_the_state_may_be_elsewhere(variables: dict[str, str], folder: str, around: Any, home: Path) -> None:
    assert openclaw.state_folder(around(**variables)) == home / folder


def test_without_an_id_it_is_the_first_of_the_provider(around: Any, cases: Any, home: Path) -> None:
    lay_database(home / ".openclaw", cases["oc-d01"])
    assert openclaw.read(Wanted(provider="openrouter"), around()).credential.name == "openrouter"


def test_a_secret_that_is_kept_elsewhere_says_so(around: Any, lay: Any) -> None:
    profiles = {"a:b": {"type": "api_key", "provider": "a", "keyRef": {"source": "env"}}}
    lay(".openclaw/agents/main/agent/auth-profiles.json", {"profiles": profiles})
    [found] = openclaw.discover(around())
    assert found.trouble == (
        'OpenClaw keeps the secret of "a:b" elsewhere: name it in the config as env:NAME.'
    )


def test_what_is_not_there_says_what_to_do(around: Any, cases: Any, home: Path) -> None:
    assert openclaw.discover(around()) == []
    assert openclaw.read(Wanted("x"), around()).trouble == (
        f"OpenClaw keeps no logins in {home}/.openclaw: `openclaw models auth list` shows what it has."
    )
    path = lay_database(home / ".openclaw", cases["oc-d01"])
    assert openclaw.read(Wanted("x"), around()).trouble == (
        f'OpenClaw has no "x" in {path}: `openclaw models auth list` shows what it has.'
    )


@pytest.mark.parametrize("content", ["not a database", "SQLite format 3\0"])
def test_a_broken_database_is_a_sentence(content: str, around: Any, lay: Any) -> None:
    path = lay(".openclaw/state/openclaw.sqlite", content)
    [found] = openclaw.discover(around())
    assert found.trouble is not None
    assert found.trouble.startswith(f"{path} cannot be read (DatabaseError): ")
