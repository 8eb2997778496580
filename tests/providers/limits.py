"""Answers with rate-limit headers, received at one moment."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from quotaboard.domain.judgement import Judgement
from quotaboard.providers.captured import answers_in
from quotaboard.providers.explaining import Explained, explain

AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
SOON = AT + timedelta(hours=2)
LATER = AT + timedelta(days=3)
WALL = {
    "type": "error",
    "error": {"type": "rate_limit_error", "message": "This request would exceed your account's rate limit."},
}
BARE = {"type": "error", "error": {"type": "rate_limit_error", "message": "Error"}}
FABLE = "claude-fable-5-2"


def epoch(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def explained(
    status: int, limits: dict[str, str], *, body: Any = None, model: str | None = None, **headers: str
) -> Explained:
    given = {
        "status": status,
        "at": AT.isoformat(),
        "headers": {f"anthropic-ratelimit-unified-{name}": value for name, value in limits.items()}
        | {name.replace("_", "-"): value for name, value in headers.items()},
        "body": body if body is not None or status < 400 else WALL,
        "request": {"model": model, "tools": 1} if model else {"tools": 1},
    }
    return explain(answers_in(json.dumps(given), AT + timedelta(minutes=5)))


def judged(status: int, limits: dict[str, str], **more: Any) -> Judgement:
    return explained(status, limits, **more).overall
