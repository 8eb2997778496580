from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from quotaboard import plugins
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import catalog
from quotaboard.sources.base import Found, Lack, Surroundings, Wanted

TOKEN = "sk-ant-oat01-FAKE-claudecode"
FUTURE = 4102444800000
PAST = 1795000000000


def login(token: str = TOKEN, expires: int = FUTURE) -> dict[str, object]:
    return {
        "claudeAiOauth": {
            "accessToken": token,
            "expiresAt": expires,
            "scopes": ["user:profile"],
            "subscriptionType": "max",
        }
    }


def pool(**tokens: str) -> dict[str, object]:
    rows = [
        {
            "id": label,
            "label": label.replace("_", "-"),
            "auth_type": "oauth",
            "source": "manual",
            "access_token": token,
        }
        for label, token in tokens.items()
    ]
    return {"credential_pool": {"anthropic": rows}}


@pytest.fixture
def find_all(around: Any) -> Any:
    def find(**environment: str) -> list[Found]:
        look: Surroundings = around(**environment)
        return catalog.find_all(look.environment, look.home, look.now, look.state_dir)

    return find


@pytest.fixture
def resolve(around: Any) -> Any:
    def one(spec: str, name: str = "mine", provider: str | None = "anthropic", **environment: str) -> Found:
        look: Surroundings = around(**environment)
        return catalog.resolve(
            spec, name=name, provider=provider, environment=look.environment, home=look.home, now=look.now
        )

    return one


def test_nothing_anywhere_is_an_empty_list(find_all: Any) -> None:
    assert find_all() == []


def test_the_same_token_in_three_places_is_one_credential(find_all: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", login())
    lay(".hermes/auth.json", pool(work_max=TOKEN))
    [found] = find_all(CLAUDE_CODE_OAUTH_TOKEN=TOKEN)
    assert found.secret == Secret(TOKEN)
    credential = found.credential
    assert credential.found_in == ("Claude Code", "environment (CLAUDE_CODE_OAUTH_TOKEN)", "Hermes pool")
    assert (credential.name, credential.source) == ("max", "claude-code")
    assert (credential.kind, credential.plan, credential.reads_usage) == (Kind.OAUTH, "max", True)


def test_a_borrowed_row_is_one_with_the_login_that_it_borrows(
    find_all: Any, lay: Any, recorded: Path
) -> None:
    lay(".claude/.credentials.json", login())
    name = "auth.manual_plus_borrowed_claude_code.json"
    lay(".hermes/auth.json", (recorded / "hermes" / name).read_text())
    names = {one.credential.name: one.credential.found_in for one in find_all()}
    assert names == {
        "max": ("Claude Code", "Hermes pool"),
        "personal-max": ("Hermes pool",),
        "work-max": ("Hermes pool",),
        "hermes-pkce": ("Hermes pool",),
        "or-main": ("Hermes pool",),
    }


def test_what_one_place_knows_of_a_token_holds_in_every_place(find_all: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", login(expires=PAST))
    [found] = find_all(CLAUDE_CODE_OAUTH_TOKEN=TOKEN)
    assert found.secret is None
    assert found.lack is Lack.EXPIRED
    assert found.trouble == "This login has expired: open Claude Code once so that it renews its login."
    assert len(found.credential.found_in) == 2


def test_different_tokens_stay_apart_under_names_of_their_own(find_all: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", login())
    lay(
        ".hermes/auth.json",
        pool(max="sk-ant-oat01-FAKE-1", work="sk-ant-oat01-FAKE-2", Work="sk-ant-oat01-FAKE-3"),
    )
    lay(".hermes/.env", "ANTHROPIC_API_KEY=sk-ant-api03-FAKE-hermes")
    found = find_all(ANTHROPIC_API_KEY="sk-ant-api03-FAKE-shell", OPENROUTER_API_KEY="sk-or-v1-FAKE")
    assert [one.credential.name for one in found] == [
        "max",
        "api-key",
        "openrouter",
        "hermes-max",
        "work",
        "hermes-work",
        "hermes-api-key",
    ]


def test_names_are_the_same_each_time_and_fit_into_a_lane(find_all: Any, lay: Any) -> None:
    odd = {
        "a/b c": "1",
        "\u00e9t\u00e9": "2",
        "dev@example.com": "3",
        "---": "4",
        "\u6771\u4eac": "5",
        "x" * 99: "6",
    }
    rows = [
        {"id": token, "label": label, "auth_type": "oauth", "access_token": f"sk-ant-oat01-FAKE-{token}"}
        for label, token in odd.items()
    ]
    lay(".hermes/auth.json", {"credential_pool": {"anthropic": rows}})
    names = [one.credential.name for one in find_all()]
    assert names == ["a-b-c", "ete", "dev", "hermes", "hermes-hermes", "x" * 40]
    assert names == [one.credential.name for one in find_all()]


def test_a_bad_file_hides_no_other_credential(find_all: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", "{")
    lay(".codex/auth.json", "[]")
    found = find_all(ANTHROPIC_API_KEY="sk-ant-api03-FAKE")
    assert [(one.credential.name, one.trouble is None) for one in found] == [
        ("claude", False),
        ("api-key", True),
        ("codex", False),
    ]


def test_the_configs_words_lead_to_their_sources(resolve: Any, lay: Any, home: Path) -> None:
    lay(".claude/.credentials.json", login())
    lay(".hermes/auth.json", pool(work_max="sk-ant-oat01-FAKE-hermes"))
    lay("token", "sk-ant-oat01-FAKE-file")
    variables = {"WORK": "sk-ant-oat01-FAKE-env"}
    for spec, token in {
        "claude-code": TOKEN,
        "hermes": "sk-ant-oat01-FAKE-hermes",
        "hermes:work-max": "sk-ant-oat01-FAKE-hermes",
        "env:WORK": "sk-ant-oat01-FAKE-env",
        "file:~/token": "sk-ant-oat01-FAKE-file",
        f"file:{home}/token": "sk-ant-oat01-FAKE-file",
    }.items():
        found = resolve(spec, **variables)
        assert found.secret == Secret(token), spec
        assert (found.credential.name, found.credential.source) == ("mine", spec)
        assert found.credential.provider == "anthropic"


@pytest.mark.parametrize(
    "spec", ["openclaw", "openclaw:anthropic:max", "codex", "keyring", "keyring:work", "hermes"]
)
def test_a_source_without_the_credential_is_a_sentence(spec: str, resolve: Any) -> None:
    found = resolve(spec)
    assert found.secret is None
    assert found.lack is Lack.MISSING
    assert found.trouble is not None
    assert found.trouble.endswith(".")
    assert (found.credential.name, found.credential.provider) == ("mine", "anthropic")


def test_a_local_server_needs_nothing(resolve: Any) -> None:
    found = resolve("none", provider="ollama")
    assert (found.trouble, found.secret, found.credential.kind) == (None, None, Kind.NONE)


def test_a_word_that_is_not_known_is_not_repeated(resolve: Any) -> None:
    found = resolve("sk-ant-api03-FAKE")
    assert found.trouble == (
        "The source of this credential is not one that is known here: "
        "use one of claude-code, keyring, env, hermes, openclaw, codex, file, none."
    )
    assert "FAKE" not in repr(found)


@pytest.mark.parametrize(
    ("spec", "provider", "theirs"),
    [("claude-code", "openrouter", "anthropic"), ("env:KEY", "anthropic", "openrouter")],
)
def test_a_secret_is_not_handed_to_another_provider(
    spec: str, provider: str, theirs: str, resolve: Any, lay: Any
) -> None:
    lay(".claude/.credentials.json", login())
    found = resolve(spec, provider=provider, KEY="sk-or-v1-FAKE")
    assert found.secret is None
    assert found.lack is Lack.INVALID
    assert found.trouble == (
        f'{spec} holds a credential of {theirs}, not of {provider}: set provider = "{theirs}" in the config.'
    )


def test_a_key_that_does_not_tell_its_owner_is_the_configs(resolve: Any) -> None:
    assert (
        resolve("env:OPENAI_API_KEY", provider="relay", OPENAI_API_KEY="sk-FAKE").credential.provider
        == "relay"
    )


def test_an_endpoint_that_hermes_was_told_of_is_the_configs(resolve: Any, lay: Any) -> None:
    row = {
        "label": "mine",
        "auth_type": "api_key",
        "access_token": "k",
        "base_url": "https://gw.example.test",
    }
    lay(".hermes/auth.json", {"credential_pool": {"custom:mine": [row]}})
    found = resolve("hermes:mine", provider="relay")
    assert (found.credential.provider, found.credential.base_url) == ("relay", "https://gw.example.test")


class Vault:
    """A source of somebody else's."""

    WORD = "vault"

    def discover(self, around: Surroundings) -> list[Found]:
        return [self.read(Wanted("found"), around)]

    def read(self, wanted: Wanted, around: Surroundings) -> Found:
        if wanted.detail == "broken":
            raise ZeroDivisionError
        return Found(
            Credential("vaulted", "anthropic", Kind.API_KEY, "vault", ("Vault",)), Secret("sk-ant-api03-FAKE")
        )


vault = Vault()


@pytest.fixture
def with_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        EntryPoint("broken", "no.such.module:thing", catalog.GROUP),
        EntryPoint("vault", f"{__name__}:vault", catalog.GROUP),
    ]

    def installed(*, group: str) -> list[EntryPoint]:
        return [entry for entry in entries if entry.group == group]

    monkeypatch.setattr(plugins, "entry_points", installed)
    monkeypatch.setattr(EntryPoint, "load", lambda entry: vault if entry.name == "vault" else 1 / 0)


@pytest.mark.usefixtures("with_vault")
def test_third_parties_add_sources(find_all: Any, resolve: Any) -> None:
    assert [one.credential.name for one in find_all()] == ["vaulted"]
    assert resolve("vault:work").secret == Secret("sk-ant-api03-FAKE")


@pytest.mark.usefixtures("with_vault")
def test_a_source_that_fails_is_a_sentence(resolve: Any) -> None:
    assert resolve("vault:broken").trouble == "The source vault failed: see the log, and tell its author."
    assert resolve("broken:x").trouble == (
        "The source broken cannot be loaded (ZeroDivisionError: division by zero): "
        "update the package, or remove it."
    )
