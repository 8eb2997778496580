"""TOML texts changed at the top: against the standard library, on ten thousand generated configs."""

import random
import tomllib

import pytest

from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.toml_edit import edit_toml
from tests.agents.text.generated_toml import some_changes, some_text


def test_in_generated_configs_only_the_asked_keys_change(examples: int) -> None:
    for seed in range(examples):
        dice = random.Random(seed)
        text = some_text(dice)
        changes = some_changes(dice)
        new = edit_toml(text, changes)
        assert isinstance(new, str), (text, new)
        before, after = tomllib.loads(text), tomllib.loads(new)
        assert after == {**before, **changes}, (text, new)
        kept = [line for line in text.splitlines(keepends=True) if "old" not in line and "ol\\" not in line]
        remaining = iter([*new.splitlines(keepends=True)])
        assert all(any(line.rstrip() == other.rstrip() for other in remaining) for line in kept), (text, new)
        if seed % 8:
            continue
        assert edit_toml(new, changes) == new
        gone = edit_toml(text, {"model": None})
        assert isinstance(gone, str), text
        assert tomllib.loads(gone) == {key: value for key, value in before.items() if key != "model"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 'model = "m"\n'),
        ("model = 'old' # why\n", "model = 'm' # why\n"),
        ("a = 1", 'a = 1\nmodel = "m"\n'),
        ("# top\n[t]\nx = 1\n", 'model = "m"\n# top\n[t]\nx = 1\n'),
        ("a = 1\r\n\r\n[t]\r\n", 'a = 1\r\nmodel = "m"\r\n\r\n[t]\r\n'),
    ],
)
def test_a_change_stands_where_it_belongs(text: str, expected: str) -> None:
    assert edit_toml(text, {"model": "m"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\n  model = 'x'  \nb = 2\n", "a = 1\nb = 2\n"),
        ("model = 'x' # why\nb = 2\n", "# why\nb = 2\n"),
        ("a = 1\r\nmodel = 'x'", "a = 1\r\n"),
        ("a = 1\n", "a = 1\n"),
    ],
)
def test_a_key_is_removed_with_its_line_but_not_with_a_comment(text: str, expected: str) -> None:
    assert edit_toml(text, {"model": None}) == expected


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\nb = \n", 2, "invalid value"),
        ("a = 1\na = 2\n", 2, "overwrite"),
        ('a = "', 1, "not TOML: unterminated"),
        ("model.x = 1\n", None, "cannot be changed alone"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, line: int | None, words: str) -> None:
    problem = edit_toml(text, {"model": "m"})
    assert isinstance(problem, Problem)
    assert problem.line == line
    assert words in problem.sentence
