"""Other providers of a scenario: what each endpoint answers stands in the file, dated from the clock's start.

In a body or a header, `@iso 2h` is the moment two hours after the start; `@epoch`, `@ms` and `@date` are the
same in seconds, in milliseconds and as a day, and `@left` is how many seconds are left until then.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from quotaboard.simulator.answers import Answer, json_answer
from quotaboard.simulator.facts import RequestFacts
from quotaboard.simulator.others import Other
from quotaboard.simulator.tables import parse_span

INFERENCE = ("/chat/completions", "/messages", "/responses")

_MOMENT = re.compile(r"@(iso|epoch|ms|date|left) ([\dhdms ]+)")
_UNKNOWN_KEY = {
    "error": {
        "message": "Incorrect API key provided.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
}


def find_other(others: tuple[Other, ...], facts: RequestFacts) -> Other | None:
    """Whose request it is."""
    return next((other for other in others if other.is_asked(facts.path, facts.headers)), None)


def unknown_key(others: tuple[Other, ...], facts: RequestFacts) -> Answer | None:
    """The refusal of a stranger, where only such a provider has that path."""
    roots = tuple(f"{other.base}/" for other in others if other.base not in ("", "/v1"))
    return json_answer(401, _UNKNOWN_KEY) if facts.path.startswith(roots) else None


def scripted_answer(other: Other, facts: RequestFacts, started_at: datetime, now: datetime) -> Answer:
    """What the file says; else a model that serves, or the list of models."""
    asked = _asked(facts.body)
    date = _dater(started_at, now)
    for reply in other.replies:
        if reply.fits(facts.method, facts.path, asked):
            headers = {name: str(_dated(value, date)) for name, value in reply.headers.items()}
            return json_answer(reply.status, _dated(json.loads(reply.body), date), headers)
    if facts.method == "POST" and facts.path.endswith(INFERENCE):
        headers = {name: str(_dated(value, date)) for name, value in other.headers.items()}
        return json_answer(200, _completion(asked, now), headers)
    if facts.method == "GET" and facts.path.endswith("/models"):
        rows = [{"id": model, "object": "model", "owned_by": other.provider} for model in other.models]
        return json_answer(200, {"object": "list", "data": rows})
    return json_answer(404, {"error": {"message": f"No route for {facts.method} {facts.path}", "code": 404}})


def _asked(body: bytes) -> Mapping[str, object]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _completion(asked: Mapping[str, object], now: datetime) -> dict[str, object]:
    message = {"role": "assistant", "content": "."}
    return {
        "id": "chatcmpl-demo",
        "object": "chat.completion",
        "created": int(now.timestamp()),
        "model": asked.get("model"),
        "choices": [{"index": 0, "message": message, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10},
    }


Dater = Callable[[str, str], object]


def _dater(started_at: datetime, now: datetime) -> Dater:
    def date(form: str, after: str) -> object:
        span = parse_span(after)
        if span is None:
            raise ValueError(f"{after!r} is not a span such as 1h 48m")
        moment = (started_at + span).astimezone(UTC)
        match form:
            case "epoch":
                return int(moment.timestamp())
            case "ms":
                return int(moment.timestamp()) * 1000
            case "date":
                return f"{moment:%Y-%m-%d}"
            case "left":
                return max(0, round((moment - now).total_seconds()))
            case _:
                return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

    return date


def _dated(value: object, date: Dater) -> object:
    """With every moment in it worked out."""
    match value:
        case str():
            whole = _MOMENT.fullmatch(value)
            if whole is not None:
                return date(whole[1], whole[2].strip())
            return _MOMENT.sub(lambda found: str(date(found[1], found[2].strip())), value)
        case dict():
            return {name: _dated(below, date) for name, below in value.items()}
        case list():
            return [_dated(below, date) for below in value]
        case _:
            return value
