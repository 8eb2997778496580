"""Whatever comes in: no crash, no long wait, and never `open` without an answer that was served."""

import json
import os
import time
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from quotaboard.domain.verdict import SERVING
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import explain

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
HOW_MANY = 20_000 if os.environ.get("CI") else 4_000
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


def test_any_text_is_explained_in_no_time() -> None:
    random = Random(1)
    slowest = 0.0
    for _ in range(HOW_MANY):
        given = text(random)
        start = time.perf_counter()
        explained = explain(answers_in(given, NOW))
        slowest = max(slowest, time.perf_counter() - start)
        assert explained.overall.summary
        if explained.overall.verdict in SERVING:
            assert any(answer.allowed for answer, _judgement in explained.answers)
    assert slowest < 1


LARGE = {
    "braces": "{" * 1_000_000,
    "closed braces": "{}" * 500_000,
    "nested": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "nested lists": "[" * 200_000 + "]" * 200_000,
    "quotes": '"' * 1_000_000,
    "quotes in braces": "{'" * 500_000,
    "one long line": "API Error: " * 100_000,
    "many lines": "HTTP 429: Error\n" * 60_000,
    "different errors": "".join(f"HTTP 400: error number {number}\n" for number in range(20_000)),
    "escapes": "{" + "\\" * 900_000,
    "escaped objects": '{\\"error\\":' * 50_000,
    "blanks": " " * 1_000_000 + "x",
    "words": "reached your " * 80_000,
    "digits": "4" * 1_000_000,
    "blanks in an object": "{" + " " * 39_000 + "\n x}",
    "blanks after a status": "HTTP 400: a" + " " * 900_000 + "x",
    "an address without end": "HTTP 400: " + "a" * 900_000,
    "a status without end": "HTTP 400: " + "status" * 150_000,
    "headers": "HTTP/1.1 200 OK\n" + "a: b\n" * 200_000,
    "answers": "HTTP/1.1 429 X\na: b\n\n" * 5_000,
    "JSON lines": '{"level": 30, "msg": "HTTP 400: no"}\n' * 20_000,
    "a list of answers": json.dumps([{"status": 429, "body": {"error": {"message": "Error"}}}] * 2_000),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_input_takes_no_longer_than_a_person_waits(name: str) -> None:
    start = time.process_time()  # a busy machine is not a slow reader
    assert explain(answers_in(LARGE[name], NOW)).overall.summary
    assert time.process_time() - start < 5
