"""Whatever a server sends, every provider reads and judges it, and never calls an error served."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotaboard.domain.answer import Asked, Endpoint
from quotaboard.domain.rules import judge
from quotaboard.providers import registry
from quotaboard.providers.base import Received
from tests.conftest import THOROUGH
from tests.providers.lanes import NOW
from tests.signs import ANY

KEYS = (
    *("error", "data", "limits", "usage", "usages", "rate_limit", "credits", "body", "base_resp", "choices"),
    *("model_remains", "quota_snapshots", "balance_infos", "buckets", "groups", "windowLimits", "info"),
    *("payload", "result", "metadata", "detail", "code", "status", "message", "type", "spend_control"),
    *(
        "individualUsage",
        "billingCycleEnd",
        "total_usage",
        "total_credits",
        "hard_limit_usd",
        "limit",
        "models",
    ),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(ANY, max_size=5),
    st.sampled_from(["12", '{"error":1}']),
)
BODIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", registry.names())
@settings(max_examples=100 if THOROUGH else 10)
@given(
    body=BODIES,
    status=st.sampled_from([200, 400, 401, 402, 403, 404, 429, 500]),
    endpoint=st.sampled_from(Endpoint),
)
def test_any_body_is_read_and_judged(name: str, body: object, status: int, endpoint: Endpoint) -> None:
    provider = registry.provider(name)
    answer = provider.read(Received(status, {}, body, NOW), Asked(model="m", endpoint=endpoint))
    judgement = judge(answer, provider.rules)
    assert status < 400 or judgement.verdict.value not in ("open", "near_limit", "paid")
    provider.read_told(body, Asked(), NOW, None)
