"""Whatever comes in: no crash, no long wait, and never `open` without an answer that was served."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from quotaboard.domain.verdict import SERVING
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
FRAGMENTS = (
    *(
        "You're out of extra usage",
        "Third-party apps now draw from your extra usage",
        "Error code: 400 - ",
        "429 ",
    ),
    *(
        "API Error: ",
        "HTTP/1.1 429 Too Many Requests\r\n",
        "retry-after: 5\r\n",
        "\r\n\r\n",
        "event: error\ndata: ",
    ),
    *(
        '{"type":"error","error":',
        "{'type': 'error', ",
        '{"status":',
        "}",
        "]",
        '"',
        "'",
        "\\",
        '\\"',
        "{",
        "[",
    ),
    *(
        "anthropic-ratelimit-unified-5h-status: rejected\n",
        "usage limit reached|1795200000",
        "resets 4pm (UTC)",
    ),
    *(
        "\x00",
        "\x1b[31m",
        "\ufeff",
        "\u202e",
        "é",
        "😀",
        "\n",
        "\t",
        "<html>",
        "Nov 31, 9pm (Nowhere/Else)",
        "9" * 30,
    ),
)
WORDS = (
    *FRAGMENTS,
    "status",
    "headers",
    "body",
    "error",
    "message",
    "type",
    "at",
    "request",
    "response",
    "tools",
)
KEYS = (
    *(
        "status",
        "headers",
        "body",
        "error",
        "message",
        "type",
        "at",
        "request",
        "response",
        "endpoint",
        "provider",
    ),
    *(
        "details",
        "code",
        "rate_limits",
        "five_hour",
        "limits",
        "utilization",
        "resets_at",
        "is_error",
        "result",
    ),
    *(
        "anthropic-ratelimit-unified-5h-utilization",
        "anthropic-ratelimit-unified-reset",
        "retry-after",
        "session_id",
    ),
)
SCALARS = (
    None,
    True,
    False,
    0,
    -1,
    1e308,
    200,
    400,
    429,
    599,
    1795200000,
    0.5,
    "",
    "429",
    "nan",
    "rejected",
    "usage",
)


def value(random: Random, depth: int) -> Any:
    kind = random.random()
    if depth == 0 or kind < 0.35:
        return random.choice(SCALARS) if kind < 0.25 else random.choice(WORDS)
    if kind < 0.8:
        return {random.choice(KEYS): value(random, depth - 1) for _ in range(random.randrange(6))}
    return [value(random, depth - 1) for _ in range(random.randrange(4))]


def text(random: Random) -> str:
    match random.randrange(4):
        case 0:
            return "".join(random.choice(FRAGMENTS) for _ in range(random.randrange(30)))
        case 1:
            return bytes(random.randrange(256) for _ in range(random.randrange(200))).decode(
                "utf-8", "replace"
            )
        case 2:
            return str(value(random, 4))
        case _:
            return json.dumps(value(random, 5))


@pytest.mark.parametrize("count", [400, pytest.param(20_000, marks=pytest.mark.soak)])
def test_any_text_is_explained_in_no_time(count: int) -> None:
    random = Random(1)
    slowest = 0.0
    for _ in range(count):
        given = text(random)
        start = time.process_time()
        explained = explain(answers_in(given, NOW))
        slowest = max(slowest, time.process_time() - start)
        assert explained.overall.summary
        if explained.overall.verdict in SERVING:
            assert any(answer.allowed for answer, _judgement in explained.answers)
    assert slowest < 1


LARGE: dict[str, Callable[[int], str]] = {
    "braces": lambda k: "{" * (1000 * k),
    "closed braces": lambda k: "{}" * (500 * k),
    "nested": lambda k: '{"a":' * (100 * k) + "1" + "}" * (100 * k),
    "nested lists": lambda k: "[" * (200 * k) + "]" * (200 * k),
    "quotes": lambda k: '"' * (1000 * k),
    "quotes in braces": lambda k: "{'" * (500 * k),
    "one long line": lambda k: "API Error: " * (100 * k),
    "many lines": lambda k: "HTTP 429: Error\n" * (60 * k),
    "different errors": lambda k: "".join(f"HTTP 400: error number {number}\n" for number in range(20 * k)),
    "escapes": lambda k: "{" + "\\" * (900 * k),
    "escaped objects": lambda k: '{\\"error\\":' * (50 * k),
    "blanks": lambda k: " " * (1000 * k) + "x",
    "words": lambda k: "reached your " * (80 * k),
    "digits": lambda k: "4" * (1000 * k),
    "blanks in an object": lambda k: "{" + " " * (39 * k) + "\n x}",
    "blanks after a status": lambda k: "HTTP 400: a" + " " * (900 * k) + "x",
    "an address without end": lambda k: "HTTP 400: " + "a" * (900 * k),
    "a status without end": lambda k: "HTTP 400: " + "status" * (150 * k),
    "headers": lambda k: "HTTP/1.1 200 OK\n" + "a: b\n" * (200 * k),
    "answers": lambda k: "HTTP/1.1 429 X\na: b\n\n" * (5 * k),
    "JSON lines": lambda k: '{"level": 30, "msg": "HTTP 400: no"}\n' * (20 * k),
    "a list of answers": lambda k: json.dumps(
        [{"status": 429, "body": {"error": {"message": "Error"}}}] * (2 * k)
    ),
}
"""Texts for a size of which 1000 is a megabyte, or what a log may hold of it."""


@pytest.mark.parametrize(("size", "limit"), [(5, 0.5), pytest.param(1_000, 5, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", LARGE)
def test_a_large_input_takes_no_longer_than_a_person_waits(name: str, size: int, limit: float) -> None:
    given = LARGE[name](size)
    start = time.process_time()  # a busy machine is not a slow reader
    assert explain(answers_in(given, NOW)).overall.summary
    assert time.process_time() - start < limit
