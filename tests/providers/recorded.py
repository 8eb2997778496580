"""The recorded answers, each in the form in which a person would give it to `explain`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
ANTHROPIC = RECORDED / "anthropic"
HERMES = RECORDED / "hermes"

BARE = ("an-h03", "an-h27")
"""Header sets of which the recording says that the body was the single word Error."""
RESET = "1795200000"
"""Stands in where a recording left a reset out."""

Item = dict[str, Any]


@cache
def cases() -> dict[str, str]:
    """Every recorded answer by its id."""
    return {**_errors(), **_header_sets(), **_usage(), **_client(), **_hermes()}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _errors() -> dict[str, str]:
    return {
        item["id"]: json.dumps({"status": item["status"], "body": item["body"]})
        for item in read(ANTHROPIC / "errors.json")["errors"]
    }


def _header_sets() -> dict[str, str]:
    return {item["id"]: json.dumps(_with_body(item)) for item in read(ANTHROPIC / "headers.json")["sets"]}


def _with_body(item: Item) -> Item:
    """The recording has the headers alone; a refusal came with the body that belongs to it."""
    given = {"status": item["status"], "headers": item["headers"], "request": {"model": item["model"]}}
    if item["status"] == 429:
        wall = "This request would exceed your account's rate limit. Please try again later."
        message = "Error" if item["id"] in BARE else wall
        given["body"] = {"type": "error", "error": {"type": "rate_limit_error", "message": message}}
    return given


def _usage() -> dict[str, str]:
    return {
        item["id"]: json.dumps({"endpoint": "usage", "status": 200, "body": item["body"]})
        for item in read(ANTHROPIC / "oauth_usage.json")["captures"]
    }


def _client() -> dict[str, str]:
    """What the official client printed."""
    return {
        f"claude_cli:{case['case']}": "\n".join(json.dumps(line) for line in case["stdout"])
        for name in (
            "print_json_default",
            "print_stream_json_probe",
            "print_auth_and_edge_cases",
            "get_usage_control",
        )
        for case in read(ANTHROPIC / "claude_cli" / f"{name}.json")["cases"]
        if case.get("stdout")
    }


def _hermes() -> dict[str, str]:
    """Logs and answers as they are; of the classifier's table, what was sent to it on Anthropic's behalf."""
    texts = {
        f"hermes:{path.relative_to(HERMES)}": path.read_text(encoding="utf-8").replace("<epoch>", RESET)
        for folder in ("logs", "responses", "runs", "gateway")
        for path in sorted((HERMES / folder).iterdir())
        if path.name != "classifier_matrix.json"
    }
    table = [
        item for item in read(HERMES / "runs" / "classifier_matrix.json") if item["provider"] == "anthropic"
    ]
    return texts | {
        f"hermes:classifier:{number}": json.dumps({"status": item["status"], "body": item["body"]})
        for number, item in enumerate(table)
    }
