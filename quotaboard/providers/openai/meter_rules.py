"""What was served, and what a usage endpoint shows: a full meter blocks, a healthy one never says open."""

from quotaboard.domain.answer import Answer
from quotaboard.domain.rules import Context, Detail, Rule
from quotaboard.domain.verdict import Scope, Verdict
from quotaboard.domain.wording import percent
from quotaboard.providers.openai import told
from quotaboard.providers.openai.meanings import OTHER_LANE, PAY, WAIT, row


def _paid(_answer: Answer, _context: Context, _detail: Detail) -> str:
    return "The plan is used up, and paid credits serve in its place: every request is billed to them."


def _near(answer: Answer, _context: Context, detail: Detail) -> str:
    near = next((window for window in answer.windows if window.name == detail.reason), None)
    used = percent(near.utilization) if near is not None and near.utilization is not None else "nearly all"
    return f"It serves, but the {detail.reason} window is {used} used."


METER_RULES = (
    Rule(
        id="meters.paid.served",
        verdict=Verdict.PAID,
        reason="credits",
        when=told.served_paid,
        summary=_paid,
        options=(OTHER_LANE, WAIT),
    ),
    Rule(
        id="meters.near_limit.served",
        verdict=Verdict.NEAR_LIMIT,
        when=told.near_window,
        detail=told.near_detail,
        summary=_near,
        options=("have another lane ready",),
    ),
    row(
        "meters.unfunded.capped",
        "spend_limit",
        told.meter_capped,
        detail=told.cap_detail,
        proof=("or-k06",),
    ),
    row(
        "meters.unfunded.balance",
        "credit_exhausted",
        told.meter_unfunded,
        sentence="The balance is used up: nothing is served until somebody pays",
        options=(PAY, OTHER_LANE),
        detail=told.full_until,
        proof=("ds-u03", "mo-u02", "gh-u02", "gh-e04"),
    ),
    row(
        "meters.spent.window",
        "plan_window_exhausted",
        told.meter_full,
        detail=told.full_detail,
        sentence="The meter shows a window of the plan that is used up",
        proof=("cx-r07", "km-u04"),
    ),
    Rule(
        id="meters.paid.window",
        verdict=Verdict.PAID,
        reason="credits",
        scope=Scope.CREDENTIAL,
        when=told.meter_paid,
        summary=_paid,
        options=(OTHER_LANE, WAIT),
        proof=("cx-u06",),
    ),
    Rule(
        id="meters.unknown.listed",
        verdict=Verdict.UNKNOWN,
        reason="not_tried",
        scope=Scope.ENDPOINT,
        when=told.models_listed,
        summary=lambda _answer, _context, _detail: (
            "The key is accepted and models are listed. That proves the key alone: neither money nor "
            "quota nor that a request is served."
        ),
        options=("allow quotaboard to try one request of one token",),
        proof=("oa-m01", "ll-models-good", "ll-models-narrow"),
    ),
)
