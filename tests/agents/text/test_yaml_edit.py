import gc
from itertools import pairwise
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.yaml_edit import Value, edit_yaml
from quotaboard.agents.text.yaml_tree import parse

ROUTE: dict[str, Value] = {"provider": "custom:relay", "default": "m-1", "base_url": None, "api_key": None}


def edited(text: str, changes: dict[str, Value] | None = None, **root: Value) -> str:
    new = edit_yaml(text, "model", changes or ROUTE, root)
    assert isinstance(new, str), new
    return new


def refused(text: str) -> Problem:
    problem = edit_yaml(text, "model", ROUTE)
    assert isinstance(problem, Problem), problem
    return problem


def test_the_recorded_four_key_write_is_what_we_write(recorded: Path) -> None:
    before = (recorded / "hermes/config.before.yaml").read_text()
    after = edited(before, {"default": "loop-model", "provider": "custom:loopback", "base_url": None})
    changed = [
        pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]
    ]
    assert changed == [
        (
            '  default: "claude-sonnet-4-6"   # the day-to-day model',
            '  default: "loop-model"   # the day-to-day model',
        ),
        ("  provider: anthropic", "  provider: custom:loopback"),
        ("  base_url: https://api.anthropic.com", "  base_url: null"),
    ]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("", "model:\n  provider: custom:relay\n  default: m-1\n"),
        ("# mine\n", "# mine\nmodel:\n  provider: custom:relay\n  default: m-1\n"),
        ("a: 1", "a: 1\nmodel:\n  provider: custom:relay\n  default: m-1\n"),
        ("model: x  # c\n", 'model: {provider: "custom:relay", default: m-1}  # c\n'),
        ("model:   # c\na: 1\n", 'model: {provider: "custom:relay", default: m-1}   # c\na: 1\n'),
        ("model: {}\n", 'model: {provider: "custom:relay", default: m-1}\n'),
        ("model: {default: a, b: 1} # c\n", 'model: {provider: "custom:relay", default: m-1, b: 1} # c\n'),
        (
            "model: {base_url: , default: 'a'}\n",
            "model: {provider: \"custom:relay\", base_url: , default: 'm-1'}\n",
        ),
        (
            "model:\n    default: a # c\n\nz: 1\n",
            "model:\n    default: m-1 # c\n    provider: custom:relay\n\nz: 1\n",
        ),
        (
            "model:\n  default:\n  provider: 'a'\n",
            "model:\n  default: m-1\n  provider: 'custom:relay'\n",
        ),
        (
            "model:\n  provider: p\n  default: a\n  base_url: >-\n    http://x\n\n  # tail\nz: 1\n",
            "model:\n  provider: custom:relay\n  default: m-1\n  base_url: null\n\n  # tail\nz: 1\n",
        ),
    ],
)
def test_only_the_values_change(text: str, new: str) -> None:
    assert edited(text) == new
    assert yaml.safe_load(new)["model"]["provider"] == "custom:relay"


def test_line_ends_the_byte_order_mark_and_other_alphabets_stay() -> None:
    text = "\ufeff# é\r\nmodel:\r\n  default: a\r\n  api_key: sk-x # k\r\nz: ß\r\n"
    assert edited(text) == (
        "\ufeff# é\r\nmodel:\r\n  default: m-1\r\n  provider: custom:relay\r\n  api_key: null # k\r\nz: ß\r\n"
    )


def test_whoever_refers_to_the_old_value_keeps_it() -> None:
    text = "model:\n  default: &m 'a'\n  provider: p\nfallback: [*m, *m]\n"
    new = edited(text)
    assert new == "model:\n  default: 'm-1'\n  provider: custom:relay\nfallback: [&m 'a', *m]\n"
    assert yaml.safe_load(new)["fallback"] == ["a", "a"]


def test_an_alias_is_replaced_where_it_stands() -> None:
    text = "usual: &m a\nmodel:\n  default: *m\n  provider: p\n"
    assert edited(text) == "usual: &m a\nmodel:\n  default: m-1\n  provider: custom:relay\n"


def test_what_a_merge_brings_in_is_covered() -> None:
    text = "base: &b {base_url: http://old}\nmodel:\n  <<: *b\n  default: a\n"
    new = edited(text)
    assert yaml.safe_load(new)["model"]["base_url"] is None
    assert yaml.safe_load(new)["base"] == {"base_url": "http://old"}


def test_root_keys_are_changed_only_where_they_stand() -> None:
    assert edited("base_url: http://x\nmodel: {default: a}\n", base_url=None).startswith("base_url: null\n")
    assert "api_base" not in edited("model: {default: a}\n", api_base=None)


def test_a_value_that_could_be_mistaken_is_quoted() -> None:
    for value in ("yes", "1e5", "007", "a: b", "a #b", "null", "", "é", "x:", "-"):
        new = edited("model:\n  default: a\n", {"default": value})
        assert yaml.safe_load(new) == {"model": {"default": value}}


def test_a_number_is_written_as_one() -> None:
    assert (
        edited("model: {context_length: 1}\n", {"context_length": 65536})
        == "model: {context_length: 65536}\n"
    )


def test_what_is_already_so_is_not_touched() -> None:
    text = "model: {provider: 'custom:relay', default: m-1, base_url: ~}\n"
    assert edited(text) == text


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ("model:\n  provider: a\n  provider: b\n", 3, "unsupported"),
        ("model: {}\nmodel: {}\n", 2, "unsupported"),
        ("model: &m\n  default: a\nother: *m\n", 1, "unsupported"),
        ("a: &m {default: a}\nmodel: *m\n", 2, "unsupported"),
        ("model:\n  provider:\n    - a\n", 3, "unsupported"),
        ("model:\n\tprovider: a\n", 2, "broken"),
        ("model: {a\n", None, "broken"),
        ("- a\n", 1, "broken"),
        ("a: 1\n---\nb: 2\n", 2, "broken"),
        ("a: *nobody\n", 1, "broken"),
        ("a: \x07\n", None, "broken"),
    ],
)
def test_what_cannot_be_changed_safely_is_said_with_its_line(text: str, line: int | None, kind: str) -> None:
    problem = refused(text)
    assert problem.kind == kind
    assert line is None or problem.line == line
    assert problem.sentence.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500,
        "a: " + "[" * 500 + "]" * 500,
        "a: &a [*a]",
        "a: &a [1, 1]\n"
        + "".join(f"{b}: &{b} [{', '.join(9 * ['*' + a])}]\n" for a, b in pairwise("abcdefghij")),
    ],
)
def test_a_text_that_never_ends_is_no_crash(text: str) -> None:
    assert refused(text).kind == "broken"


@pytest.mark.parametrize("text", ["model: {default: &it m-1}\nother: *it\n", "", "a: [1\nb: }", "a:\t1\n"])
def test_reading_leaves_nothing_that_must_be_searched_for(text: str) -> None:
    parse(text)  # what the first one imports
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            parse(text)
        assert gc.collect() == 0
    finally:
        gc.enable()
