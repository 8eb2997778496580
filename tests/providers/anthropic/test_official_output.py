"""What the official client printed, against recordings of the real one."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.answer import Answer, Asked, Endpoint, Fault
from quotaboard.domain.lane import Client
from quotaboard.domain.rules import Control, alone, judge
from quotaboard.domain.verdict import Verdict
from quotaboard.providers.anthropic.client_output import (
    is_control_response,
    limit_headers,
    probe_answer,
    said_by_the_api,
    usage_answer,
)
from quotaboard.providers.anthropic.rules import RULES

RECORDED = Path(__file__).parents[2] / "recorded" / "anthropic" / "claude_cli"
AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MODEL = "claude-haiku-4-5"
ASKED = Asked(MODEL, "plain", 0, "oauth", Client.OFFICIAL)


def recorded(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return {case["case"]: case.get("stdout") for case in document["cases"]}


STREAM = recorded("print_stream_json_probe")
EDGES = recorded("print_auth_and_edge_cases")
PRINTED = recorded("print_json_default")
USAGE = recorded("get_usage_control")


def answer_to(lines: list[dict[str, Any]]) -> Answer:
    answer = probe_answer(lines, ASKED, AT)
    assert answer is not None
    return answer


def reply(text: str = "ok", model: str = MODEL) -> dict[str, Any]:
    return {"type": "assistant", "message": {"model": model, "content": [{"type": "text", "text": text}]}}


def result(text: str = "ok", **fields: Any) -> dict[str, Any]:
    return {"type": "result", "is_error": True, "api_error_status": None, "result": text} | fields


@pytest.mark.parametrize(
    ("case", "status", "verdict", "reason"),
    [
        ("s_ok", 200, Verdict.OPEN, None),
        ("s_warn7d", 200, Verdict.NEAR_LIMIT, "7d"),
        ("s_overage_in_use", 200, Verdict.PAID, "overage_in_use"),
        ("s_e400_extra", 400, Verdict.GATED, "out_of_extra_usage"),
        ("s_e429_rej", 429, Verdict.SPENT, "5h"),
        ("s_e429_bare", 429, Verdict.UNKNOWN, "bare_429"),
        ("s_e529", 529, Verdict.UNAVAILABLE, "overloaded"),
        ("s_e500", 500, Verdict.UNAVAILABLE, "server_error"),
        ("s_e401_oauth", 401, Verdict.UNAUTHORIZED, "expired"),
        ("f_file", 200, Verdict.OPEN, None),
        ("f_none", None, Verdict.UNAUTHORIZED, "missing"),
        ("f_bare_oauth", None, Verdict.UNAUTHORIZED, "missing"),
        ("g_cheap", 200, Verdict.OPEN, None),
        ("g_slow", None, Verdict.UNAVAILABLE, "timeout"),
        ("g_slow2", 200, Verdict.OPEN, None),
        ("g_refused", None, Verdict.UNAVAILABLE, "connect"),
        ("d_ok_noheaders", 200, Verdict.OPEN, None),
        ("d_e400_extra", 400, Verdict.GATED, "out_of_extra_usage"),
        ("d_e400_third", 400, Verdict.GATED, "third_party_apps"),
        ("d_e400_cc_only", 400, Verdict.GATED, "client_only"),
        ("d_e400_credit", 400, Verdict.UNFUNDED, "credit_balance"),
        ("d_e429_rej", 429, Verdict.SPENT, "5h"),
        ("d_e429_long", 429, Verdict.NOT_ENTITLED, "long_context"),
        ("d_e401_oauth", 401, Verdict.UNAUTHORIZED, "expired"),
        ("d_e401_unsup", 401, Verdict.BAD_REQUEST, "oauth_not_supported"),
        ("d_e401_invalid", 401, Verdict.UNAUTHORIZED, "invalid"),
        ("d_e403_revoked", 403, Verdict.UNAUTHORIZED, "revoked"),
        ("d_e403_scope", 403, Verdict.FORBIDDEN, "scope_missing"),
        ("d_e404_model", 404, Verdict.NOT_FOUND, "model"),
        ("d_e413", 413, Verdict.BAD_REQUEST, "request_too_large"),
    ],
)
def test_every_recorded_answer_gets_the_verdict_of_what_the_server_said(
    case: str, status: int | None, verdict: Verdict, reason: str | None
) -> None:
    lines = (STREAM | EDGES | PRINTED)[case]
    answer = answer_to(lines)
    judgement = judge(answer, RULES)
    assert (answer.status, judgement.verdict, judgement.reason) == (status, verdict, reason)
    assert (answer.asked.client, answer.asked.endpoint) == (Client.OFFICIAL, Endpoint.INFERENCE)


def test_windows_and_paid_pool_are_read_from_the_rate_limit_event() -> None:
    answer = answer_to(STREAM["s_ok"])
    windows = [(window.name, window.utilization, window.status) for window in answer.windows]
    assert windows == [("5h", 0.41, "allowed"), ("7d", 0.16, "allowed")]
    assert answer.windows[0].resets_at == datetime.fromtimestamp(1795190400, UTC)
    assert answer.overage is not None
    assert (answer.overage.status, answer.overage.reason) == ("rejected", "org_level_disabled_until")
    assert answer.overage.in_use is False
    assert (answer.request_id, answer.input_tokens, answer.output_tokens) == ("req_lab_0001", 10, 2)
    assert answer.latency_ms == 353


def test_a_spent_window_is_named_by_the_event_and_not_by_the_rewritten_text() -> None:
    judgement = judge(answer_to(STREAM["s_e429_rej"]), RULES)
    assert judgement.rule == "anthropic.spent.window"
    assert judgement.until == datetime.fromtimestamp(1795190400, UTC)
    assert "monthly" not in judgement.summary


def test_a_bare_429_shows_no_limits_and_is_a_suspected_gate_next_to_a_request_that_passed() -> None:
    answer = answer_to(STREAM["s_e429_bare"])
    assert (answer.message, answer.headers, answer.windows, answer.overage) == ("Error", {}, (), None)
    control = Control(model="claude-haiku-4-5", shape="plain", client=Client.OFFICIAL, at=AT)
    judgement = judge(answer, RULES, replace(alone(answer), control=control))
    assert (judgement.verdict, judgement.reason, judgement.confirmed) == (Verdict.GATED, "bare_429", False)


def test_an_older_client_tells_of_the_deciding_window_alone() -> None:
    rejected = {"status": "rejected", "rateLimitType": "five_hour", "resetsAt": 1795190400}
    event = {"type": "rate_limit_event", "rate_limit_info": rejected}
    answer = answer_to([event, result("You've hit your session limit", api_error_status=429)])
    assert [(window.name, window.status) for window in answer.windows] == [("5h", "rejected")]
    assert judge(answer, RULES).reason == "5h"


def test_a_window_of_unknown_use_is_not_passed_on_to_hide_a_known_one() -> None:
    allowed = {"status": "allowed", "rateLimitType": "five_hour", "resetsAt": 1795190400}
    answer = answer_to([reply(), {"type": "rate_limit_event", "rate_limit_info": allowed}])
    assert answer.windows == ()


def test_a_model_window_keeps_its_scope() -> None:
    headers = limit_headers(
        {
            "status": "rejected",
            "rateLimitType": "seven_day_overage_included",
            "unifiedWindows": {
                "seven_day_overage_included": {"utilization": 1.02, "status": "rejected"},
                "a_window_of_tomorrow": {"utilization": 0.5},
                "seven_day": "nonsense",
            },
        }
    )
    assert headers["anthropic-ratelimit-unified-7d_oi-utilization"] == "1.02"
    assert not [name for name in headers if "tomorrow" in name or "-7d-" in name]


def test_an_answer_that_was_cut_off_was_served() -> None:
    cut = "API Error: Claude's response exceeded the 1 output token maximum. To configure this, set X."
    for lines in ([reply(), result(cut)], [result(cut, api_error="max_output_tokens")], [reply(), reply()]):
        assert judge(answer_to(lines), RULES).verdict is Verdict.OPEN


def test_an_answer_of_another_model_says_nothing_about_the_one_that_was_asked() -> None:
    answer = answer_to([reply(model="claude-sonnet-4-6"), result(is_error=False)])
    assert judge(answer, RULES).verdict is Verdict.UNKNOWN
    assert not answer.allowed


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-haiku-4-5-20251001", "haiku"])
def test_a_dated_or_short_name_is_the_same_model(model: str) -> None:
    assert answer_to([reply(model=model), result(is_error=False)]).allowed


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{"type": "system", "subtype": "init"}],
        [{"type": "result"}],
        [result("", is_error=True)],
        [result("Some local command ran", is_error=False)],
        [{"type": "assistant", "message": "words"}, {"type": "result", "is_error": "no", "usage": []}],
    ],
)
def test_lines_that_do_not_tell_what_became_of_it_are_no_answer(lines: list[dict[str, Any]]) -> None:
    assert probe_answer(lines, ASKED, AT) is None


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("API Error: Unable to connect to API (ConnectionRefused)", Fault.CONNECT),
        ("API Error: getaddrinfo ENOTFOUND api.anthropic.com", Fault.DNS),
        ("API Error: self-signed certificate in certificate chain", Fault.TLS),
        ("Request timed out", Fault.TIMEOUT),
    ],
)
def test_trouble_of_the_network_is_a_fault(words: str, fault: Fault) -> None:
    answer = answer_to([result(words)])
    assert (answer.fault, judge(answer, RULES).verdict) == (fault, Verdict.UNAVAILABLE)


def test_a_page_instead_of_an_answer_is_no_refusal_of_the_login() -> None:
    answer = answer_to([result("API Error: 403 <html><body>Blocked</body></html>", api_error_status=403)])
    assert judge(answer, RULES).reason == "firewall"


def test_words_that_nobody_knows_are_unknown() -> None:
    answer = answer_to([result("Something new happened")])
    assert judge(answer, RULES).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("API Error: 400 You're out of extra usage.", "You're out of extra usage."),
        ("Failed to authenticate. API Error: 401 Invalid bearer token", "Invalid bearer token"),
        ("Please run /login · API Error: 401 Invalid bearer token", "Invalid bearer token"),
        ("Not logged in · Please run /login", "Not logged in · Please run /login"),
        (
            "API Error: 529 Overloaded. This is a server-side issue, usually temporary — try again",
            "Overloaded.",
        ),
        (
            "API Error: Server is temporarily limiting requests (not your usage limit) · Rate limited",
            "Rate limited",
        ),
    ],
)
def test_what_the_client_adds_for_people_is_taken_off(words: str, said: str) -> None:
    assert said_by_the_api(words) == said


def usage_of(lines: list[dict[str, Any]]) -> Answer:
    answer = usage_answer(next(line for line in lines if is_control_response(line)), AT)
    assert answer is not None
    return answer


@pytest.mark.parametrize("case", ["t_getusage", "u_notel", "u_refresh", "u_refbad"])
def test_plan_usage_is_read_from_the_client(case: str) -> None:
    answer = usage_of(USAGE[case])
    assert [(window.name, window.utilization) for window in answer.windows] == [("5h", 0.41), ("7d", 0.16)]
    assert answer.asked.endpoint is Endpoint.USAGE
    assert judge(answer, RULES).reason == "not_tried"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("u_setup", "client_usage_unavailable"),
        ("u_429", "client_usage_refused"),
        ("u_403", "client_usage_refused"),
        ("u_nont", "client_usage_refused"),
    ],
)
def test_no_usage_is_unknown_and_says_whether_asking_again_makes_sense(case: str, code: str) -> None:
    answer = usage_of(USAGE[case])
    assert answer.error is not None
    assert (answer.error.code, answer.windows) == (code, ())
    assert judge(answer, RULES).verdict is Verdict.UNKNOWN


def test_a_client_that_does_not_know_the_question_gives_no_answer() -> None:
    said = {"subtype": "error", "error": "Unsupported control request subtype: get_usage"}
    assert usage_answer({"type": "control_response", "response": said}, AT) is None


@pytest.mark.parametrize(
    "response", [None, {}, {"subtype": "error"}, {"subtype": "success", "response": {"rate_limits": []}}]
)
def test_a_usage_answer_of_another_form_is_unknown(response: object) -> None:
    answer = usage_answer({"type": "control_response", "response": response}, AT)
    assert answer is not None
    assert judge(answer, RULES).verdict is Verdict.UNKNOWN
