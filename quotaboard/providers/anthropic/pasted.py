"""What a person may paste of the official client: the result of a prompt, its stream of events, its usage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from quotaboard.domain.answer import Answer, Asked, Endpoint
from quotaboard.domain.lane import Client
from quotaboard.providers.anthropic.client_output import (
    Line,
    is_control_response,
    is_reply,
    is_result,
    probe_answer,
    usage_answer,
)
from quotaboard.providers.anthropic.reading import NAME
from quotaboard.providers.anthropic.usage import usage_facts


def client_answer(items: Sequence[object], at: datetime) -> Answer | None:
    """The answer that the client's output tells of; None when it is no such output."""
    lines: list[Line] = [item for item in items if isinstance(item, Mapping)]
    if any(is_result(line) and isinstance(line.get("is_error"), bool) for line in lines):
        answer = probe_answer(lines, Asked(client=Client.OFFICIAL), at)
        return answer and replace(answer, asked=replace(answer.asked, model=_model(lines)))
    for line in lines:
        if is_control_response(line):
            return usage_answer(line, at)
        if isinstance(line.get("rate_limits"), Mapping) and "session_id" in line:
            return _status_line(line, at)
    return None


def _status_line(line: Line, at: datetime) -> Answer:
    windows, overage = usage_facts(line)
    asked = Asked(client=Client.OFFICIAL, endpoint=Endpoint.USAGE)
    return Answer(NAME, at, asked, 200, windows=windows, overage=overage)


def _model(lines: Sequence[Line]) -> str | None:
    """Which model spoke, or was asked to."""
    for line in lines:
        message = line.get("message")
        told = message.get("model") if is_reply(line) and isinstance(message, Mapping) else line.get("model")
        if isinstance(told, str) and told:
            return told
    used = next((line["modelUsage"] for line in lines if isinstance(line.get("modelUsage"), Mapping)), None)
    return str(next(iter(used))) if isinstance(used, Mapping) and len(used) == 1 else None
