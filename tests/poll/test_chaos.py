"""A provider that misbehaves on the wire: no exception, no wrong verdict, and limits on size and time."""

import gc
import tracemalloc
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from quotaboard.poll.asking import Patience
from quotaboard.simulator import Scenario, parse_scenario, serve
from quotaboard.simulator.chaos import Chaos
from quotaboard.simulator.mischief import Mischief
from quotaboard.store.clean import UNSEEN
from tests.poll.conftest import PATIENT, Bench
from tests.poll.servers import raw_server

A_DAY = timedelta(days=1)
IMPATIENT = Patience(connect=5, silence=0.3, whole=0.6)
SILENT = {Mischief.STALL, Mischief.DRIP}
"""What only patience ends."""
HONEST = {"unavailable", "unknown"}
"""What may be said while nobody knows better: neither that a lane serves, nor that it is spent or gated."""

ACCOUNT = """
[[accounts]]
name = "{name}"
token = "sk-ant-oat01-demo-chaos-{name}"
kind = "oauth"
plan = "pro"
source = "environment"
models = ["claude-haiku-4-5", "claude-sonnet-4-6"]
"""
WINDOWS = '[accounts.windows]\n7d = {{ utilization = {used}, resets_in = "6d" }}\n'
GATE = '[[accounts.rules]]\nshape = "tools"\nclient = "third_party"\nreply = "out_of_extra_usage"\n'
SCENARIO = "\n".join(
    [
        'title = "Four"\nabout = "Each as it is, for days."',
        ACCOUNT.format(name="well") + WINDOWS.format(used=0.1),
        ACCOUNT.format(name="gated") + WINDOWS.format(used=0.1) + GATE,
        ACCOUNT.format(name="spent") + WINDOWS.format(used=1.01),
        ACCOUNT.format(name="old") + 'state = "expired"\n' + WINDOWS.format(used=0.1),
    ]
)


def truth_of(lane: str) -> str:
    account, _, shape, _ = lane.split("/")
    if account == "gated":
        return "gated" if shape == "tools" else "open"
    return {"well": "open", "spent": "spent", "old": "unauthorized"}[account]


def texts_in(value: object) -> Iterator[str]:
    """Every text within a value, as it is: `repr` would spell out what must not be there."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from texts_in(getattr(value, one.name))
    elif isinstance(value, Mapping):
        yield from texts_in(tuple(value.items()))
    elif isinstance(value, Iterable):
        for one in value:
            yield from texts_in(one)


async def _speaks_no_tls(reader: StreamReader, writer: StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Speak plainly\r\n\r\n")
    await writer.drain()


class Life:
    """A desk that lives on while the server does what it wants."""

    def __init__(self, bench: Bench, chaos: Chaos) -> None:
        self.bench, self.chaos = bench, chaos
        self.lies: list[str] = []
        self.told: set[str] = set()
        self.right = 0

    async def live(self, answers: int, span: timedelta = timedelta()) -> None:
        """Until there were so many answers, and the time is over."""
        until = self.bench.clock.now() + span
        self.bench.patience = IMPATIENT if SILENT & set(self.chaos.kinds) else PATIENT
        self.bench.entries.clear()
        scenario = parse_scenario(SCENARIO, "four.toml")
        async with raw_server(_speaks_no_tls) as plain:
            self.bench.add("bare", plain.base_url.replace("http:", "https:"))
            await self._live_with(scenario, answers, until)

    async def _live_with(self, scenario: Scenario, answers: int, until: datetime) -> None:
        with serve(scenario, clock=self.bench.clock, chaos=self.chaos) as server:
            for account in scenario.accounts:
                self.bench.add(account.name, server.base_url, token=account.token)
            self.bench.add("lost", "https://nobody.invalid")
            async with self.bench.desk() as desk:
                await desk.take_over()
                while len(self.chaos.done) < answers or self.bench.clock.now() < until:
                    await desk.keep_up()
                    await desk.finish_due()
                    self.compare(self.bench.verdicts())
                    self.told.update(texts_in(self.bench.board()))
                    self.bench.clock.advance(timedelta(seconds=max(desk.rest(), 30.0)))

    def compare(self, verdicts: Mapping[str, str]) -> None:
        for lane, said in verdicts.items():
            if lane.startswith(("lost/", "bare/")):
                assert said in {"unavailable", "unknown"}
            elif said == truth_of(lane):
                self.right += 1
            elif said not in HONEST:
                self.lies.append(f"{lane} is {truth_of(lane)}, said was {said}")


@pytest.mark.parametrize("kind", Mischief)
async def test_each_misbehaviour_leaves_a_lane_unknown_and_the_next_answer_puts_it_right(
    bench: Bench, kind: Mischief
) -> None:
    life = Life(bench, Chaos(1, share=0.4, kinds=(kind,)))
    await life.live(8)

    assert life.lies == []
    assert life.right
    assert kind in life.chaos.done


async def test_an_hour_of_every_misbehaviour_tells_no_lie_and_hides_nothing_that_it_shows(
    bench: Bench,
) -> None:
    life = Life(bench, Chaos(7))
    await life.live(60)

    assert life.lies == []
    assert life.right > 20
    assert [text for text in life.told if UNSEEN.search(text)] == []


async def test_hostile_words_are_heard_without_what_moves_a_cursor(bench: Bench) -> None:
    life = Life(bench, Chaos(1, share=0.9, kinds=(Mischief.HOSTILE,)))
    await life.live(20)

    assert any("owned" in text for text in life.told)
    assert [text for text in life.told if UNSEEN.search(text)] == []


@pytest.mark.soak
async def test_a_day_of_every_misbehaviour_tells_no_lie_and_keeps_memory_and_files_flat(bench: Bench) -> None:
    life = Life(bench, Chaos(11))
    await life.live(60)
    tracemalloc.start()
    await life.live(150)
    before, files = _held(), _open_files()
    await life.live(0, A_DAY)
    grown = _held() - before
    tracemalloc.stop()

    assert life.lies == []
    assert grown < 4_000_000
    assert _open_files() <= files + 4


def _held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
