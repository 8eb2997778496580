"""TOML texts changed at the top: against the standard library, on ten thousand generated configs."""

import random
import tomllib

import pytest

from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.toml_edit import edit_toml
from tests.agents.text.generated import EXAMPLES

VALUES = [
    "relay",
    "gpt-5.3-codex",
    "anthropic/claude",
    "é",
    'a "b"',
    "C:\\x",
    "it's",
    "\U0001f980",
    "tab\there",
]
LINES = [
    "sandbox_mode = 'workspace-write'",
    'notify = ["sh", "-c", "echo [x] # no"] # yes',
    "list = [ # open\n  1, # one\n  [2, 3],\n] # close",
    'text = """\nmodel = "no"\n[not.a.table]\n"""',
    "raw = '''model = 'no'\n# ] '''",
    'inline = { model = "no", list = [1, 2], "#" = "}" }',
    "a.b.model = 1 # dotted",
    '"quoted key" = true',
    "date = 2026-11-20T04:12:00Z",
    '# model = "commented"',
    "",
    "number = -1_000.5e3",
    '  indented = "x"',
    "tools.'web search' = true",
]
TABLES = [
    '[model_providers.relay]\nname = "Relay"\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "no"',
    "[[hooks]] # of hooks\nmodel_provider = 'no'\n[[hooks]]",
    "[features]\n\n# the end",
    '["a.b".c]\nmodel = """no"""',
]


def some_text(dice: random.Random) -> str:
    lines = dice.sample(LINES, dice.randrange(len(LINES)))
    for key in ("model", "model_provider"):
        if dice.random() < 0.6:
            name = dice.choice([key, key, f'"{key}"', f"'{key}'"])
            quote = dice.choice(['"old"', "'old'", '"""old"""', "'''old'''", '"ol\\u0064"'])
            lines.insert(
                dice.randrange(len(lines) + 1),
                f"{name}{dice.choice([' = ', '=', '  = '])}{quote}{dice.choice(['', ' # why'])}",
            )
    lines += dice.sample(TABLES, dice.randrange(3))
    text = "\n".join(lines) + dice.choice(["", "\n", "\n\n"])
    return text.replace("\n", "\r\n") if dice.random() < 0.3 else text


def test_in_generated_configs_only_the_asked_keys_change() -> None:
    for seed in range(EXAMPLES):
        dice = random.Random(seed)
        text = some_text(dice)
        changes: dict[str, str | None] = {"model_provider": dice.choice(VALUES), "model": dice.choice(VALUES)}
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
