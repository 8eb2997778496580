"""How each provider is asked: honest headers, the right address, one token, nothing where none may be."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from quotaboard.domain.lane import PLAIN_SHAPE, TOOLS_SHAPE, Credential, Kind, Shape
from quotaboard.domain.secret import Secret
from quotaboard.providers import registry
from quotaboard.providers.base import Request
from quotaboard.providers.openai.addresses import address_of
from quotaboard.providers.recognising import provider_of
from tests.tables import for_each

KEY = Credential("work", "x", Kind.API_KEY, "env:KEY")
BASE = "https://gateway.example/v1"
NAMES = {name: name for name in registry.names() if name != "anthropic"}


def requests_of(name: str) -> list[Request]:
    provider = registry.provider(name)
    base_url = provider.base_url({}) or BASE
    credential = replace(KEY, kind=Kind.OAUTH, account="acc") if name == "codex" else KEY
    usages = list(provider.usages(credential, base_url))
    if not provider.probes:
        return usages
    return [provider.probe(credential, "some-model", TOOLS_SHAPE, base_url), *usages]


@for_each(NAMES)
def test_every_request_says_who_we_are_and_carries_no_secret_by_itself(name: str) -> None:
    for request in requests_of(name):
        assert request.headers["user-agent"].startswith("quotaboard/")
        assert not {"authorization", "x-api-key", "cookie"} & {header.lower() for header in request.headers}
        assert urlsplit(request.url).scheme in ("https", "http")
        assert request.secret_header is not None


@for_each(NAMES)
def test_a_provider_says_what_it_is_and_judges_anything(name: str) -> None:
    provider = registry.provider(name)
    assert provider.name == name
    assert provider.title
    assert provider.rules[-1].id == "unknown.unrecognised"
    assert len({rule.id for rule in provider.rules}) == len(provider.rules)
    assert provider.hides is None or provider.hides.endswith(".")


@for_each(NAMES)
def test_where_lanes_are_not_tried_nothing_is_sent_to_a_model(name: str) -> None:
    provider = registry.provider(name)
    if provider.probes:
        return
    for request in requests_of(name):
        assert not {"model", "messages", "input", "contents"} & set(request.json or {})
    assert provider.probe_cost("m", TOOLS_SHAPE).tokens == 0


def test_a_probe_asks_for_one_token_and_knows_the_other_name_for_it() -> None:
    provider = registry.provider("openai")
    newer = provider.probe(KEY, "gpt-5.3", PLAIN_SHAPE, "https://api.openai.com/v1")
    assert newer.json is not None
    assert newer.otherwise is not None
    assert (newer.json["max_completion_tokens"], newer.otherwise["max_tokens"]) == (1, 16)
    older = provider.probe(KEY, "gpt-4o", PLAIN_SHAPE, "https://api.openai.com/v1")
    assert older.json is not None
    assert older.json["max_tokens"] == 1


def test_tools_and_a_system_prompt_are_sent_as_the_shape_says() -> None:
    shape = Shape("mine", system="Be brief.", tools=2, headers={"x-team": "a"})
    request = registry.provider("relay").probe(KEY, "m", shape, BASE)
    assert request.json is not None
    tools = request.json["tools"]
    assert isinstance(tools, list)
    assert len(tools) == 2
    assert request.headers["x-team"] == "a"


def test_free_models_are_not_probed() -> None:
    provider = registry.provider("openrouter")
    request = provider.probe(KEY, "deepseek/deepseek-r1:free", PLAIN_SHAPE, provider.base_url({}))
    assert (request.method, request.url) == ("GET", "https://openrouter.ai/api/v1/key")


@pytest.mark.parametrize(
    ("pasted", "root", "dialect", "advised"),
    [
        ("https://api.deepai.example/v1/chat/completions", "https://api.deepai.example/v1", "openai", True),
        ("https://relay.example/v1/messages/", "https://relay.example/v1", "anthropic", True),
        ("https://relay.example", "https://relay.example/v1", "openai", False),
        ("https://relay.example/openai/v1", "https://relay.example/openai/v1", "openai", False),
        ("https://api.z.ai/api/coding/paas/v4", "https://api.z.ai/api/coding/paas/v4", "openai", False),
        ("https://relay.example/v1/models", "https://relay.example/v1", "openai", True),
    ],
)
def test_an_address_of_one_request_is_recognised_and_the_right_one_named(
    pasted: str, root: str, dialect: str, advised: bool
) -> None:
    address = address_of(pasted)
    assert (address.root, address.dialect) == (root, dialect)
    assert (address.advice is not None) is advised
    if address.advice:
        assert address.root in address.advice


def test_a_relay_that_was_pasted_as_messages_is_probed_there_with_a_plain_key() -> None:
    request = registry.provider("relay").probe(KEY, "m", PLAIN_SHAPE, "https://relay.example/v1/messages")
    assert request.url == "https://relay.example/v1/messages"
    assert request.secret_header == ("x-api-key", "")
    assert "anthropic-beta" not in request.headers


def test_a_chatgpt_login_is_asked_for_its_usage_with_its_account_and_an_api_key_is_not() -> None:
    provider = registry.provider("codex")
    login = Credential("codex", "codex", Kind.OAUTH, "codex", account="acc-1")
    request = provider.usage(login, provider.base_url({}))
    assert request is not None
    assert request.url == "https://chatgpt.com/backend-api/wham/usage"
    assert request.headers["chatgpt-account-id"] == "acc-1"
    assert provider.usage(KEY, provider.base_url({})) is None
    elsewhere = provider.usage(login, "https://codex.example")
    assert elsewhere is not None
    assert elsewhere.url == "https://codex.example/api/codex/usage"


def test_code_assist_is_asked_for_its_project_before_its_quota() -> None:
    provider = registry.provider("gemini-code-assist")
    login = Credential("gemini", "gemini-code-assist", Kind.OAUTH, "file:x")
    first = provider.usages(login, provider.base_url({}))
    assert [request.url.rpartition(":")[2] for request in first] == ["loadCodeAssist"]
    then = provider.usages(replace(login, account="project-1"), provider.base_url({}))
    assert [(request.url.rpartition(":")[2], request.json) for request in then] == [
        ("retrieveUserQuota", {"project": "project-1"})
    ]


def test_a_key_of_another_provider_does_not_fit() -> None:
    assert not registry.provider("openrouter").secret_fits(Secret("sk-ant-api03-canary"))
    assert registry.provider("openrouter").secret_fits(Secret("sk-or-v1-canary"))
    assert registry.provider("relay").secret_fits(Secret("anything"))


def test_other_programs_names_for_a_provider_are_known() -> None:
    assert registry.canonical("openai-codex") == "codex"
    assert registry.canonical("Z.AI") == "zai"
    assert registry.canonical("nobody") is None


@pytest.mark.parametrize(
    "url", ["https://bedrock-runtime.eu-west-1.amazonaws.com/model/x/invoke", "https://x.example"]
)
def test_a_clouds_refusal_is_known_by_its_host_or_its_words(url: str) -> None:
    said = {"message": "The security token included in the request is expired"}
    assert provider_of(None, {}, said, url) == "bedrock"
    assert provider_of(None, {}, {}, "https://us-east5-aiplatform.googleapis.com/v1/projects/p") == "vertex"
