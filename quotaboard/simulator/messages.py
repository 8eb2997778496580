"""How a messages request is judged: rules first, then the limits, then it is served and counted."""

from quotaboard.simulator import answers
from quotaboard.simulator.answers import FIXED_REFUSALS, Answer
from quotaboard.simulator.bodies import message_answer, output_tokens
from quotaboard.simulator.catalog import find_model
from quotaboard.simulator.facts import MessageFacts
from quotaboard.simulator.limit_headers import (
    claimed_window,
    key_headers,
    paid_headers,
    plan_headers,
    seconds_until,
)
from quotaboard.simulator.scenario import CredentialKind, Reply
from quotaboard.simulator.state import Asked


def judge_message(asked: Asked, message: MessageFacts) -> Answer:
    """The answer to a well-formed request."""
    state = asked.state
    model = find_model(message.model)
    if model is None:
        return answers.model_not_found(message.model).answer(asked.request_id)
    rule = state.rule_for(message, asked.facts.client, asked.now)
    match rule.reply if rule is not None else None:
        case None:
            return _by_limits(asked, message)
        case Reply.EXTRA_USAGE:
            return _as_extra_usage(asked, message)
        case Reply.PER_MINUTE_LIMIT:
            state.minute.turn(asked.now)
            state.minute.empty()
            return _minute_spent(asked, message, state.minute.input_limit)
        case Reply.CREDITS_REQUIRED:
            reason = state.overage().reason
            return answers.credits_required(model.id, model.display_name, reason).answer(asked.request_id)
        case refused:
            return FIXED_REFUSALS[refused].answer(asked.request_id)


def _by_limits(asked: Asked, message: MessageFacts) -> Answer:
    state = asked.state
    if state.account.kind is CredentialKind.API_KEY:
        return _by_minute(asked, message)
    windows = state.windows(asked.now, message.model)
    claimed = claimed_window(windows)
    if claimed is None or claimed.status != "rejected":
        return _on_plan(asked, message)
    if state.overage().pays:
        return _billed(asked, message)
    headers = plan_headers(windows, state.overage())
    if claimed.resets_at is not None:
        headers["retry-after"] = seconds_until(claimed.resets_at, asked.now)
    return answers.WINDOW_SPENT.answer(asked.request_id, headers)


def _on_plan(asked: Asked, message: MessageFacts) -> Answer:
    state, now = asked.state, asked.now
    state.open_windows(message.model, now)
    # Told before it is counted: the request that fills a window is itself still allowed.
    headers = plan_headers(state.windows(now, message.model), state.overage())
    state.use_plan(message.model, message.input_tokens + output_tokens(message), now)
    return message_answer(message, _message_id(asked), headers)


def _by_minute(asked: Asked, message: MessageFacts) -> Answer:
    minute = asked.state.minute
    minute.turn(asked.now)
    exceeded = minute.exceeded(message.input_tokens)
    if exceeded is not None:
        return _minute_spent(asked, message, exceeded)
    minute.use(message.input_tokens, output_tokens(message))
    return message_answer(message, _message_id(asked), key_headers(minute))


def _minute_spent(asked: Asked, message: MessageFacts, limit: str) -> Answer:
    state = asked.state
    headers = key_headers(state.minute)
    headers["retry-after"] = seconds_until(state.minute.resets_at, asked.now)
    return answers.per_minute(limit, state.organization, message.model).answer(asked.request_id, headers)


def _as_extra_usage(asked: Asked, message: MessageFacts) -> Answer:
    if asked.state.overage().pays:
        return _billed(asked, message)
    return FIXED_REFUSALS[Reply.OUT_OF_EXTRA_USAGE].answer(asked.request_id)


def _billed(asked: Asked, message: MessageFacts) -> Answer:
    headers = paid_headers(asked.state.overage())
    asked.state.use_overage(message.input_tokens + output_tokens(message))
    return message_answer(message, _message_id(asked), headers)


def _message_id(asked: Asked) -> str:
    return asked.request_id.replace("req_", "msg_", 1)
