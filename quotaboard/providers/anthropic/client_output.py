"""What the official client printed, as facts: its JSON lines, read without judging.

The client rewrites some refusals for people. The API's own words, and the limits as the API sent them, are
taken out again, so that the same rules judge both clients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from quotaboard.domain.answer import Answer, Asked, Endpoint, ErrorFacts, Fault
from quotaboard.domain.lane import Client
from quotaboard.providers.anthropic.limits import CLAIMS, UNIFIED, overage_in, window_name, windows_in
from quotaboard.providers.anthropic.reading import NAME
from quotaboard.providers.anthropic.usage import usage_facts
from quotaboard.providers.bodies import error_in, fault_in
from quotaboard.providers.common import NO_CONNECTION, NO_HOST, NO_TLS, TIMED_OUT

Line = Mapping[str, object]

USAGE_UNAVAILABLE = "client_usage_unavailable"
"""For this kind of login the client has no plan usage, so it asked nobody."""
USAGE_REFUSED = "client_usage_refused"
"""The client asked, or would have, and got nothing."""
OTHER_MODEL = "client_other_model"
"""The client was served by another model than the one asked for."""

_SYNTHETIC = "<synthetic>"
_CUT_OFF = re.compile(r"exceeded the \d+ output token maximum")
_NOT_LOGGED_IN = re.compile(r"^not logged in\b", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:Please run /login\s*[·∙-]\s*)?(?:Failed to authenticate[.:]\s*)?"
    r"(?:API Error:?\s*(?:\d{3}\b[:\s]*)?)?"
)
_ADVICE = re.compile(r"\s*This is a server-side issue, usually temporary.*$", re.DOTALL)
_THROTTLED = re.compile(r"^Server is temporarily limiting requests \(not your usage limit\)\s*[·∙-]\s*(?=\S)")
"""How the client introduces a 429 without limits; what the API said follows."""


def is_result(line: Line) -> bool:
    """The last line about a question."""
    return line.get("type") == "result"


def is_reply(line: Line) -> bool:
    """A model spoke; an error that the client dresses up as its message does not count."""
    model = _mapping(line.get("message")).get("model")
    return line.get("type") == "assistant" and isinstance(model, str) and model != _SYNTHETIC


def is_control_response(line: Line) -> bool:
    return line.get("type") == "control_response"


def says_not_logged_in(answer: Answer) -> bool:
    """The client found no login at all, and so asked nobody."""
    return answer.status is None and bool(_NOT_LOGGED_IN.match(answer.message))


def probe_answer(lines: Sequence[Line], asked: Asked, at: datetime) -> Answer | None:
    """The answer to one short question; None when the lines do not tell what became of it."""
    result = next((line for line in reversed(lines) if is_result(line)), {})
    spoken = [line for line in lines if line.get("type") == "assistant"]
    replies = [line for line in spoken if is_reply(line)]
    outcome = _outcome(result, spoken, replies, asked)
    if outcome is None:
        return None
    headers = limit_headers(_rate_limits(lines))
    usage = _mapping(result.get("usage")) or _mapping(_mapping(_last(replies).get("message")).get("usage"))
    return Answer(
        provider=NAME,
        at=at,
        asked=asked,
        status=outcome.status,
        headers=headers,
        error=outcome.error,
        fault=outcome.fault,
        windows=windows_in(headers),
        overage=overage_in(headers),
        request_id=_text(_last(spoken).get("request_id")),
        latency_ms=_count(result.get("duration_api_ms")) or None,
        input_tokens=_input_tokens(usage),
        output_tokens=_count(usage.get("output_tokens")),
    )


def usage_answer(line: Line, at: datetime) -> Answer | None:
    """The answer to `get_usage`; None when this client is too old to know the question."""
    response = _mapping(line.get("response"))
    usage = _mapping(response.get("response"))
    answer = Answer(NAME, at, Asked(client=Client.OFFICIAL, endpoint=Endpoint.USAGE))
    if response.get("subtype") != "success" and "nsupported" in str(response.get("error")):
        return None
    if usage.get("rate_limits_available") is False:
        sentence = "The official client has no plan usage for this kind of login."
        return replace(answer, error=ErrorFacts(code=USAGE_UNAVAILABLE, message=sentence))
    if not isinstance(usage.get("rate_limits"), Mapping):
        sentence = "The official client could not read plan usage just now."
        return replace(answer, error=ErrorFacts(code=USAGE_REFUSED, message=sentence))
    windows, overage = usage_facts(usage["rate_limits"])
    return replace(answer, status=200, windows=windows, overage=overage)


def limit_headers(info: Line) -> dict[str, str]:
    """What the client read out of the rate-limit headers, under the names that they had.

    A 429 without limits yields none: the client then says `rejected` of its own accord.
    """
    claim = _text(info.get("rateLimitType"))
    told: dict[str, object] = {
        "representative-claim": claim,
        "reset": info.get("resetsAt"),
        "overage-status": info.get("overageStatus"),
        "overage-disabled-reason": info.get("overageDisabledReason"),
        "overage-reset": info.get("overageResetsAt"),
    }
    windows = _mapping(info.get("unifiedWindows"))
    if claim and not windows and (info.get("status") == "rejected" or "utilization" in info):
        windows = {claim: info}  # older clients tell of the deciding window alone
    for key, window in windows.items():
        name = CLAIMS.get(key) or window_name(key)
        if name is not None and isinstance(window, Mapping):
            told |= {
                f"{name}-utilization": window.get("utilization"),
                f"{name}-reset": window.get("resetsAt"),
                f"{name}-status": window.get("status"),
                f"{name}-surpassed-threshold": window.get("surpassedThreshold"),
            }
    if info.get("isUsingOverage") is True or info.get("overageInUse") is True:
        told["overage-in-use"] = "true"
    headers = {UNIFIED + name: _header(value) for name, value in told.items() if value is not None}
    if headers and (status := _text(info.get("status"))):
        headers[UNIFIED + "status"] = status
    return headers


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int | None = None
    error: ErrorFacts | None = None
    fault: Fault | None = None


def _outcome(result: Line, spoken: Sequence[Line], replies: Sequence[Line], asked: Asked) -> _Outcome | None:
    last = _last(spoken)
    status = _count(result.get("api_error_status")) or _count(last.get("api_error_status"))
    words = _text(result.get("result")) or _words(last)
    if status is not None:
        kind = _text(result.get("api_error_type")) or _text(last.get("api_error_type"))
        return _refused(status, words, kind)
    usage = _mapping(result.get("usage"))
    finished = result.get("is_error") is False and bool(_count(usage.get("output_tokens")))
    # A reply that hit its token limit is an error to the client; the model was served all the same.
    if replies or finished or _CUT_OFF.search(words):
        return _Outcome(200, error=_other_model(replies, asked))
    if result.get("is_error") is not True or not words:
        return None
    return _trouble(words, refused_connection=result.get("api_error") == "connection_failed")


def _refused(status: int, words: str, kind: str | None) -> _Outcome:
    said = said_by_the_api(words)
    page = fault_in(said)
    if page is not None:
        return _Outcome(status, fault=page)
    error = error_in(said) or ErrorFacts()
    return _Outcome(status, replace(error, type=error.type or kind))


def _trouble(words: str, *, refused_connection: bool) -> _Outcome:
    """No status: nothing was asked, or nothing came back."""
    for fault, pattern in (
        (Fault.TIMEOUT, TIMED_OUT),
        (Fault.DNS, NO_HOST),
        (Fault.TLS, NO_TLS),
        (Fault.CONNECT, NO_CONNECTION),
    ):
        if pattern.search(words):
            return _Outcome(fault=fault)
    if refused_connection:
        return _Outcome(fault=Fault.CONNECT)
    return _Outcome(error=error_in(said_by_the_api(words)) or ErrorFacts())


def said_by_the_api(words: str) -> str:
    """A sentence of the client without what it adds for people."""
    said = _ADVICE.sub("", _OPENING.sub("", words.strip()))
    return _THROTTLED.sub("", said)


def _other_model(replies: Sequence[Line], asked: Asked) -> ErrorFacts | None:
    served = _text(_mapping(_last(replies).get("message")).get("model"))
    wanted = (asked.model or "").partition("[")[0]
    if served is None or wanted in served or served in wanted:
        return None
    sentence = f"The official client was served by {served} in place of {wanted}."
    return ErrorFacts(code=OTHER_MODEL, message=sentence)


def _rate_limits(lines: Sequence[Line]) -> Line:
    """The last word of the client on the limits; on a wall it is repeated inside the error."""
    told = [_mapping(line.get("rate_limit_info")) for line in lines if line.get("type") == "rate_limit_event"]
    told = told or [_mapping(_mapping(line.get("api_error_params")).get("rate_limit_info")) for line in lines]
    return next((info for info in reversed(told) if info), {})


def _input_tokens(usage: Line) -> int | None:
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    counts = [count for name in names if (count := _count(usage.get(name))) is not None]
    return sum(counts) if counts else None


def _words(line: Line) -> str:
    content = _mapping(line.get("message")).get("content")
    texts = [_text(_mapping(part).get("text")) for part in content] if isinstance(content, list) else []
    return " ".join(text for text in texts if text)


def _last(lines: Sequence[Line]) -> Line:
    return lines[-1] if lines else {}


def _mapping(value: object) -> Line:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _header(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
