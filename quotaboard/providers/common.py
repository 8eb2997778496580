"""The rules that hold for any HTTP API: transport trouble, pages instead of data, and plain status codes.

A provider puts its own rows before these; the last one matches everything.
"""

from __future__ import annotations

import re

from quotaboard.domain.answer import Answer, Fault
from quotaboard.domain.rules import Context, Detail, Rule, Summary
from quotaboard.domain.verdict import Scope, Verdict

LOOK_AGAIN = "wait: it is asked again by itself"
FAULT_WORDS = {
    Fault.TIMEOUT: "It did not answer in time.",
    Fault.DNS: "The host name could not be found: no network, or a wrong address.",
    Fault.CONNECT: "The connection was refused or broke off.",
    Fault.TLS: (
        "The secure connection failed: a wrong clock, an unknown certificate, or something in between."
    ),
    Fault.NOT_JSON: "Something answered that is not the API, such as a login page or a proxy.",
    Fault.PROTOCOL: "The answer was not valid HTTP.",
    Fault.TOO_LARGE: "The answer was far larger than any real one and was cut off.",
    Fault.NO_CLIENT: "The official client is not installed here, or did not answer.",
    Fault.PLUGIN: "The plug-in that speaks for this provider failed: see the log, and tell its author.",
}
TIMED_OUT = re.compile(r"\btimed? ?out\b|ETIMEDOUT|ReadTimeout|ConnectTimeout", re.IGNORECASE)
NO_HOST = re.compile(
    r"ENOTFOUND|EAI_AGAIN|could not resolve host|name resolution|getaddrinfo"
    r"|Name or service not known|nodename nor servname",
    re.IGNORECASE,
)
NO_CONNECTION = re.compile(
    r"ECONNREFUSED|ECONNRESET|connection (error|refused|reset|aborted)|ConnectionRefused|fetch failed"
    r"|unable to connect|socket hang up",
    re.IGNORECASE,
)
NO_TLS = re.compile(
    r"certificate verify failed|SSLCertVerification|self[- ]signed certificate|CERT_"
    r"|\bTLS\b.*(fail|error)|SSLError",
    re.IGNORECASE,
)
VALIDATION = re.compile(
    r"""
    ^[a-z_]+(?:\.[\w\[\]-]+)*:\ | \b(?:is|are)\ required\b
    | \bmust\ (?:be|have|not|contain|start|match|alternate)\b
    | input\ should | \bunexpected\b | extra\ inputs | field\ required | not\ (?:a\ )?valid
    | \binvalid\ (?:json|value|type|request|body|parameter|base64|image|url|role)
    | (?:does\ not|doesn't)\ support | (?:is|are)\ not\ (?:supported|permitted) | at\ least\ one
    | cannot\ (?:be|both)\b | could\ not\ (?:parse|process|resolve) | too\ (?:long|many|short|large)
    | exceeds?\ the\ (?:maximum|limit) | malformed | unrecognized | unsupported
    | missing\ (?:field|parameter) | not\ valid\ json | found\ without
    """,
    re.IGNORECASE | re.VERBOSE,
)
ACCOUNT_TALK = re.compile(
    r"""
    usage | quota | \bplans?\b | subscri | billing | \bbilled | credit | balance | \bspend | \blimits?\b
    | third[- ]party | authoriz | entitle | upgrade | claude\ code | claude\.ai | organi[sz]ation | \baccount
    | \bpolicy | \bapps?\b | \bclients?\b | harness | oauth | purchase | payment | \bpaid\b | \baccess\b
    | tier\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _about_the_request(answer: Answer, _context: Context) -> bool:
    """Validation words, and none that could be about the account: what is not recognised stays unknown."""
    return bool(VALIDATION.search(answer.message)) and not ACCOUNT_TALK.search(answer.message)


def _fault(answer: Answer, _context: Context) -> Detail:
    return Detail(reason=answer.fault.value if answer.fault else None)


def _is_page(answer: Answer, _context: Context) -> bool:
    return answer.fault is Fault.NOT_JSON


def _status_in(answer: Answer, low: int, high: int) -> bool:
    return answer.status is not None and low <= answer.status <= high


def _say_fault(answer: Answer, _context: Context, _detail: Detail) -> str:
    return FAULT_WORDS[answer.fault] + " This says nothing about your quota." if answer.fault else ""


def say(sentence: str) -> Summary:
    """The same sentence each time."""
    return lambda _answer, _context, _detail: sentence


def quoted(sentence: str) -> Summary:
    """The sentence, and what the provider said."""
    return lambda answer, _context, _detail: (
        f"{sentence}: \u201c{answer.message}\u201d." if answer.message else f"{sentence}."
    )


def _transport(reason: str, fault: Fault, pattern: re.Pattern[str]) -> Rule:
    return Rule(
        id=f"http.unavailable.{reason}_told",
        verdict=Verdict.UNAVAILABLE,
        reason=reason,
        scope=Scope.REQUEST,
        says=pattern,
        when=lambda answer, _context: answer.status is None,
        summary=say(FAULT_WORDS[fault] + " This says nothing about your quota."),
        options=(LOOK_AGAIN,),
    )


COMMON_RULES: tuple[Rule, ...] = (
    Rule(
        id="http.forbidden.firewall",
        verdict=Verdict.FORBIDDEN,
        reason="firewall",
        scope=Scope.REQUEST,
        statuses=frozenset({403}),
        when=_is_page,
        summary=say(
            "A firewall or content network in front of the provider refused the request; "
            "the login itself was not judged."
        ),
        options=("try from another network, or without the proxy or VPN in between",),
    ),
    Rule(
        id="http.unavailable.server_error",
        verdict=Verdict.UNAVAILABLE,
        reason="server_error",
        scope=Scope.REQUEST,
        when=lambda answer, _context: _status_in(answer, 500, 599),
        summary=say("The provider or a gateway has trouble of its own. This says nothing about your quota."),
        options=(LOOK_AGAIN,),
    ),
    Rule(
        id="http.unavailable.fault",
        verdict=Verdict.UNAVAILABLE,
        scope=Scope.REQUEST,
        when=lambda answer, _context: answer.fault is not None and answer.status not in (401, 413, 429),
        detail=_fault,
        summary=_say_fault,
        options=(LOOK_AGAIN,),
    ),
    Rule(
        id="http.unavailable.timeout",
        verdict=Verdict.UNAVAILABLE,
        reason="timeout",
        scope=Scope.REQUEST,
        statuses=frozenset({408}),
        summary=say(FAULT_WORDS[Fault.TIMEOUT] + " This says nothing about your quota."),
        options=(LOOK_AGAIN,),
    ),
    Rule(
        id="http.unauthorized",
        verdict=Verdict.UNAUTHORIZED,
        reason="invalid",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({401}),
        summary=quoted("The credential was not accepted"),
        options=("log in again in the program that owns this login, or put in a new key",),
    ),
    Rule(
        id="http.unfunded.billing",
        verdict=Verdict.UNFUNDED,
        reason="billing",
        scope=Scope.CREDENTIAL,
        statuses=frozenset({402}),
        summary=quoted("The provider wants money before it serves"),
        options=("use another lane", "look at the provider's billing page"),
    ),
    Rule(
        id="http.forbidden",
        verdict=Verdict.FORBIDDEN,
        reason="refused",
        scope=Scope.REQUEST,
        statuses=frozenset({403}),
        summary=quoted("The provider refuses, and the reason is not one that quotaboard knows"),
        options=("use another lane",),
    ),
    Rule(
        id="http.not_found",
        verdict=Verdict.NOT_FOUND,
        reason="endpoint",
        scope=Scope.MODEL,
        statuses=frozenset({404}),
        summary=quoted("There is no such model or address here"),
        options=("check the model's name and the base URL",),
    ),
    Rule(
        id="http.bad_request.too_large",
        verdict=Verdict.BAD_REQUEST,
        reason="request_too_large",
        scope=Scope.REQUEST,
        statuses=frozenset({413}),
        summary=say("The request was too large. This says nothing about your quota."),
        options=("send less",),
    ),
    Rule(
        id="http.throttled.retry_after",
        verdict=Verdict.THROTTLED,
        reason="retry_after",
        scope=Scope.MODEL,
        statuses=frozenset({429}),
        when=lambda answer, _context: (
            answer.retry_at is not None
            and (answer.retry_at - answer.at).total_seconds() <= 900
            and bool(answer.message)
        ),
        summary=quoted("Too many requests for the moment"),
        options=("wait until the time that the provider named",),
    ),
    Rule(
        id="http.bad_request.validation",
        verdict=Verdict.BAD_REQUEST,
        reason="invalid_request",
        scope=Scope.REQUEST,
        statuses=frozenset({400, 405, 409, 415, 422}),
        when=_about_the_request,
        summary=quoted("The request itself was wrong; this says nothing about your quota"),
        options=("correct the request",),
    ),
    _transport("timeout", Fault.TIMEOUT, TIMED_OUT),
    _transport("dns", Fault.DNS, NO_HOST),
    _transport("tls", Fault.TLS, NO_TLS),
    _transport("connect", Fault.CONNECT, NO_CONNECTION),
    Rule(
        id="http.open",
        verdict=Verdict.OPEN,
        when=lambda answer, _context: answer.allowed,
        summary=say("It serves."),
    ),
    Rule(
        id="unknown.usage_only",
        verdict=Verdict.UNKNOWN,
        reason="not_tried",
        scope=Scope.ENDPOINT,
        when=lambda answer, _context: (
            answer.error is None
            and answer.fault is None
            and answer.status is not None
            and 200 <= answer.status < 300
        ),
        summary=say(
            "The meters were read, but no request has been tried: "
            "whether it is served cannot be told from them."
        ),
        options=("allow quotaboard to try one request of one token",),
    ),
    Rule(
        id="unknown.unrecognised",
        verdict=Verdict.UNKNOWN,
        reason="unrecognised",
        scope=Scope.REQUEST,
        summary=quoted("This answer is not one that quotaboard knows, so it says nothing about the lane"),
        options=("look at the raw answer, and please report it so that it can be told apart",),
    ),
)
