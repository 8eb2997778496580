"""What each endpoint answers to a credential that it accepts."""

from collections.abc import Callable

from quotaboard.simulator import answers
from quotaboard.simulator.answers import Answer, json_answer
from quotaboard.simulator.bodies import model_body, models_body
from quotaboard.simulator.catalog import MODELS, find_model
from quotaboard.simulator.facts import read_message
from quotaboard.simulator.limit_headers import seconds_until
from quotaboard.simulator.messages import judge_message
from quotaboard.simulator.plan_bodies import profile_body, usage_body
from quotaboard.simulator.state import Asked

MODEL_PREFIX = "/v1/models/"
MODELS_PER_PAGE = 20
"""What the real endpoint lists when it is not told a limit."""

Endpoint = Callable[[Asked], Answer]


def find_endpoint(method: str, path: str) -> Endpoint | None:
    """The endpoint of a path, or None where there is nothing."""
    if method == "GET" and path.startswith(MODEL_PREFIX):
        return one_model
    return _ENDPOINTS.get((method, path))


def messages(asked: Asked) -> Answer:
    """One turn of the model, or why not."""
    message = read_message(asked.facts.body)
    if isinstance(message, str):
        return answers.bad_request(message).answer(asked.request_id)
    return judge_message(asked, message)


def count_tokens(asked: Asked) -> Answer:
    """Free, and judged by no limit: it says nothing about the plan."""
    message = read_message(asked.facts.body, counting=True)
    if isinstance(message, str):
        return answers.bad_request(message).answer(asked.request_id)
    if find_model(message.model) is None:
        return answers.model_not_found(message.model).answer(asked.request_id)
    return json_answer(200, {"input_tokens": message.input_tokens})


def models(asked: Asked) -> Answer:
    """The first page of the catalog."""
    limit = asked.facts.query.get("limit", str(MODELS_PER_PAGE))
    if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
        return answers.bad_request("limit: must be between 1 and 1000").answer(asked.request_id)
    return json_answer(200, models_body(MODELS, int(limit)))


def one_model(asked: Asked) -> Answer:
    """One entry of the catalog."""
    wanted = asked.facts.path.removeprefix(MODEL_PREFIX)
    model = find_model(wanted)
    if model is None:
        return answers.model_not_found(wanted).answer(asked.request_id)
    return json_answer(200, model_body(model))


def usage(asked: Asked) -> Answer:
    """The plan's windows in percent, as often as the endpoint's own limit allows."""
    state, now = asked.state, asked.now
    wait = state.usage.admit(now)
    if wait is not None:
        return json_answer(429, answers.USAGE_THROTTLED, {"retry-after": seconds_until(now + wait, now)})
    return json_answer(200, usage_body(state.windows(now), state.overage()))


def profile(asked: Asked) -> Answer:
    """Whose login it is, and which plan."""
    state = asked.state
    return json_answer(200, profile_body(state.account, state.number, state.overage()))


_ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    ("POST", "/v1/messages"): messages,
    ("POST", "/v1/messages/count_tokens"): count_tokens,
    ("GET", "/v1/models"): models,
    ("GET", "/api/oauth/usage"): usage,
    ("GET", "/api/oauth/profile"): profile,
}
