"""A store that is damaged or moved away while panes use it: they go on together over a new one."""

from datetime import timedelta

import pytest

from quotaboard.poll.live import LEASE, LEASE_SPAN
from quotaboard.store.opening import NAME, SIDE_FILES, open_store
from quotaboard.store.store import Store
from tests.poll.conftest import Bench
from tests.poll.servers import SMALL, answering_server, served, until
from tests.poll.test_live import LANE, hears_quickly, neighbour, running, session_on, shown, verdict

__all__ = ["hears_quickly"]


async def test_panes_whose_store_was_set_aside_go_on_together_over_the_new_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotaboard.poll.live.RENEW_EVERY", 0.03)
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
        with neighbour(bench) as other:
            leader, follower = session_on(bench), session_on(other)
            async with running(leader), running(follower):
                await until(lambda: verdict(follower) == "open")
                (bench.folder / NAME).rename(bench.folder / "aside")
                for ending in SIDE_FILES:
                    (bench.folder / f"{NAME}{ending}").unlink(missing_ok=True)
                await until((bench.folder / NAME).exists)
                await until(lambda: verdict(leader) == verdict(follower) == "open")
                await until(lambda: shown(leader).watched_elsewhere is not shown(follower).watched_elsewhere)
                with open_store(bench.folder, now=bench.clock.now(), readonly=True) as fresh:
                    assert fresh.verdicts.all()[LANE].judgement.verdict == "open"
                    assert fresh.leases.held(LEASE, LEASE_SPAN, now=bench.clock.now()) is not None
        assert len(server.asked) == 2


async def test_damage_that_is_met_while_it_runs_is_set_aside_once_and_said(bench: Bench) -> None:
    async with answering_server(lambda _: served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("tools",))
        live = session_on(bench)
        async with running(live):
            await until(lambda: verdict(live) == "open")
            damage(bench.store)
            bench.clock.advance(timedelta(minutes=20))
            await until(lambda: "was damaged" in (shown(live).trouble or ""))
            await until(lambda: verdict(live) == "open")
            # A disk that damages each store must not be filled with them.
            damage(live._store)
            bench.clock.advance(timedelta(minutes=20))
            await until(lambda: "remembers" in (shown(live).trouble or ""))
    assert len(list(bench.folder.glob("*.corrupt-*Z"))) == 1


def damage(store: Store) -> None:
    """Every read and write meets damage from now on, and so does whoever opens it again."""
    assert store.path is not None
    store._database._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = store.path.read_bytes()
    store.path.write_bytes(content[:100] + b"\0garbage" * ((len(content) - 100) // 8))
    store._database._connection.execute("PRAGMA shrink_memory")
