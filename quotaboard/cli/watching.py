"""Watching without a screen: what changed since the last look at the board, until a signal ends it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from quotaboard.cli import diagnostics, masking, opening, output
from quotaboard.domain.board import Board, LaneView
from quotaboard.domain.document import moment
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.verdict import Verdict
from quotaboard.poll.live import Live

if TYPE_CHECKING:
    from quotaboard.cli.deciding import Deciding
    from quotaboard.cli.ringing import Ringer

SCHEMA = "quotaboard.change/1"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK = 15.0
"""Seconds after which a verdict that has grown too old is noticed; every other change is told at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """A lane whose verdict, or the reason for it, is another than before."""

    view: LaneView
    before: Judgement | None
    at: datetime

    def document(self) -> dict[str, Any]:
        judgement = self.view.judgement
        return {
            "schema": SCHEMA,
            "at": moment(self.at),
            "lane": self.view.lane.id,
            "before": self.before.verdict.value if self.before else None,
            "verdict": judgement.verdict.value,
            "reason": judgement.reason,
            "blocked": judgement.blocked,
            "confirmed": judgement.confirmed,
            "retry": judgement.retry.value if judgement.retry else None,
            "until": moment(judgement.until),
            "summary": judgement.summary,
        }


class Changes:
    """What was told last, lane by lane."""

    def __init__(self, board: Board) -> None:
        self._told = {view.lane.id: view.judgement for view in board.lanes}
        self._said: set[str] = set()

    def since(self, board: Board) -> Iterator[Change]:
        """What is new. A lane that is not known yet is no news."""
        for view in board.lanes:
            before = self._told.get(view.lane.id)
            if _kernel(before) != _kernel(view.judgement):
                yield Change(view, before if _kernel(before) else None, board.at)
            self._told[view.lane.id] = view.judgement

    def tell(self, board: Board) -> None:
        """Changes on stdout, one line each; what stands in the way on stderr, once."""
        for change in self.since(board):
            output.record(change.document())
        for sentence in _narration(board):
            if sentence not in self._said:
                diagnostics.note(sentence)
        self._said = set(_narration(board))


async def watch(live: Live, ringer: Ringer, deciding: Deciding | None = None) -> int:
    """Ask and tell until a signal comes, or until nobody reads any more; the exit code."""
    changes = Changes(masking.masked(live.board(opening.now())))
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, _end, ended, 128 + number)

    def changed() -> None:
        changes.tell(masking.masked(live.board(opening.now())))
        ringer.ring(live)
        if deciding is not None:
            deciding.wake()
        if not output.is_read():
            _end(ended, 0)

    running = asyncio.create_task(live.run(changed))
    ticking = asyncio.create_task(_tick(changed))
    tasks = [running, ticking]
    if deciding is not None:
        tasks.append(asyncio.create_task(deciding.run(live)))
    waited: set[asyncio.Future[Any]] = {*tasks, ended}
    try:
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            if not task.done():
                task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return ended.result() if ended.done() else 0


def _end(ended: asyncio.Future[int], code: int) -> None:
    if not ended.done():
        ended.set_result(code)


async def _tick(changed: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(TICK)
        changed()


def _kernel(judgement: Judgement | None) -> tuple[Verdict, str | None, bool] | None:
    if judgement is None or (judgement.verdict is Verdict.UNKNOWN and judgement.observed_at is None):
        return None
    return (judgement.verdict, judgement.reason, judgement.confirmed)


def _narration(board: Board) -> Iterator[str]:
    if board.trouble:
        yield board.trouble
    if board.watched_elsewhere:
        yield "Another quotaboard is asking; this one tells what it learns."
    if not board.credentials:
        yield "There is nothing to watch yet. `quotaboard init` finds your credentials."
        return
    yield f"Watching {len(board.lanes)} lanes of {len(board.credentials)} credentials."
    if not any(view.consent for view in board.credentials):
        yield "Only free readings are made. `quotaboard init --probe NAME --yes` allows looks at lanes."
    for view in board.credentials:
        if view.trouble:
            yield f"{view.credential.name}: {view.trouble}"
