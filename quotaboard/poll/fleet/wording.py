"""What is said of a verdict that another machine came to: its sentence and its evidence stayed there."""

from __future__ import annotations

from quotaboard.domain.verdict import Verdict

SENTENCES = {
    Verdict.OPEN: "It serves.",
    Verdict.NEAR_LIMIT: "It serves, but a window that governs it is nearly used up.",
    Verdict.PAID: "It serves, and every request is billed beyond the plan.",
    Verdict.SPENT: "The plan's window is used up until it resets.",
    Verdict.GATED: "It is refused for what the request carries or who sends it, not for quota.",
    Verdict.THROTTLED: "A short limit was reached.",
    Verdict.UNFUNDED: "A balance is empty, or a spending cap is reached.",
    Verdict.NOT_ENTITLED: "The account lacks the plan or the credits for this model.",
    Verdict.UNAUTHORIZED: "The credential is missing, expired, invalid or revoked.",
    Verdict.FORBIDDEN: "A policy, a scope, a region or a firewall says no.",
    Verdict.NOT_FOUND: "There is no such model or endpoint.",
    Verdict.BAD_REQUEST: "The request itself is malformed, which says nothing about quota.",
    Verdict.UNAVAILABLE: "The provider could not be reached from there.",
    Verdict.UNKNOWN: "Nobody knows whether it serves: it was not looked at there, or too long ago.",
}


def sentence_of(verdict: Verdict, reason: str | None, host: str) -> str:
    """What is known of it, and whose word that is."""
    why = f" ({reason.replace('_', ' ')})" if reason else ""
    return f"{SENTENCES[verdict].removesuffix('.')}{why}, as {host} sees it."


def options_of(host: str) -> tuple[str, ...]:
    """What helps: the evidence, and the means to act, are on that machine."""
    return (f"open quotaboard on {host}: it knows the evidence and what helps",)
