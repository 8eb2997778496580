import json
from typing import Any

import pytest

from quotaboard.agents.text.json_edit import edit_json
from quotaboard.agents.text.problem import Problem

URL = {"ANTHROPIC_BASE_URL": "http://x"}


def edited(text: str, changes: dict[str, Any] | None = None, *path: str) -> str:
    new = edit_json(text, path or ("env",), URL if changes is None else changes)
    assert isinstance(new, str), new
    return new


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("", '{\n  "env": {\n    "ANTHROPIC_BASE_URL": "http://x"\n  }\n}\n'),
        ("{}", '{\n  "env": {\n    "ANTHROPIC_BASE_URL": "http://x"\n  }\n}'),
        ('{"a": 1}', '{"a": 1, "env": {\n  "ANTHROPIC_BASE_URL": "http://x"\n}}'),
        ('{\n\t"env": {}\n}\n', '{\n\t"env": {\n\t\t"ANTHROPIC_BASE_URL": "http://x"\n\t}\n}\n'),
        (
            '{"env":{"A":"é","ANTHROPIC_BASE_URL":"old"},"z":[1,2]}',
            '{"env":{"A":"é","ANTHROPIC_BASE_URL":"http://x"},"z":[1,2]}',
        ),
        (
            '{\r\n   "env": {\r\n      "A": "1"\r\n   }\r\n}\r\n',
            '{\r\n   "env": {\r\n      "A": "1",\r\n      "ANTHROPIC_BASE_URL": "http://x"\r\n   }\r\n}\r\n',
        ),
    ],
)
def test_only_the_value_changes(text: str, new: str) -> None:
    assert edited(text) == new
    assert json.loads(new)["env"]["ANTHROPIC_BASE_URL"] == "http://x"


def test_a_text_is_not_a_number() -> None:
    assert edited('{"env": {"A": 1}}', {"A": "1"}) == '{"env": {"A": "1"}}'
    assert edited('{"env": {"A": true}}', {"A": 1}) == '{"env": {"A": 1}}'


def test_what_is_already_so_is_not_touched() -> None:
    text = '{ "env" : { "ANTHROPIC_BASE_URL" : "http:\\/\\/x" } }'
    assert edited(text) == text


def test_an_object_in_an_object_is_made_where_it_is_missing() -> None:
    new = edited('{"a": {}}', {"primary": "p/m"}, "a", "b", "model")
    assert json.loads(new) == {"a": {"b": {"model": {"primary": "p/m"}}}}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"env": {"A": 1,}}', 1),
        ("{\n// mine\n}", 2),
        ('{"env": []}', 1),
        ('{"env": {}, "env": {}}', 1),
        ('{"env": {"ANTHROPIC_BASE_URL": 1,\n"ANTHROPIC_BASE_URL": 2}}', 2),
        ("[]", 1),
        ("{} x", 1),
        ('{"a": tru}', 1),
        ('{"a" 1}', 1),
        ('{"a": "\n"}', 1),
    ],
)
def test_what_cannot_be_changed_is_said_with_its_line(text: str, line: int) -> None:
    problem = edit_json(text, ("env",), URL)
    assert isinstance(problem, Problem)
    assert problem.line == line


def test_deep_nesting_is_no_crash() -> None:
    assert isinstance(edit_json("[" * 100_000, (), URL), Problem)
