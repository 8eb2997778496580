import json

import pytest

from quotaboard.simulator.facts import MessageFacts, Presented, RequestFacts, read_message
from quotaboard.simulator.scenario import Client, Shape

MESSAGES = [{"role": "user", "content": "."}]


def facts_of(**fields: object) -> MessageFacts | str:
    return read_message(json.dumps({"model": "m", "max_tokens": 1, "messages": MESSAGES} | fields).encode())


def with_headers(**headers: str) -> RequestFacts:
    return RequestFacts("GET", "/", {}, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"model": None}, "model: Field required"),
        ({"messages": None}, "messages: Field required"),
        ({"messages": []}, "messages: at least one message is required"),
        ({"max_tokens": None}, "max_tokens: Field required"),
        ({"max_tokens": True}, "max_tokens: Field required"),
        ({"max_tokens": -1}, "max_tokens: must be greater than or equal to 0"),
        ({"tools": "all"}, "tools: Input should be a valid list"),
    ],
)
def test_a_malformed_body_is_told_which_field(fields: dict[str, object], problem: str) -> None:
    assert facts_of(**fields) == problem


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'"text"'])
def test_a_body_that_is_no_object_is_a_sentence_not_a_crash(body: bytes) -> None:
    assert isinstance(read_message(body), str)


def test_a_window_probe_costs_about_eight_tokens() -> None:
    facts = facts_of()
    assert isinstance(facts, MessageFacts)
    assert facts.input_tokens == 8


def test_tools_and_a_system_prompt_cost_tokens_at_any_depth() -> None:
    facts = facts_of(tools=[{"name": "run"}], system=[{"type": "text", "text": "x" * 400}])
    assert isinstance(facts, MessageFacts)
    assert facts.shape is Shape.TOOLS
    assert facts.system_length == 400
    assert facts.input_tokens > 100


def test_an_empty_list_of_tools_is_a_plain_request() -> None:
    facts = facts_of(tools=[])
    assert isinstance(facts, MessageFacts)
    assert facts.shape is Shape.PLAIN


@pytest.mark.parametrize(
    ("user_agent", "client"),
    [
        ("claude-cli/2.1.328 (external, sdk-cli)", Client.OFFICIAL),
        ("quotaboard/0.1.0", Client.THIRD_PARTY),
        ("python-httpx/0.28 claude-cli/2", Client.THIRD_PARTY),
        ("", Client.THIRD_PARTY),
    ],
)
def test_the_official_client_is_known_by_its_name(user_agent: str, client: Client) -> None:
    assert with_headers(user_agent=user_agent).client is client


@pytest.mark.parametrize(
    ("headers", "presented"),
    [
        ({}, None),
        ({"authorization": "Bearer abc"}, Presented("abc", bearer=True)),
        ({"authorization": "bearer  abc "}, Presented("abc", bearer=True)),
        ({"authorization": "Basic abc"}, None),
        ({"x_api_key": "key"}, Presented("key", bearer=False)),
        ({"x_api_key": "key", "authorization": "Bearer abc"}, Presented("abc", bearer=True)),
    ],
)
def test_a_credential_is_read_from_either_header(
    headers: dict[str, str], presented: Presented | None
) -> None:
    assert with_headers(**headers).presented == presented
