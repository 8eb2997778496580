"""What a scrape of a thousand lanes costs the process that serves: one verdict changed since the last."""

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import TOOLS, Credential, Kind, Lane
from quotaboard.domain.reading import Origin, Overage, Reading, Window
from quotaboard.domain.secret import Secret
from quotaboard.domain.verdict import Verdict
from quotaboard.serve.app import build_app
from quotaboard.serve.known import known_in
from quotaboard.store.credentials import Known
from quotaboard.store.opening import open_store
from quotaboard.store.store import Store
from quotaboard.store.verdicts import Standing
from tests.bench.figures import Figure
from tests.bench.stage import Stage

OWNERS = 200
MODELS = ("claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-5-5", "claude-opus-4-7", "claude-fable-5")
WINDOWS = {"5h": 18_000, "7d": 604_800}
ONE_PERCENT = 600
"""Milliseconds of a core, when it is scraped once a minute."""

TOKEN = Secret("a-token-that-is-long-enough-for-this-one")


def scraping(stage: Stage) -> Iterable[Figure]:
    """Read the store, build the board, and write it as Prometheus asks for it."""
    with TemporaryDirectory(prefix="quotaboard-scrape-") as name:
        now = datetime.now(UTC)
        with open_store(Path(name), now=now) as store:
            lanes = _fill(store, now)
            times, size = asyncio.run(_scraped(Path(name), store, lanes, stage.runs))
    raw = f"{len(lanes):,} lanes, {size / 2**20:.1f} MiB, {len(times)} scrapes, best {min(times):.0f} ms"
    yield Figure("a Prometheus scrape", median(times), "ms CPU", ONE_PERCENT, raw)


async def _scraped(folder: Path, store: Store, lanes: list[Lane], runs: int) -> tuple[list[float], int]:
    app = build_app(lambda: known_in(folder, lambda: datetime.now(UTC)), TOKEN)
    headers = {
        "authorization": f"Bearer {TOKEN.reveal()}",
        "accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
    }
    times, size = [], 0
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        for number in range(runs):
            now = datetime.now(UTC)
            verdict = Verdict.GATED if number % 2 else Verdict.OPEN
            store.verdicts.save({lanes[number].id: _standing(verdict, now)}, now=now)
            begun = time.process_time()
            answer = await client.get("/metrics")
            times.append((time.process_time() - begun) * 1000)
            assert answer.status_code == 200, answer.text
            size = len(answer.content)
    return times, size


def _fill(store: Store, now: datetime) -> list[Lane]:
    names = [f"account-{number:03}" for number in range(OWNERS)]
    lanes = [Lane(name, "anthropic", model, TOOLS) for name in names for model in MODELS]
    with store.at_once():
        known = [
            Known(Credential(name, "anthropic", Kind.OAUTH, f"env:{name}", plan="max")) for name in names
        ]
        store.credentials.remember(known, now=now)
        store.lanes.remember(lanes)
        store.verdicts.save({lane.id: _standing(Verdict.OPEN, now) for lane in lanes}, now=now)
        windows = [
            Window(name, 0.3, now + timedelta(hours=2), "allowed", seconds=length)
            for name, length in WINDOWS.items()
        ]
        reading = Reading(now, Origin.PROBE, tuple(windows), Overage("rejected", "org_level_disabled"))
        for name in names:
            store.readings.keep(name, reading, now=now)
    return lanes


def _standing(verdict: Verdict, now: datetime) -> Standing:
    return Standing(
        Judgement(verdict, "a.rule", observed_at=now),
        stale_at=now + timedelta(minutes=30),
        next_look_at=now + timedelta(minutes=10),
        latency_ms=300,
    )
