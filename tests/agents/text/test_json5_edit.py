"""JSON5 texts changed at one place: against an independent reader, on ten thousand generated configs."""

import random
import re
from typing import Any

import pyjson5
import pytest

from quotaboard.agents.text.json5_edit import edit_json5, same
from quotaboard.agents.text.json5_tree import Node, parse_json5_tree
from quotaboard.agents.text.problem import Problem
from tests.agents.text.generated_json5 import PATH, Writer, some_changes, some_config


def edited(text: str, path: list[str], changes: dict[str, Any]) -> str:
    new = edit_json5(text, path, changes)
    assert isinstance(new, str), (text, new)
    return new


def test_in_generated_configs_only_the_asked_keys_change(examples: int) -> None:
    for seed in range(examples):
        dice = random.Random(seed)
        config = some_config(dice)
        text = Writer(seed).document(config)
        changes = some_changes(dice)
        new = edited(text, PATH, changes)
        expected = config
        for key in PATH:
            expected = expected.setdefault(key, {})
        expected.update(changes)
        assert same(pyjson5.decode(new.removeprefix("\ufeff")), config), (text, new)
        assert kept_bytes(text, new), (text, new)
        assert edited(new, PATH, changes) == new


def kept_bytes(before: str, after: str) -> bool:
    """Whether every comment of the old text is in the new one."""
    comments = re.compile(r"/\* one \*/|// why, because: \[|/\* a \*/ // b \U0001f980|/\* é \*/|two")
    return comments.findall(before) == comments.findall(after)


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ("{}", {"a": 1}, '{\n  "a": 1\n}'),
        ("", {"a": 1}, '{\n  "a": 1\n}\n'),
        ("// only words\n", {"a": 1}, '// only words\n{\n  "a": 1\n}\n'),
        ("{a: 'x'}", {"a": "it's"}, "{a: 'it\\'s'}"),
        ("{a: 'x', // why\n}", {"b": "y"}, "{a: 'x', b: 'y', // why\n}"),
        ("{\n\ta: 'x', // why\n}", {"b": "y"}, "{\n\ta: 'x', // why\n\tb: 'y',\n}"),
        ("{\n\ta: 'x' // why\n}", {"b": "y"}, "{\n\ta: 'x', // why\n\tb: 'y'\n}"),
        ('{"a": [1, /* two */ 2, 3]}', {"a": [1]}, '{"a": [1 /* two */  ]}'),
        ('{"a": [1, 2,]}', {"a": [1]}, '{"a": [1, ]}'),
        ('{"a": [1, 2,]}', {"a": []}, '{"a": [ ]}'),
        ('{"a": [1]}', {"a": [1, 2]}, '{"a": [1, 2]}'),
        ('{"a": "p/m"}', {"a": {"primary": "q/n"}}, '{"a": {\n  "primary": "q/n"\n}}'),
        ("{\r\n a: 1\r\n}", {"b": 2}, "{\r\n a: 1,\r\n b: 2\r\n}"),
        ("{ // empty\n}", {"a": 1}, '{\n  "a": 1 // empty\n}'),
    ],
)
def test_a_change_is_written_as_its_neighbours_are(text: str, changes: dict[str, Any], expected: str) -> None:
    assert edited(text, [], changes) == expected


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("{\n a: 1\n b: 2}", 3, "a comma is missing"),
        ("{a: 'x}", 1, "a text has no end"),
        ("{a: [1, 2}", 1, "a comma is missing"),
        ("{a: tru}", 1, "a value is missing"),
        ("{a: 1} x", 1, "something follows the end"),
        ("{a: 1", 1, "a comma is missing"),
        ("{1: 1}", 1, "a key is missing"),
        ("{a: 1, a: 2}", 1, "stands there twice"),
        ("[1]", 1, "is not an object"),
        ("{a: 01}", 1, "a value is missing"),
        ("{a: '\\1'}", 1, "escape"),
        ("/* open", 1, "value is missing"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, line: int, words: str) -> None:
    problem = edit_json5(text, [], {"a": 2})
    assert isinstance(problem, Problem)
    assert problem.line == line
    assert words in problem.sentence


def test_a_deeply_nested_text_is_a_problem_and_no_crash() -> None:
    assert isinstance(parse_json5_tree("[" * 100_000), Problem)


@pytest.mark.parametrize(
    "text",
    [
        "'\\\r\nx'",
        "'\\u00e9\\x41\\v\\0'",
        "+.5e3",
        "-Infinity",
        "0xDEADbeef",
        "'\\ud83e\\udd80'",
        "{\\u0061: 1}",
        "5.",
    ],
)
def test_the_odd_forms_read_as_the_independent_reader_has_them(text: str) -> None:
    node = parse_json5_tree(text)
    assert isinstance(node, Node)
    assert same(node.plain, pyjson5.decode(text))
