"""Anthropic's models on Amazon Bedrock and Google Vertex AI: their refusals are judged, and nothing is asked.

Their requests are signed with a cloud's own credentials, which quotaboard does not hold, and their answers
never carry the windows of a plan.
"""

from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import ends_soon, says

_HIDES = (
    "{} bills by token and has no plan windows: limits show only in refusals, and nothing is asked of it."
)
_ROLE = ("give the login a role that may call the model", "ask the administrator")

_BEDROCK_RULES = (
    row(
        "bedrock.unauthorized.expired",
        "token_expired",
        says(r"security token included in the request is expired", r"ExpiredToken"),
        options=("renew the cloud's login, as with `aws sso login`",),
    ),
    row(
        "bedrock.unauthorized.invalid",
        "invalid_key",
        says(r"security token included in the request is invalid", r"UnrecognizedClientException"),
    ),
    row("bedrock.spent.day", "daily_limit_exhausted", says(r"too many tokens per day")),
    row(
        "bedrock.throttled.minute",
        "per_minute_limit",
        says(r"too many (?:tokens|requests), please wait", r"ThrottlingException"),
        detail=ends_soon,
    ),
    row(
        "bedrock.forbidden.role",
        "org_policy",
        says(r"is not authorized to perform: bedrock"),
        sentence="The cloud login's role does not allow calls to this model",
        options=_ROLE,
    ),
    row(
        "bedrock.not_entitled.model",
        "entitlement_model",
        says(r"don.t have access to the model", r"use case details have not been submitted"),
    ),
    row(
        "bedrock.not_found.profile",
        "route_unavailable",
        says(r"on-demand throughput isn.t supported"),
        sentence="Bedrock serves this model only under the id of an inference profile",
        options=("name the model by its inference profile, as `us.anthropic.…`",),
    ),
)
_VERTEX_RULES = (
    row(
        "vertex.throttled.quota",
        "per_minute_limit",
        says(r"quota exceeded for aiplatform\.googleapis\.com", r"error-code-429"),
        sentence="The project's quota for this model and region is used up for now, or was never granted",
        options=("wait a minute, or try another region", "ask Google for more quota"),
        detail=ends_soon,
    ),
    row(
        "vertex.not_found.model",
        "model_not_found",
        says(r"publisher model.{0,200}was not found"),
        sentence="Vertex AI does not have this model in this project or region",
    ),
    row("vertex.not_entitled.model", "entitlement_model", says(r"is not allowed to use publisher model")),
)

BEDROCK = Speaker(
    name="bedrock",
    title="Amazon Bedrock",
    host="https://bedrock-runtime.us-east-1.amazonaws.com",
    reading=Reading("bedrock"),
    rules=(*_BEDROCK_RULES, *RULES),
    usage_urls=(),
    probes=False,
    hides=_HIDES.format("Amazon Bedrock"),
)
VERTEX = Speaker(
    name="vertex",
    title="Google Vertex AI",
    host="https://aiplatform.googleapis.com",
    reading=Reading("vertex"),
    rules=(*_VERTEX_RULES, *RULES),
    usage_urls=(),
    probes=False,
    hides=_HIDES.format("Google Vertex AI"),
)
