"""The schema's complaints in our own words: what must be, what is, and what to do."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from quotaboard.config import rules, schema
from quotaboard.config.lines import KeyPath
from quotaboard.config.suggestions import nearest

_TABLES: Mapping[str, type[schema.Table]] = {
    "poll": schema.Poll,
    "credentials": schema.Credential,
    "profiles": schema.Profile,
    "shapes": schema.Shape,
    "providers": schema.Provider,
    "auto_switch": schema.AutoSwitch,
    "alerts": schema.Alerts,
    "snapshot": schema.Snapshot,
    "fleet": schema.Fleet,
    "ui": schema.Ui,
}
_WITHIN_PROVIDERS: Mapping[str, type[schema.Table]] = {
    "windows": schema.ProviderWindow,
    "balance": schema.ProviderBalance,
}
_EXAMPLES = {
    "agent": '"hermes"',
    "model": '"claude-sonnet-4-6"',
    "base_url": '"https://relay.example.com/v1"',
    "name": '"work"',
    "unit": '"percent"',
    "provider": '"anthropic"',
    "source": '"claude-code"',
}
_SECRET_KEYS = ("token", "secret", "password", "api_key", "apikey", "key")


def schema_troubles(document: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """Each key that the schema refuses, and why."""
    try:
        schema.Document.model_validate(document)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            path = tuple(part for part in detail["loc"] if part != "[key]")
            yield path, _sentence(path, detail, _value_at(document, path))


def _sentence(path: KeyPath, detail: ErrorDetails, value: Any) -> str:
    limits = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return _unknown_key(path, value)
        case "missing":
            return f"is missing. Add for example {path[-1]} = {_EXAMPLES[str(path[-1])]}."
        case "value_error":
            return str(limits["error"])
        case "string_type":
            return f"must be text, got {_described(value)}. Write it in quotes."
        case "string_too_short":
            return "must not be empty. Write a value, or remove the key."
        case "int_type" | "int_from_float":
            return f"must be a whole number, got {_described(value)}. Write digits without quotes."
        case "bool_type":
            return f"must be true or false, got {_described(value)}. Write it without quotes."
        case "greater_than_equal":
            return f"must be at least {limits['ge']}, got {value}. Set {limits['ge']} or more."
        case "less_than_equal":
            return f"must be at most {limits['le']}, got {value}. Set {limits['le']} or less."
        case "literal_error":
            expected = str(limits["expected"])
            allowed, words = expected.replace("'", '"'), re.findall("'([^']*)'", expected)
            return f"must be {allowed}, got {_described(value)}.{nearest(str(value), words)}"
        case "list_type" | "model_type" | "dict_type":
            return _wrong_container(path, detail["type"], value)
        case _:
            return f"is not right: {detail['msg']}."


def _unknown_key(path: KeyPath, value: Any) -> str:
    key = str(path[-1])
    if key.lower().endswith(_SECRET_KEYS) or (isinstance(value, str) and rules.looks_secret(value)):
        return f"is not a key here. {rules.WAY_OUT}"
    table = _table_of(path)
    known = list(table.model_fields)
    return "is not a key here." + (nearest(key, known) or f" The keys here are {', '.join(known)}.")


def _table_of(path: KeyPath) -> type[schema.Table]:
    """The table that a key stands in."""
    if len(path) == 1:
        return schema.Document
    inner = _WITHIN_PROVIDERS.get(str(path[2])) if path[0] == "providers" and len(path) > 3 else None
    return inner or _TABLES[str(path[0])]


def _wrong_container(path: KeyPath, kind: str, value: Any) -> str:
    got = _described(value)
    if kind == "list_type" and len(path) == 1:
        return f"must be a list of tables, got {got}. Write [[{path[0]}]] with two brackets above each."
    if kind == "list_type":
        return f'must be a list, got {got}. Write it as ["…", "…"].'
    if len(path) == 1:
        return f"must be a table, got {got}. Write [{path[0]}] with one bracket above its keys."
    return f'must be a table, got {got}. Write it as {{ key = "value" }}.'


def _described(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return rules.quoted(value)
        case list():
            return "a list"
        case Mapping():
            return "a table"
        case _:
            return "a date or time"


def _value_at(document: Any, path: KeyPath) -> Any:
    value = document
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value
