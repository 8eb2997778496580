"""Caps, money, windows, days and throttles of the OpenAI dialect."""

from quotaboard.domain.verdict import Scope
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.told import (
    both,
    coded,
    either,
    ends_soon,
    ends_told,
    from_upstream,
    headers_full,
    says,
    window_detail,
    with_status,
    without,
)

_MONEY = either(
    coded("1113", "1008"),
    says(
        r"insufficient_quota",
        r"insufficient_user_quota",
        r"billing_not_active",
        r"billing_hard_limit_reached",
        r"insufficient[_ ](?:account )?(?:balance|credit|funds)",
        r"(?:balance|credits?) (?:is |are )?(?:too low|insufficient|exhausted|not enough)",
        r"not enough (?:credits|balance|quota)",
        r"requires more credits",
        r"exceeded_current_quota",
        r"(?:user|token) quota is not enough",
        r"token quota has been exhausted",
        r"额度已用尽",
        r"额度不足",
        r"预扣费额度失败",
        r"pre-consumed? quota failed",
        r"余额不足",
        r"欠费",
        r"\(1008\)",
        r"quota_exceeded",
        r"quota exceeded\. check your plan and billing",
        r"(?:you have )?no quota\b",
        r"negative balance",
        r"used all (?:of )?(?:your |its |the )?available credits",
        r"run out of credits",
        r"doesn't have any credits",
        r"payment is past due",
        r"ex(?:hausted|ceeded) your (?:premium (?:model|request)|copilot token)",
    ),
)
_WINDOW = either(
    coded("1308", "1310", "1316", "1317", "1318", "1319", "1320", "1321", "2056"),
    says(
        r"usage_limit_(?:reached|exceeded)",
        r"usage limit (?:has been )?(?:reached|exceeded)",
        r"(?:hit|reached|exceeded) your (?:\w+[- ]){0,2}(?:usage )?limit\b",
        r"usage limit for this (?:period|cycle)",
        r"rate limit that restricts the number of",
        r"reached your (?:session|weekly|monthly|5-hour|hourly|daily) usage limit",
        r"weekly rate limit",
        r"user_(?:\w+_)?(?:weekly|monthly|daily|session|hourly|five_hour|5h)_rate_limited",
        r"(?:5[- ]hour|weekly|monthly|session|hourly) (?:usage )?(?:limit|quota|cap) (?:has been |was )?"
        r"(?:reached|exceeded|exhausted|hit)",
        r"\(2056\)",
        r"would exceed your account's rate limit",
    ),
)
_DAY = says(
    r"free-models-per-day",
    r"limit_source \w*daily",
    r"(?:tokens|requests) per day",
    r"\b(?:TPD|RPD)\b",
    r"daily (?:request |token |rate )?limit (?:has been |was )?(?:reached|exceeded)",
    r"exhausted your (?:daily )?(?:capacity|quota)",
    r"PerDay",
    r"QUOTA_EXHAUSTED",
)

CAPS_AND_WINDOWS = (
    row(
        "openai.unfunded.spend_limit",
        "spend_limit",
        says(
            r"budget_exceeded",
            r"budget has been exceeded",
            r"key limit exceeded",
            r"over budget\b",
            r"exceeded\w*budget",
            r"billing hard limit",
            r"exceeded(?: your)? (?:\w+ )?(?:budget|spend(?:ing)? limit)",
        ),
        detail=ends_told,
        proof=("or-e08", "ll-chat-overbudget", "ll-messages-overbudget"),
    ),
    row(
        "openai.unavailable.saturated",
        "upstream_throttle",
        # Relays send it with types that speak of money.
        says(r"负载已饱和"),
    ),
    row("openai.unavailable.upstream_credit", "upstream_credit_exhausted", both(_MONEY, from_upstream)),
    row(
        "openai.unfunded.affordable",
        "credit_low",
        says(
            r"can only afford \d",
            r"requires more credits, or fewer max_tokens",
            r"prompt tokens limit exceeded: \d+ > \d",
        ),
        proof=("or-e05",),
    ),
    row(
        "openai.unfunded.money",
        "credit_exhausted",
        _MONEY,
        proof=(
            "oa-e01",
            "oa-e02",
            "oa-e03",
            "or-e07",
            "rl-e01",
            "rl-e03",
            "rl-e08",
            "ds-e01",
            "mo-e01",
            "mm-e02",
        ),
    ),
    row(
        "openai.unfunded.exceeded",
        "credit_exhausted",
        says(r"exceeded your current quota.{0,200}platform\.openai\.com"),
    ),
    row(
        "openai.spent.day",
        "daily_limit_exhausted",
        _DAY,
        detail=ends_told,
        proof=("or-e12", "or-e14", "gq-e01", "gm-e01", "gm-e03"),
    ),
    row(
        "openai.spent.window",
        "plan_window_exhausted",
        either(_WINDOW, headers_full),
        detail=window_detail,
        proof=("cx-e01", "cx-e02", "cx-e05", "cx-r08", "gh-e01", "mm-e01", "og-e03", "ol-e01", "za-e01"),
    ),
    row(
        "openai.unknown.quota",
        "ambiguous_quota",
        both(
            says(r"exceeded your current quota, please check your plan and billing"),
            without(says(r"RESOURCE_EXHAUSTED", r"ai\.google\.dev", r"PerMinute", r"free_tier")),
            without(from_upstream),
        ),
    ),
)
"""Tried before anything is laid at the door of a gateway's supplier."""

THROTTLES = (
    row(
        "openai.throttled.concurrency",
        "concurrency_limit",
        either(coded("1302", "1305"), says(r"concurren(?:cy|t)", r"parallel requests?\b")),
        detail=ends_soon,
        proof=("za-e05",),
    ),
    row(
        "openai.throttled.per_minute",
        "per_minute_limit",
        both(
            either(with_status(429), says(r"rate")),
            says(
                r"(?:tokens|requests)[ _-]per[ _-]min",
                r"\b[TR]PM\b",
                r"PerMinute",
                r"per-min\b",
                r"limit type: (?:requests|tokens)",
                r"per minute\b",
            ),
        ),
        detail=ends_soon,
        proof=("oa-e04", "ll-chat-slow-2", "ll-messages-slow-3"),
    ),
    row(
        "openai.throttled.bucket",
        "per_minute_limit",
        both(
            with_status(429),
            lambda answer, _context: any(name.startswith("x-ratelimit-") for name in answer.headers),
        ),
        detail=ends_soon,
        scope=Scope.MODEL,
        proof=("oa-h03",),
    ),
)
