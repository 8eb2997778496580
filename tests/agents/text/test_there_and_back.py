"""Generated configs, written by the engine and taken back: byte for byte what they were."""

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard.agents.switching import engine
from quotaboard.agents.switching.engine import TakenBack
from quotaboard.agents.switching.record import Record
from quotaboard.agents.text.json5_edit import edit_json5
from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.toml_edit import edit_toml
from quotaboard.domain.agent import Edit, Home, Origin, Profile, Route, SwitchPlan
from tests.agents.text import generated_json5, generated_toml

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def of_json5(seed: int) -> tuple[str, str | Problem]:
    dice = random.Random(seed)
    text = generated_json5.Writer(seed).document(generated_json5.some_config(dice))
    return text, edit_json5(text, generated_json5.PATH, generated_json5.some_changes(dice))


def of_toml(seed: int) -> tuple[str, str | Problem]:
    dice = random.Random(seed)
    text = generated_toml.some_text(dice)
    return text, edit_toml(text, generated_toml.some_changes(dice))


@pytest.mark.parametrize("count", [60, pytest.param(10_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("make", [of_json5, of_toml])
def test_a_switch_and_its_undo_leave_every_byte(
    make: Callable[[int], tuple[str, str | Problem]],
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Lasting through a power cut is another test's question, and costs a hundred times as long.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    path, home = tmp_path / "config", Home("toy", str(tmp_path))
    route = Route("openrouter", "m")
    for seed in range(count):
        text, new = make(seed)
        assert isinstance(new, str), text
        before, after = text.encode(), new.encode()
        path.write_bytes(before)
        edit = Edit(str(path), before, after)
        plan = SwitchPlan(home, Profile("x", route, Origin.OWN), None, route, (edit,), "")
        assert isinstance(engine.apply(plan, tmp_path / "state", NOW), Record)
        assert path.read_bytes() == after
        assert isinstance(engine.undo(home, tmp_path / "state", NOW), TakenBack)
        assert path.read_bytes() == before
