"""`quotaboard history`: how full each window was, and how the lanes closed and opened."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from quotaboard.cli import afar, diagnostics, masking, opening, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.durations import parse_duration
from quotaboard.config.suggestions import nearest
from quotaboard.domain.board import Board
from quotaboard.domain.document import moment
from quotaboard.domain.forecast import Use
from quotaboard.domain.history import Past, Trail, Turn, peaks
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.past import past_of
from quotaboard.poll.view import board_of
from quotaboard.store.trouble import StoreTrouble
from quotaboard.tui.draw.foreign import in_ascii, shown
from quotaboard.tui.draw.line import styled

SCHEMA = "quotaboard.history/1"
COLUMNS = (
    *("at", "kind", "credential", "lane", "window", "model", "utilization", "resets_at"),
    *("before", "after", "reason", "rule", "evidence"),
)
SPARK = 48

Times = tuple[datetime, datetime, datetime]
"""Since, until, and now."""
Pasts = dict[str, Past]
LookBack = Callable[[list[str], str | None], Pasts | ExitCode]
"""Of these credentials, with all lanes or the one of this id."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", metavar="CREDENTIAL|LANE", help="only this one, as `status` names it"
    )
    parser.add_argument(
        "--since", default="24h", metavar="WHEN", help="so long ago (7d), or a date (default 24h)"
    )
    parser.add_argument("--until", metavar="WHEN", help="so long ago, or a date (default now)")
    parser.add_argument("--every", metavar="TIME", help="at most one reading a window in each such span")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="answer in JSON")
    form.add_argument("--csv", action="store_true", help="answer in CSV, a row for each reading and change")
    afar.add_from(parser)


def run(args: Namespace) -> ExitCode:
    now = opening.now()
    since, until = _moment(args.since, now), _moment(args.until or "0s", now)
    every = parse_duration(args.every) if args.every else None
    if since is None or until is None or (args.every and not every):
        diagnostics.error(
            'A time must be a span such as "7d" or "90m", or a date such as "2026-11-20T04:12"; '
            "--every takes a span."
        )
        return ExitCode.USAGE
    if since >= until:
        diagnostics.error("--since must lie before --until. Nothing was between them.")
        return ExitCode.USAGE
    times, points = (since, until, now), max((until - since) // every, 1) if every else None
    return _from_store(args, times, points) if args.source is None else _from_afar(args, times, points)


def _from_store(args: Namespace, times: Times, points: int | None) -> ExitCode:
    store = opening.open_for_reading(args.config)
    if isinstance(store, ExitCode):
        return store
    since, until, now = times

    def look_back(names: list[str], lane: str | None) -> Pasts:
        return {name: past_of(store, name, since, until, lane=lane, points=points) for name in names}

    with store:
        try:
            return _tell(board_of(store, now), args, times, look_back)
        except StoreTrouble as trouble:
            diagnostics.error(trouble.sentence)
            return ExitCode.FAILED


def _from_afar(args: Namespace, times: Times, points: int | None) -> ExitCode:
    board = afar.ask(args.source)
    if isinstance(board, ExitCode):
        return board
    if board.trouble:
        diagnostics.error(board.trouble)
    since, until, _ = times

    def look_back(names: list[str], lane: str | None) -> Pasts | ExitCode:
        return afar.look_back(args.source, board, names, lane, since, until, points)

    return _tell(board, args, times, look_back)


def _moment(text: str, now: datetime) -> datetime | None:
    """So long before now, or a date in local time."""
    if (span := parse_duration(text)) is not None:
        return max(now - span, datetime(1970, 1, 2, tzinfo=UTC)) if span < timedelta(days=20_000) else None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _tell(board: Board, args: Namespace, times: Times, look_back: LookBack) -> ExitCode:
    since, until, _ = times
    masking.masked(board)  # the names get their pseudonyms in the board's order
    wanted = masking.meant(args.name) if args.name else None
    names = _named(board, wanted)
    if names is None:
        return _no_such(board, args.name)
    found = look_back(names, wanted if wanted not in names else None)
    if isinstance(found, ExitCode):
        return found
    pasts = {masking.hidden(name): masking.hidden(past) for name, past in found.items()}
    if args.json:
        output.document(_document(pasts, since, until))
    elif args.csv:
        _write_csv(pasts)
    else:
        if not pasts and not board.afar:
            output.line("Nothing is known yet. `quotaboard init` finds your credentials.")
        for line in _lines(pasts, times):
            output.line(in_ascii(styled(line)).plain if args.ascii else line)
    known = any(trail.uses for past in pasts.values() for trail in past.trails)
    return ExitCode.OK if known or any(past.turns for past in pasts.values()) else ExitCode.UNKNOWN


def _named(board: Board, name: str | None) -> list[str] | None:
    """The credentials that are meant; None when there is none of that name."""
    known = [view.credential.name for view in board.credentials]
    if name is None:
        return known
    if name in known:
        return [name]
    return next(([view.lane.credential] for view in board.lanes if view.lane.id == name), None)


def _no_such(board: Board, name: str) -> ExitCode:
    known = [view.credential.name for view in board.credentials]
    near = nearest(name, [*known, *(view.lane.id for view in board.lanes)])
    listing = "`quotaboard status --from …`" if board.afar else "`quotaboard status`"
    diagnostics.error(f'There is no credential or lane "{shown(name)}".{near} {listing} lists them.')
    return ExitCode.USAGE


def _document(pasts: Pasts, since: datetime, until: datetime) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "since": moment(since),
        "until": moment(until),
        "credentials": [
            {
                "name": name,
                "windows": [_window(trail) for trail in past.trails],
                "changes": [
                    {
                        "lane": turn.lane,
                        "at": moment(turn.at),
                        "before": turn.before,
                        "after": turn.after,
                        "reason": turn.reason,
                        "rule": turn.rule,
                        "evidence": turn.evidence,
                    }
                    for turn in past.turns
                ],
            }
            for name, past in pasts.items()
        ],
    }


def _window(trail: Trail) -> dict[str, Any]:
    return {
        "name": trail.window,
        "model": trail.model,
        "seconds": trail.seconds,
        "resets": [moment(at) for at in trail.resets],
        "readings": [
            {"at": moment(use.at), "utilization": use.share, "resets_at": moment(use.resets_at)}
            for use in trail.uses
        ],
    }


def _write_csv(pasts: Pasts) -> None:
    """Readings and changes in the order of time."""
    import csv
    import io

    rows: list[tuple[object, ...]] = []
    for name, past in pasts.items():
        for trail in past.trails:
            rows += [_reading(name, trail, use) for use in trail.uses]
        rows += [_change(name, turn) for turn in past.turns]
    rows.sort(key=lambda row: str(row[0]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(tuple(_cell(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
    output.line(text.getvalue().rstrip("\n"))


def _reading(name: str, trail: Trail, use: Use) -> tuple[object, ...]:
    told = (moment(use.at), "reading", name, "", trail.window, trail.model or "", use.share)
    return (*told, moment(use.resets_at) or "", "", "", "", "", "")


def _change(name: str, turn: Turn) -> tuple[object, ...]:
    told = (moment(turn.at), "change", name, turn.lane, "", "", "", "")
    return (*told, turn.before or "", turn.after, turn.reason or "", turn.rule, turn.evidence)


def _cell(text: str) -> str:
    """Words of a server or a person, which a spreadsheet must not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _lines(pasts: Pasts, times: Times) -> Iterator[str]:
    from quotaboard.cli.table import verdict_words
    from quotaboard.tui.draw.figures import moment as short
    from quotaboard.tui.draw.figures import percent
    from quotaboard.tui.draw.spark import spark_content

    since, until, now = times
    for number, (name, past) in enumerate(pasts.items()):
        if number:
            yield ""
        yield f"{shown(name)}, {short(since, now)} to {short(until, now)}"
        for trail in past.trails:
            label = f"{trail.window} {trail.model or ''}".strip()
            if not trail.uses:
                yield f"  {shown(label):<12} nothing was seen in this time"
                continue
            drawn = spark_content(peaks(trail.uses, since, until, SPARK)).plain
            most = max(use.share for use in trail.uses)
            last = trail.uses[-1].share
            yield f"  {shown(label):<12} {drawn}  {percent(last)} at the end, {percent(most)} at most"
        for turn in past.turns:
            if turn.before is None and turn.after is Verdict.UNKNOWN:
                continue  # that nothing was known at first is no news
            lane = shown(turn.lane.removeprefix(f"{name}/"))
            is_first = turn.before in {None, Verdict.UNKNOWN}
            before = "first seen" if is_first or turn.before is None else f"was {verdict_words(turn.before)}"
            evidence = f", {shown(turn.evidence)}" if turn.evidence else ""
            yield f"  {short(turn.at, now):<10} {verdict_words(turn.after):<9} {lane}  ({before}{evidence})"
