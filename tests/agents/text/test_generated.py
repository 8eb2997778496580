"""Thousands of configs: only what was meant changes, as the agents' own readers see it."""

import difflib
import json
import re
from collections.abc import Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from quotaboard.agents.text.json_edit import edit_json
from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.yaml_edit import Value, edit_yaml
from quotaboard.domain.agent import RefusalKind
from tests.agents.text.generated import json_text, yaml_text

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CHANGES: dict[str, Value] = {
    "provider": "custom:relay",
    "default": "anthropic/claude-sonnet-4.6",
    "base_url": None,
    "api_mode": None,
    "api_key": None,
    "context_length": None,
}
ROOT: dict[str, Value] = {"base_url": None}


def read(text: str) -> dict[Any, Any]:
    document = yaml.load(text, LOADER)  # noqa: S506 - the safe loader of libyaml, which agents use
    assert isinstance(document, dict)
    return document


def expected(before: Mapping[Any, Any]) -> dict[Any, Any]:
    block = before.get("model")
    inside = dict(block) if isinstance(block, dict) else {}
    inside |= {key: value for key, value in CHANGES.items() if value is not None or key in inside}
    return {**before, "model": inside, **({"base_url": None} if "base_url" in before else {})}


def test_a_yaml_config_changes_in_the_route_alone(examples: int) -> None:
    refused = 0
    for seed in range(examples):
        text = yaml_text(seed)
        before = read(text)
        new = edit_yaml(text, "model", CHANGES, ROOT)
        if isinstance(new, Problem):
            # Said, and nothing done: rare, and only for what cannot be changed alone.
            assert new.kind is RefusalKind.UNSUPPORTED, (seed, new)
            refused += 1
            continue
        assert read(new) == expected(before), seed
        assert comments(new) == comments(text), seed
        assert outside(text) == outside(new), seed
        assert seed % 10 or edit_yaml(new, "model", CHANGES, ROOT) == new, seed
    assert refused < examples / 50


def comments(text: str) -> int:
    return sum(
        text.count(each)
        for each in ("# mine", "# about", "# the route", "# at the edge", "# é", "# model: x")
    )


def outside(text: str) -> list[str]:
    """The lines of every other block, but for anchors that moved and for keys of the route at the root."""
    kept, within = [], False
    for line in text.removeprefix("\ufeff").splitlines(keepends=True):
        if line[:1] not in (" ", "#", "\n", "\r"):
            within = re.match(r"""["']?model["']?\s*:""", line) is not None
        if not within and not line.startswith(("usual:", "uses:", "base_url:")):
            kept.append(line.rstrip("\r\n"))
    return kept


ENV = {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9", "ANTHROPIC_AUTH_TOKEN": "", "ANTHROPIC_MODEL": "m"}


def test_a_json_config_changes_in_the_route_alone(examples: int) -> None:
    for seed in range(examples):
        text = json_text(seed)
        before = json.loads(text.removeprefix("\ufeff"))
        new = edit_json(text, ("env",), ENV)
        assert isinstance(new, str), (seed, new)
        after = json.loads(new.removeprefix("\ufeff"))
        assert after == {**before, "env": {**before.get("env", {}), **ENV}}, seed
        assert list(after) == [*before, *([] if "env" in before else ["env"])], seed
        assert edit_json(new, ("env",), ENV) == new, seed
        assert is_insertion_or_value(text, new), seed


def is_insertion_or_value(old: str, new: str) -> bool:
    """Whatever goes away is a value of one of the three keys, or blanks in an empty object."""
    matcher = difflib.SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False)
    gone = [
        line
        for tag, start, end, _, _ in matcher.get_opcodes()
        if tag in ("delete", "replace")
        for line in old.splitlines()[start:end]
    ]
    allowed = (*ENV, "env", "{", "}")
    return all(any(key in line for key in allowed) or line.rstrip() + "," in new for line in gone)
