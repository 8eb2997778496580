import json
from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import hermes
from quotaboard.sources.base import Found, Lack, Wanted

CLAUDE = "sk-ant-oat01-FAKE-claudecode"
FUTURE = 4102444800000


def row(label: str, token: str | None, **changes: object) -> dict[str, object]:
    entry = {"id": f"id-{label}", "label": label, "auth_type": "oauth", "priority": 0, "source": "manual"}
    return {**entry, **({"access_token": token} if token is not None else {}), **changes}


def pool(*rows: dict[str, object], provider: str = "anthropic") -> dict[str, object]:
    return {"version": 1, "providers": {}, "credential_pool": {provider: list(rows)}}


def claude(token: str = CLAUDE) -> dict[str, object]:
    return {"claudeAiOauth": {"accessToken": token, "expiresAt": FUTURE, "scopes": ["user:profile"]}}


def by_source(found: list[Found]) -> dict[str, Found]:
    return {one.credential.source: one for one in found}


@pytest.fixture
def recorded_pool(recorded: Path, lay: Any) -> Any:
    def use(name: str) -> Path:
        path: Path = lay(".hermes/auth.json", (recorded / "hermes" / name).read_text())
        return path

    return use


def test_manual_and_borrowed_rows_are_found(around: Any, lay: Any, recorded_pool: Any) -> None:
    path = recorded_pool("auth.manual_plus_borrowed_claude_code.json")
    lay(".claude/.credentials.json", claude())
    found = by_source(hermes.discover(around()))
    assert list(found) == [
        "hermes:personal-max",
        "hermes:work-max",
        "hermes:hermes_pkce",
        "hermes:claude_code",
        "hermes:or-main",
    ]
    work = found["hermes:work-max"]
    assert work.secret == Secret("sk-ant-oat01-FAKE-work")
    assert (work.credential.name, work.credential.kind, work.path) == ("work-max", Kind.OAUTH, path)
    assert work.credential.found_in == ("Hermes pool",)
    assert work.credential.base_url is None
    assert not work.credential.reads_usage
    assert found["hermes:hermes_pkce"].credential.reads_usage
    router = found["hermes:or-main"]
    assert (router.credential.provider, router.credential.kind) == ("openrouter", Kind.API_KEY)
    assert router.credential.base_url is None


def test_a_borrowed_row_is_joined_to_the_secret_that_another_place_holds(
    around: Any, lay: Any, recorded_pool: Any
) -> None:
    recorded_pool("auth.manual_plus_borrowed_claude_code.json")
    lay(".claude/.credentials.json", claude())
    found = hermes.read(Wanted("claude_code"), around())
    assert found.secret == Secret(CLAUDE)
    assert found.credential.fingerprint == "sha256:7c89c6523d3faade"
    assert found.credential.reads_usage


def test_a_borrowed_row_follows_its_place_when_the_token_was_renewed(
    around: Any, lay: Any, recorded_pool: Any
) -> None:
    recorded_pool("auth.manual_plus_borrowed_claude_code.json")
    lay(".claude/.credentials.json", claude("sk-ant-oat01-FAKE-renewed"))
    found = hermes.read(Wanted("claude_code"), around())
    assert found.secret == Secret("sk-ant-oat01-FAKE-renewed")
    assert found.credential.fingerprint == Secret("sk-ant-oat01-FAKE-renewed").fingerprint


def test_a_borrowed_row_without_its_secret_says_where_hermes_takes_it_from(
    around: Any, recorded_pool: Any, home: Path
) -> None:
    recorded_pool("auth.manual_plus_borrowed_claude_code.json")
    found = hermes.read(Wanted("claude_code"), around())
    assert found.secret is None
    assert found.lack is Lack.MISSING
    assert found.credential.fingerprint == "sha256:7c89c6523d3faade"
    assert found.trouble == (
        "Hermes borrows claude_code from Claude Code, which is not signed in: "
        "open Claude Code and sign in with /login."
    )
    recorded_pool("auth.env_seeded_exhausted_400.json")
    assert hermes.read(Wanted("ANTHROPIC_TOKEN"), around()).trouble == (
        "Hermes takes ANTHROPIC_TOKEN from ANTHROPIC_TOKEN, which is not set: "
        f"put it into {home}/.hermes/.env."
    )
    assert hermes.read(Wanted("loopback"), around()).trouble == (
        "Hermes keeps the secret of loopback elsewhere (config:loopback): "
        'name that place in the config, for example source = "env:NAME".'
    )


@pytest.mark.parametrize("exported", [True, False])
def test_a_row_from_a_variable_is_found_in_the_env_file_or_the_environment(
    exported: bool, around: Any, lay: Any, recorded_pool: Any
) -> None:
    recorded_pool("auth.env_seeded_exhausted_400.json")
    lay(".hermes/.env", "" if exported else "export ANTHROPIC_TOKEN='sk-ant-oat01-FAKE-token' # mine\n")
    variables = {"ANTHROPIC_TOKEN": "sk-ant-oat01-FAKE-token"} if exported else {}
    found = hermes.read(Wanted("ANTHROPIC_TOKEN"), around(**variables))
    assert found.secret == Secret("sk-ant-oat01-FAKE-token")
    assert found.credential.fingerprint == "sha256:e2d774bb5c05f322"
    assert (found.credential.kind, found.credential.name) == (Kind.OAUTH, "claude-token")


def test_the_env_file_beats_an_exported_variable(around: Any, lay: Any) -> None:
    lay(".hermes/auth.json", pool(row("ANTHROPIC_TOKEN", None, source="env:ANTHROPIC_TOKEN")))
    lay(".hermes/.env", "ANTHROPIC_TOKEN=sk-ant-oat01-FAKE-file")
    found = hermes.read(Wanted("ANTHROPIC_TOKEN"), around(ANTHROPIC_TOKEN="sk-ant-oat01-FAKE-shell"))
    assert found.secret == Secret("sk-ant-oat01-FAKE-file")


def test_a_key_in_the_config_is_recognised_by_its_fingerprint(
    around: Any, lay: Any, recorded_pool: Any
) -> None:
    recorded_pool("auth.env_seeded_exhausted_400.json")
    lay(
        ".hermes/config.yaml",
        'providers:\n  loopback:\n    api_key: "fake-key-1234"  # mine\n    other_key: x\n',
    )
    found = hermes.read(Wanted("loopback"), around())
    assert found.secret == Secret("fake-key-1234")
    assert found.credential.provider == "custom:loopback"
    assert found.credential.base_url == "http://127.0.0.1:8787/v1"


def test_a_rows_own_address_goes_with_its_token(around: Any, recorded_pool: Any) -> None:
    recorded_pool("auth.pool_after_rotation.json")
    found = hermes.read(Wanted("work-max"), around())
    assert found.credential.base_url == "http://127.0.0.1:8787/api.anthropic.com/anthropic"


def test_expired_logins_are_left_to_hermes(around: Any, lay: Any) -> None:
    lay(
        ".hermes/auth.json",
        pool(row("old", "sk-ant-oat01-FAKE", refresh_token="sk-ant-ort01-FAKE", expires_at_ms=1795100000000)),
    )
    found = hermes.read(Wanted("old"), around())
    assert found.lack is Lack.EXPIRED
    assert found.trouble == "This login has expired: start Hermes once so that it renews its login."


def test_codex_rows_are_of_the_chatgpt_plan(around: Any, recorded_pool: Any) -> None:
    recorded_pool("auth.multi_provider_pkce_exhausted.json")
    found = by_source(hermes.discover(around()))["hermes:dev@example.com"]
    assert (found.credential.provider, found.credential.kind) == ("codex", Kind.OAUTH)
    assert found.credential.name == "dev"


def test_what_lies_beside_the_pool_is_found_too(around: Any, lay: Any, recorded: Path) -> None:
    lay(".hermes/.anthropic_oauth.json", (recorded / "hermes/anthropic_oauth.json").read_text())
    lay(
        ".hermes/.env",
        "ANTHROPIC_API_KEY=sk-ant-api03-FAKE\nCLAUDE_CODE_OAUTH_TOKEN=sk-ant-oat01-FAKE-setup\nTELEGRAM_TOKEN=t\n",
    )
    found = by_source(hermes.discover(around()))
    assert list(found) == [
        "hermes:hermes_pkce",
        "hermes:CLAUDE_CODE_OAUTH_TOKEN",
        "hermes:ANTHROPIC_API_KEY",
    ]
    assert found["hermes:hermes_pkce"].credential.found_in == ("Hermes login",)
    assert found["hermes:CLAUDE_CODE_OAUTH_TOKEN"].credential.kind is Kind.SETUP_TOKEN
    key = found["hermes:ANTHROPIC_API_KEY"]
    assert (key.credential.kind, key.credential.found_in) == (Kind.API_KEY, ("Hermes .env",))
    assert key.secret == Secret("sk-ant-api03-FAKE")


def test_a_key_in_the_env_file_goes_to_the_address_beside_it(around: Any, lay: Any) -> None:
    lay(".hermes/.env", "ANTHROPIC_API_KEY=gw-FAKE\nANTHROPIC_BASE_URL=https://gw.example.test\n")
    [found] = hermes.discover(around())
    assert found.credential.base_url == "https://gw.example.test"


def test_the_home_may_be_elsewhere(around: Any, lay: Any, home: Path) -> None:
    lay("elsewhere/auth.json", pool(row("there", "sk-ant-oat01-FAKE")))
    lay(".hermes/auth.json", pool(row("here", "sk-ant-oat01-FAKE")))
    assert [*by_source(hermes.discover(around(HERMES_HOME=str(home / "elsewhere"))))] == ["hermes:there"]


def test_profiles_are_searched_after_the_home_in_use(around: Any, lay: Any) -> None:
    lay(".hermes/auth.json", pool(row("work", "sk-ant-oat01-FAKE-root")))
    lay(".hermes/profiles/coder/auth.json", pool(row("work", "sk-ant-oat01-FAKE-coder")))
    assert hermes.read(Wanted("work"), around()).secret == Secret("sk-ant-oat01-FAKE-root")
    assert hermes.read(Wanted("coder/work"), around()).secret == Secret("sk-ant-oat01-FAKE-coder")
    places = [one.credential.found_in for one in hermes.discover(around())]
    assert places == [("Hermes pool",), ("Hermes pool (profile coder)",)]
    lay(".hermes/active_profile", "coder\n")
    assert hermes.read(Wanted("work"), around()).secret == Secret("sk-ant-oat01-FAKE-coder")
    assert hermes.read(Wanted("default/work"), around()).secret == Secret("sk-ant-oat01-FAKE-root")


def test_a_profile_never_leads_out_of_its_folder(around: Any, lay: Any) -> None:
    lay("evil/auth.json", pool(row("evil", "sk-ant-oat01-FAKE")))
    lay(".hermes/active_profile", "../../evil")
    assert hermes.discover(around()) == []


def test_every_discovered_row_can_be_read_back(around: Any, lay: Any, recorded: Path) -> None:
    twice = row("same", "sk-ant-oat01-FAKE-1"), row("same", "sk-ant-oat01-FAKE-2", id="other")
    lay(".hermes/auth.json", pool(*twice))
    lay(".hermes/profiles/coder/auth.json", pool(row("same", "sk-ant-oat01-FAKE-3", id="")))
    found = hermes.discover(around())
    assert len({one.credential.source for one in found}) == 3
    for one in found:
        detail = one.credential.source.removeprefix("hermes:")
        assert hermes.read(Wanted(detail), around()).secret == one.secret


def test_without_a_label_it_is_the_first_of_the_provider(around: Any, recorded_pool: Any) -> None:
    recorded_pool("auth.manual_plus_borrowed_claude_code.json")
    assert hermes.read(Wanted(), around()).credential.name == "personal-max"
    assert hermes.read(Wanted(provider="openrouter"), around()).credential.name == "or-main"


def test_an_unknown_label_says_what_to_do(around: Any, lay: Any, home: Path) -> None:
    lay(".hermes/auth.json", pool(row("work", "sk-ant-oat01-FAKE")))
    found = hermes.read(Wanted("wrok", provider="anthropic"), around())
    assert found.trouble == (
        f'Hermes has no credential called "wrok" for anthropic in {home}/.hermes: '
        "`hermes auth list` shows what it has."
    )


BAD: dict[str, tuple[str, object]] = {
    "half": (
        "auth.json",
        '{"version": 1, "credential_pool": {"anthropic": [{"access_token": "sk-ant-oat01-F',
    ),
    "empty": ("auth.json", ""),
    "list": ("auth.json", []),
    "env of bytes": (".env", None),
    "half login": (".anthropic_oauth.json", '{"accessToken": '),
}


@pytest.mark.parametrize(("name", "content"), BAD.values(), ids=BAD)
def test_a_bad_file_is_one_credential_with_trouble(name: str, content: object, around: Any, lay: Any) -> None:
    path = lay(f".hermes/{name}", "" if content is None else content)
    if content is None:
        path.write_bytes(b"A=\xff")
    [found] = hermes.discover(around())
    assert found.secret is None
    assert found.trouble is not None
    assert found.trouble.startswith(str(path))
    assert "sk-ant" not in found.trouble
    assert hermes.read(Wanted("work"), around()).trouble == found.trouble


ODD: list[object] = [
    {"credential_pool": []},
    {"credential_pool": {"anthropic": {}}},
    {"credential_pool": {"anthropic": [1, None, "x", {}, {"label": 5}, {"label": "\x1b[2J"}]}},
]


@pytest.mark.parametrize("document", ODD, ids=json.dumps)
def test_odd_entries_are_passed_over(document: object, around: Any, lay: Any) -> None:
    lay(".hermes/auth.json", document)
    assert hermes.discover(around()) == []


@pytest.mark.parametrize("token", ["", "  "])
def test_an_empty_token_means_signed_out(token: str, around: Any, lay: Any) -> None:
    path = lay(".hermes/auth.json", pool(row("work", token)))
    [found] = hermes.discover(around())
    assert found.trouble == f"{path} holds an empty token for work: sign in again with `hermes auth add`."


def test_nothing_there_is_nothing_found(around: Any) -> None:
    assert hermes.discover(around()) == []
