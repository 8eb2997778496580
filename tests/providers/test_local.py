"""Servers on one's own machine: five states, told from lists alone."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from quotaboard.domain.answer import Answer, Asked, Fault
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import TOOLS_SHAPE, Credential, Kind
from quotaboard.domain.rules import judge
from quotaboard.providers import registry
from quotaboard.providers.base import Received
from quotaboard.providers.local.lmstudio import states
from quotaboard.providers.local.ollama import host_from, tags
from quotaboard.providers.local.server import State, state_of
from tests.providers.lanes import rows

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
NOBODY = Credential("local", "ollama", Kind.NONE, "none")
TAGS = next(row["body"] for row in rows() if row["id"] == "lo-02")
STATES = next(row["body"] for row in rows() if row["id"] == "lo-08")


def look(provider: str, body: Any, model: str | None) -> Judgement:
    reader = registry.provider(provider)
    return judge(reader.read(Received(200, {}, body, NOW), Asked(model=model)), reader.rules)


@pytest.mark.parametrize("name", ["ollama", "lmstudio"])
def test_no_completion_is_ever_sent_whatever_the_lane(name: str) -> None:
    provider = registry.provider(name)
    request = provider.probe(NOBODY, "llama3.2", TOOLS_SHAPE, provider.base_url({}))
    assert (request.method, request.json, request.secret_header) == ("GET", None, None)
    assert "completion" not in request.url
    assert provider.probe_cost("llama3.2", TOOLS_SHAPE).tokens == 0


@pytest.mark.parametrize("name", ["ollama", "lmstudio"])
def test_down(name: str) -> None:
    judgement = judge(Answer(name, NOW, Asked(model="m"), fault=Fault.CONNECT), registry.provider(name).rules)
    assert (judgement.verdict.value, judgement.reason) == ("unavailable", "connect")


def test_up_without_a_model_in_question_says_nothing_of_lanes() -> None:
    for body in (TAGS, {"version": "0.5.1"}):
        judgement = look("ollama", body, None)
        assert (judgement.verdict.value, judgement.rule) == ("unknown", "local.unknown.up")


@pytest.mark.parametrize(
    ("model", "there"), [("llama3.2", True), ("deepseek-r1:latest", True), ("qwen3", False)]
)
def test_a_name_without_a_tag_means_the_latest(model: str, there: bool) -> None:
    listing = tags(TAGS)
    assert listing is not None
    assert (state_of(model, listing) is not None) is there
    judgement = look("ollama", TAGS, model)
    assert judgement.verdict.value == ("open" if there else "not_found")
    assert "nothing was loaded" in judgement.summary or not there


def test_lm_studio_tells_loaded_from_not_loaded() -> None:
    assert look("lmstudio", STATES, "meta-llama-3.1-8b-instruct").verdict.value == "open"
    waiting = look("lmstudio", STATES, "qwen2-vl-7b-instruct")
    assert (waiting.verdict.value, waiting.reason) == ("unknown", "not_loaded")
    assert look("lmstudio", STATES, "gpt-oss").verdict.value == "not_found"


def test_lm_studio_newer_list_counts_loaded_instances() -> None:
    body = {"models": [{"key": "a", "loaded_instances": [{"id": "a"}]}, {"key": "b", "loaded_instances": []}]}
    assert states(body) == {"a": State.LOADED, "b": State.UNLOADED}


def test_a_list_without_states_is_no_proof() -> None:
    body = {"object": "list", "data": [{"id": "a", "object": "model"}]}
    assert states(body) is None
    assert look("lmstudio", body, "a").verdict.value == "unknown"


def test_a_cloud_model_needs_a_sign_in_and_no_other_lane_does() -> None:
    reader = registry.provider("ollama")
    body = {"error": "unauthorized", "signin_url": "https://ollama.com/connect?name=x"}
    judgement = judge(reader.read(Received(401, {}, body, NOW), Asked(model="big:cloud")), reader.rules)
    assert (judgement.verdict.value, judgement.scope.value) == ("unauthorized", "model")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104 - as Ollama's own documents write it
        ("0.0.0.0:5000", "http://127.0.0.1:5000"),
        ("box", "http://box:11434"),
        ("box:80", "http://box:80"),
        ("http://box/", "http://box:11434"),
        ("https://ollama.example", "https://ollama.example:443"),
        ("[::1]:9", "http://[::1]:9"),
        ("http://[::]:9", "http://[::1]:9"),
    ],
)
def test_ollama_host_may_lack_scheme_or_port(written: str, meant: str) -> None:
    assert host_from(written) == meant


def test_a_key_is_sent_only_where_there_is_one() -> None:
    provider = registry.provider("lmstudio")
    keyed = replace(NOBODY, kind=Kind.API_KEY)
    assert provider.probe(keyed, "m", TOOLS_SHAPE, "http://127.0.0.1:1234/v1").secret_header is not None
    assert (
        provider.probe(keyed, "m", TOOLS_SHAPE, "http://127.0.0.1:1234/v1").url
        == "http://127.0.0.1:1234/api/v0/models"
    )
