"""The words of a line for a status bar."""

WORDS = {
    "paid": "PAID",
    "gated": "GATED",
    "spent": "SPENT",
    "unauthorized": "NO AUTH",
    "unfunded": "NO FUNDS",
    "forbidden": "DENIED",
    "not_entitled": "EXCLUDED",
    "not_found": "MISSING",
    "throttled": "WAIT",
    "unavailable": "DOWN",
    "near_limit": "NEAR",
    "bad_request": "BAD REQ",
    "unknown": "?",
    "open": "",
}
"""The loudest first: it speaks for the credential. What is open needs no word, so a quiet line is short."""
LOUDEST: tuple[str | int, ...] = tuple(WORDS)


def rank(verdict: str | int) -> int:
    """The place of a verdict among all, from the loudest."""
    return LOUDEST.index(verdict) if verdict in LOUDEST else len(LOUDEST)
