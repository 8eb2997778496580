"""A captured request becomes a shape: its structure is kept, its words are not."""

import json
from pathlib import Path
from typing import Any

import pytest

from quotaboard.cli import main
from quotaboard.config.captured_shape import shape_of
from quotaboard.config.loading import load_config
from quotaboard.config.values import Config
from quotaboard.domain.lane import Credential, Kind, Shape
from quotaboard.providers import registry
from tests.conftest import ROOT

DUMP = ROOT / "tests/recorded/hermes/runs/request_dump.gate400.json"
CANARY = "canary-of-a-prompt"
TOOL = {"name": CANARY, "description": CANARY * 40, "input_schema": {"type": "object"}}
BODY: dict[str, Any] = {
    "model": "claude-sonnet-4-6",
    "system": [{"type": "text", "text": CANARY * 10}],
    "messages": [{"role": "user", "content": CANARY}],
    "tools": [TOOL, TOOL],
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("QUOTABOARD_CONFIG", str(path))
    path.write_text("# mine\n[poll]\nfresh_for = '3m'\n")
    return path


def shape(document: object) -> Shape:
    found = shape_of(document, "mine")
    assert isinstance(found, Shape), found
    return found


def test_a_dump_of_hermes_becomes_a_shape_in_the_config(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["shape", "import", str(DUMP), "--name", "hermes"]) == 0
    assert "about 13475 tokens" in capsys.readouterr().out
    loaded = load_config(config)
    assert isinstance(loaded, Config)
    made = loaded.shape("hermes")
    assert (made.system_length, made.tools, made.tool_bytes) == (57 + 6624, 17, 47220)
    assert config.read_text().startswith("# mine\n[poll]\nfresh_for = '3m'\n")


def test_no_word_of_the_prompt_is_kept(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "request.json"
    headers = {
        "Authorization": f"Bearer {CANARY}",
        "Anthropic-Beta": "claude-code-20250219,context-1m-2025-08-07",
    }
    file.write_text(json.dumps({"headers": headers, "body": BODY}))
    assert main(["shape", "import", str(file)]) == 0
    assert CANARY not in config.read_text() + "".join(capsys.readouterr())
    assert 'anthropic-beta = "context-1m-2025-08-07"' in config.read_text()


@pytest.mark.parametrize(
    "document",
    [
        BODY,
        {"body": json.dumps(BODY)},
        {"request": {"url": "https://x", "body": BODY}},
        {**BODY, "system": None, "messages": [{"role": "system", "content": CANARY * 10}]},
        {"model": "m", "instructions": CANARY * 10, "input": "x", "tools": [TOOL, TOOL]},
    ],
)
def test_every_form_of_a_request_has_the_same_shape(document: object) -> None:
    made = shape(document)
    assert (made.system_length, made.tools) == (len(CANARY) * 10, 2)
    assert made.tool_bytes == len(json.dumps([TOOL, TOOL]))


@pytest.mark.parametrize("provider", ["anthropic", "relay"])
def test_a_probe_of_the_shape_is_as_large_and_says_nothing(provider: str) -> None:
    made = shape(BODY)
    key = Credential("it", provider, Kind.OAUTH, "env:K")
    request = registry.provider(provider).probe(key, "m", made, "https://api.example")
    assert request.json is not None
    sent = json.dumps(request.json)
    assert CANARY not in sent
    tools = request.json["tools"]
    assert isinstance(tools, list)
    assert len(tools) == 2
    assert 0.8 < len(json.dumps(tools)) / made.tool_bytes < 1.3
    assert request.headers["user-agent"].startswith("quotaboard/")


def test_betas_of_a_shape_stand_beside_our_own() -> None:
    made = Shape("mine", headers={"anthropic-beta": "context-1m-2025-08-07"})
    key = Credential("it", "anthropic", Kind.OAUTH, "env:K")
    request = registry.provider("anthropic").probe(key, "m", made, "https://api.example")
    assert request.headers["anthropic-beta"] == "context-1m-2025-08-07,oauth-2025-04-20"


@pytest.mark.parametrize("text", ["{", "[]", '{"model": "m"}', "3"])
def test_what_holds_no_request_is_said(
    config: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "odd.json"
    file.write_text(text)
    assert main(["shape", "import", str(file)]) == 1
    assert capsys.readouterr().err


@pytest.mark.parametrize("name", ["tools", "a/b", "sk-ant-api03-" + "x" * 40])
def test_a_name_that_cannot_be_is_refused(
    config: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["shape", "import", str(DUMP), "--name", name]) == 2
    assert "x" * 40 not in "".join(capsys.readouterr())


def test_a_dry_run_and_readonly_write_nothing(config: Path) -> None:
    before = config.read_text()
    assert main(["shape", "import", str(DUMP), "--dry-run"]) == 0
    assert main(["--readonly", "shape", "import", str(DUMP)]) == 5
    assert config.read_text() == before
