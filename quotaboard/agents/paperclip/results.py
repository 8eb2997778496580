"""How the runs of Paperclip's agents ended, by its result codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from quotaboard.agents.reading import mapping, text_of
from quotaboard.domain.verdict import Verdict

_RESULTS: Final = {
    "claude_auth_required": Verdict.UNAUTHORIZED,
    "model_not_found": Verdict.NOT_FOUND,
    "claude_transient_upstream": Verdict.UNAVAILABLE,
    "timeout": Verdict.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run of an agent ended."""

    code: str | None
    verdict: Verdict | None
    """None when the code alone does not tell: `message` is what the provider said."""
    until: datetime | None = None
    message: str | None = None


def read_result(document: object) -> RunResult:
    """How a run ended, by its code. One code is for both a spent window, which has a time, and a gate."""
    result = mapping(document)
    code = text_of(result.get("errorCode")) or None
    message = text_of(result.get("errorMessage")) or None
    if code is None:
        finished = result.get("exitCode") == 0 and not result.get("timedOut")
        return RunResult(None, Verdict.OPEN if finished else None, message=message)
    until = _moment(result.get("retryNotBefore"))
    if code == "provider_quota":
        return RunResult(code, Verdict.SPENT if until else None, until, message)
    return RunResult(code, _RESULTS.get(code), until, message)


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
