"""The words for the state of a lane; their slugs are an interface and never change meaning."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What will happen to the next request on a lane."""

    OPEN = "open"
    NEAR_LIMIT = "near_limit"
    PAID = "paid"
    SPENT = "spent"
    GATED = "gated"
    THROTTLED = "throttled"
    UNFUNDED = "unfunded"
    NOT_ENTITLED = "not_entitled"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    BAD_REQUEST = "bad_request"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"

    @property
    def blocked(self) -> bool | None:
        """Whether the next request is refused; None when that cannot be said."""
        if self in SERVING:
            return False
        return None if self in UNDECIDED else True


SERVING = frozenset({Verdict.OPEN, Verdict.NEAR_LIMIT, Verdict.PAID})
UNDECIDED = frozenset({Verdict.BAD_REQUEST, Verdict.UNAVAILABLE, Verdict.UNKNOWN})


class Retry(StrEnum):
    """When asking again makes sense."""

    AT_RESET = "at_reset"
    AFTER = "after"
    NO = "no"
    BACKOFF = "backoff"


class Scope(StrEnum):
    """What else a refusal hits. Never widened: a model's refusal leaves other lanes alone."""

    CREDENTIAL = "credential"
    MODEL = "model"
    SHAPE = "shape"
    """This kind of request, or this client, on this model."""
    ENDPOINT = "endpoint"
    """Only the address that was asked, such as a usage endpoint."""
    REQUEST = "request"
    """This one request, or this moment."""


DEFAULT_RETRY: dict[Verdict, Retry | None] = {
    Verdict.OPEN: None,
    Verdict.NEAR_LIMIT: None,
    Verdict.PAID: None,
    Verdict.SPENT: Retry.AT_RESET,
    Verdict.GATED: Retry.NO,
    Verdict.THROTTLED: Retry.AFTER,
    Verdict.UNFUNDED: Retry.NO,
    Verdict.NOT_ENTITLED: Retry.NO,
    Verdict.UNAUTHORIZED: Retry.NO,
    Verdict.FORBIDDEN: Retry.NO,
    Verdict.NOT_FOUND: Retry.NO,
    Verdict.BAD_REQUEST: Retry.NO,
    Verdict.UNAVAILABLE: Retry.BACKOFF,
    Verdict.UNKNOWN: Retry.BACKOFF,
}
