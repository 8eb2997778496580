"""Ten thousand configs of each format, written by the engine as a switch writes them, and taken back.

After the switch the agents' own kind of parser reads what was meant, and everything else as before; after the
undo every byte is what it was.
"""

import io
import json
import os
import random
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyjson5
import pytest
from dotenv import dotenv_values

from quotaboard.agents.switching import engine
from quotaboard.agents.switching.engine import TakenBack
from quotaboard.agents.switching.record import Record
from quotaboard.agents.text.dotenv_edit import edit_dotenv
from quotaboard.agents.text.json5_edit import edit_json5, same
from quotaboard.agents.text.json_edit import edit_json
from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.toml_edit import edit_toml
from quotaboard.agents.text.yaml_edit import edit_yaml
from quotaboard.domain.agent import Edit, Home, Origin, Profile, RefusalKind, Route, SwitchPlan
from tests.agents.text import generated_dotenv, generated_json5, generated_toml
from tests.agents.text import test_generated as generated
from tests.agents.text.generated import json_text, yaml_text

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One file before and after, and what each is to be read as."""

    text: str
    new: str | Problem
    meant: Any
    """What the new text is to hold, made from what the old one holds."""


def of_yaml(seed: int) -> Case:
    text = yaml_text(seed)
    new = edit_yaml(text, "model", generated.CHANGES, generated.ROOT)
    return Case(text, new, generated.expected(generated.read(text)))


def of_json(seed: int) -> Case:
    text = json_text(seed)
    before = read_json(text)
    meant = {**before, "env": {**before.get("env", {}), **generated.ENV}}
    return Case(text, edit_json(text, ("env",), generated.ENV), meant)


def of_json5(seed: int) -> Case:
    dice = random.Random(seed)
    text = generated_json5.Writer(seed).document(generated_json5.some_config(dice))
    changes = generated_json5.some_changes(dice)
    meant = read_json5(text)
    model = meant
    for key in generated_json5.PATH:
        model = model.setdefault(key, {})
    model.update(changes)
    return Case(text, edit_json5(text, generated_json5.PATH, changes), meant)


def of_toml(seed: int) -> Case:
    dice = random.Random(seed)
    text = generated_toml.some_text(dice)
    changes = generated_toml.some_changes(dice)
    return Case(text, edit_toml(text, changes), {**tomllib.loads(text), **changes})


def of_dotenv(seed: int) -> Case:
    dice = random.Random(seed)
    text = generated_dotenv.some_text(dice)
    changes = generated_dotenv.some_changes(dice)
    return Case(text, edit_dotenv(text, changes), {**read_dotenv(text), **changes})


def read_json(text: str) -> Any:
    return json.loads(text.removeprefix("\ufeff"))


def read_json5(text: str) -> Any:
    return pyjson5.decode(text.removeprefix("\ufeff"))


def read_dotenv(text: str) -> Any:
    """As aider and Hermes read it, but for `${NAME}`, which follows what it names."""
    return dotenv_values(stream=io.StringIO(text, newline=""), interpolate=False)


FORMATS: dict[str, tuple[Callable[[int], Case], Callable[[str], Any]]] = {
    "yaml": (of_yaml, generated.read),
    "json": (of_json, read_json),
    "json5": (of_json5, read_json5),
    "toml": (of_toml, tomllib.loads),
    "env": (of_dotenv, read_dotenv),
}


@pytest.mark.parametrize("count", [25, pytest.param(10_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", FORMATS)
def test_a_switch_means_what_was_meant_and_its_undo_leaves_every_byte(
    name: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Lasting through a power cut is another test's question, and costs a hundred times as long.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    make, read = FORMATS[name]
    path, home = tmp_path / "config", Home("toy", str(tmp_path))
    route = Route("openrouter", "m")
    switched = seed = 0
    while switched < count:
        case, seed = make(seed), seed + 1
        if isinstance(case.new, Problem):
            # Said, and nothing done: rare, and only for what cannot be changed alone.
            assert name in ("yaml", "env"), (seed, case.new)
            assert case.new.kind is RefusalKind.UNSUPPORTED, (seed, case.new)
            continue
        before, after = case.text.encode(), case.new.encode()
        path.write_bytes(before)
        edit = Edit(str(path), before, after)
        plan = SwitchPlan(home, Profile("x", route, Origin.OWN), None, route, (edit,), "")
        assert isinstance(engine.apply(plan, tmp_path / "state", NOW), Record)
        written = path.read_bytes().decode()
        assert same(read(written), case.meant), (seed, case.text, written)
        assert isinstance(engine.undo(home, tmp_path / "state", NOW), TakenBack)
        assert path.read_bytes() == before
        shutil.rmtree(tmp_path / "state")  # a journal that grows costs twice as long
        switched += 1
    assert seed - switched <= count / 50 + 2, "so many were refused"
