"""`quotaboard line`: one line for a status bar, from the store alone, in a few milliseconds.

Nothing heavy is imported here: a status bar runs this every few seconds.
"""

import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from quotaboard.cli.diagnostics import ExitCode

SEPARATOR = " │ "
FORMAT = "{name} {window} {verdict}"
FIELDS = ("name", "verdict", "reason", "window", "used", "left", "blocked", "lanes")
HELP = f"how one credential is told; fields: {', '.join('{' + field + '}' for field in FIELDS)}"

WORDS = {
    "open": "OPEN",
    "near_limit": "NEAR",
    "paid": "PAID",
    "spent": "SPENT",
    "gated": "GATED",
    "throttled": "WAIT",
    "unfunded": "NO FUNDS",
    "not_entitled": "EXCLUDED",
    "unauthorized": "NO AUTH",
    "forbidden": "DENIED",
    "not_found": "MISSING",
    "bad_request": "BAD REQ",
    "unavailable": "DOWN",
    "unknown": "?",
}
LOUDEST = ("paid", "gated", "spent", "unauthorized", "unfunded", "forbidden", "not_entitled", "not_found", "throttled", "unavailable", "near_limit", "bad_request", "unknown", "open")  # fmt: skip
"""Which verdict speaks for a credential, the first that any of its lanes has."""

QUIET = ("open",)
"""What needs no word: a line where all is well is short."""

USAGE, UNKNOWN = 2, 4


def quick(words: "list[str]") -> "int | None":
    """The line, when the words are simple enough to need no parser."""
    if not words:
        return show(FORMAT)
    if len(words) == 2 and words[0] == "--format":
        return show(words[1])
    if len(words) == 1 and words[0].startswith("--format="):
        return show(words[0].partition("=")[2])
    return None


def add_arguments(parser: "ArgumentParser") -> None:
    parser.add_argument("--format", default=FORMAT, metavar="F", help=HELP.replace("%", "%%"))


def run(args: "Namespace") -> "ExitCode":
    from quotaboard.cli.diagnostics import ExitCode

    return ExitCode(show(args.format))


def show(template: str) -> int:
    """Print the line; the exit code."""
    from quotaboard.cli import output
    from quotaboard.config.paths import state_dir
    from quotaboard.store.glance import glance

    now_ms = int(time.time() * 1000)
    _state, lanes, windows = glance(str(state_dir() / "store.db"), now_ms)
    if not lanes and not windows:
        sys.stderr.write("quotaboard: nothing is known yet; open the board once, or run `quotaboard init`\n")
        return UNKNOWN
    try:
        parts = [template.format(**fields) for fields in _credentials(lanes, windows, now_ms)]
    except (KeyError, IndexError, ValueError, AttributeError):
        sys.stderr.write(f"quotaboard: --format: {HELP}\n")
        return USAGE
    output.line(SEPARATOR.join(" ".join(part.split()) for part in parts))
    return 0


def _credentials(lanes: "list[tuple]", windows: "list[tuple]", now_ms: int) -> "list[dict[str, object]]":  # type: ignore[type-arg]
    """What may be told of each credential."""
    told: dict[str, dict[str, object]] = {}
    for name, _model, _shape, _client, verdict, reason, *_rest in lanes:
        facts = told.setdefault(name, _nothing(name))
        facts["lanes"] = int(facts["lanes"]) + 1  # type: ignore[call-overload]
        if verdict in LOUDEST[:9] and verdict != "paid":
            facts["blocked"] = int(facts["blocked"]) + 1  # type: ignore[call-overload]
        if _rank(verdict) < _rank(facts["slug"]):
            facts["slug"], facts["reason"] = verdict, reason or ""
            facts["verdict"] = "" if verdict in QUIET else WORDS.get(verdict, verdict)
    for name, window, used, resets_at, _observed_at, model in windows:
        facts = told.setdefault(name, _nothing(name))
        if model is not None or used is None or facts["window"]:
            continue
        left = _left(resets_at, now_ms)
        facts["used"], facts["left"] = _percent(used), left
        facts["window"] = f"{window} {_percent(used)} {left}"
    return list(told.values())


def _nothing(name: str) -> "dict[str, object]":
    return {"name": name, "slug": "", "verdict": "", "reason": "", "window": "", "used": "", "left": "", "blocked": 0, "lanes": 0}  # fmt: skip


def _rank(verdict: object) -> int:
    return LOUDEST.index(verdict) if verdict in LOUDEST else len(LOUDEST)


def _percent(share: float) -> str:
    points = share * 100
    return "<1%" if 0 < points < 1 else f"{min(round(points), 99) if points < 100 else round(points)}%"


def _left(resets_at: "int | None", now_ms: int) -> str:
    if resets_at is None or resets_at <= now_ms:
        return ""
    minutes = (resets_at - now_ms) // 60_000
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}" if hours < 24 else f"{hours // 24}d{hours % 24}h"
