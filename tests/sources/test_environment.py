from typing import Any

import pytest

from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import environment
from quotaboard.sources.base import Lack, Wanted

LOGIN, KEY, GATEWAY = "sk-ant-oat01-FAKE", "sk-ant-api03-FAKE", "gw-FAKE"


@pytest.mark.parametrize(
    ("variable", "token", "kind", "reads_usage", "name"),
    [
        ("CLAUDE_CODE_OAUTH_TOKEN", LOGIN, Kind.SETUP_TOKEN, False, "setup-token"),
        ("ANTHROPIC_API_KEY", KEY, Kind.API_KEY, True, "api-key"),
        ("ANTHROPIC_API_KEY", LOGIN, Kind.OAUTH, False, "api-key"),
        ("ANTHROPIC_AUTH_TOKEN", LOGIN, Kind.OAUTH, False, "auth-token"),
        ("ANTHROPIC_AUTH_TOKEN", KEY, Kind.API_KEY, True, "auth-token"),
        ("ANTHROPIC_AUTH_TOKEN", GATEWAY, Kind.GATEWAY, True, "auth-token"),
    ],
)
def test_the_variable_and_the_token_tell_the_kind(
    variable: str, token: str, kind: Kind, reads_usage: bool, name: str, around: Any
) -> None:
    [found] = environment.discover(around(**{variable: token}))
    credential = found.credential
    assert found.secret == Secret(token)
    assert (credential.kind, credential.reads_usage, credential.name) == (kind, reads_usage, name)
    assert (credential.provider, credential.source) == ("anthropic", f"env:{variable}")
    assert credential.found_in == (f"environment ({variable})",)


def test_a_gateways_token_keeps_to_the_gateways_address(around: Any) -> None:
    address = "https://gateway.example.test"
    [found] = environment.discover(around(ANTHROPIC_AUTH_TOKEN=GATEWAY, ANTHROPIC_BASE_URL=address))
    assert found.credential.base_url == address


def test_a_providers_own_token_is_not_tied_to_an_address(around: Any) -> None:
    [found] = environment.discover(
        around(ANTHROPIC_AUTH_TOKEN=LOGIN, ANTHROPIC_BASE_URL="https://g.example.test")
    )
    assert found.credential.base_url is None


def test_other_variables_are_nobodys_business(around: Any) -> None:
    assert environment.discover(around(MY_TOKEN=KEY, HOME="/x", ANTHROPIC_API_KEY="  ")) == []


def test_keys_of_other_providers_are_named_after_them(around: Any) -> None:
    [found] = environment.discover(around(OPENROUTER_API_KEY="sk-or-v1-FAKE"))
    assert (found.credential.name, found.credential.provider) == ("openrouter", "openrouter")


def test_any_variable_can_be_named(around: Any) -> None:
    found = environment.read(Wanted("WORK_TOKEN", provider="deepseek"), around(WORK_TOKEN="sk-FAKE"))
    assert found.secret == Secret("sk-FAKE")
    assert (found.credential.name, found.credential.provider) == ("work", "deepseek")


def test_a_variable_that_is_not_set_says_so(around: Any) -> None:
    found = environment.read(Wanted("WORK_TOKEN"), around())
    assert found.lack is Lack.MISSING
    assert found.trouble == (
        "The environment variable WORK_TOKEN is not set: export it where quotaboard starts."
    )
