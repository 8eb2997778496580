"""What was said outlives processes, and is never given to two of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.alert import About, Alert, AlertKind
from quotaboard.domain.alert_memory import Remembered
from quotaboard.domain.alert_rules import step
from quotaboard.domain.alert_sights import BLOCKED, PAID, SERVES, Sight, Topic
from quotaboard.store.alerts import KEPT, RINGS_FOR, Memories, Told
from quotaboard.store.opening import open_memory, open_store
from quotaboard.store.store import Store

SECOND = timedelta(seconds=1)


def alert(at: datetime, title: str = "max gated", kind: AlertKind = AlertKind.BLOCKED) -> Alert:
    return Alert(at, kind, title, "Why.")


def say(store: Store, *alerts: Alert, changed: Memories | None = None) -> None:
    store.alerts.say(lambda _: (alerts, changed or {}))


def test_what_is_remembered_is_read_back_by_another_process(
    store: Store, folder: Path, now: datetime
) -> None:
    known = Remembered("blocked", now, "serves", now + SECOND, (now, now + SECOND), now + 5 * SECOND)
    say(store, changed={"lane max/m/tools/direct": known, "window max 5h": Remembered("0.9", now)})
    with open_store(folder, now=now) as other:
        assert other.alerts.memories() == {
            "lane max/m/tools/direct": known,
            "window max 5h": Remembered("0.9", now),
        }


def test_the_log_is_newest_first_and_does_not_grow_for_ever(store: Store, now: datetime) -> None:
    say(store, *(alert(now + n * SECOND, f"number {n}") for n in range(KEPT + 20)))
    titles = [one.title for one in store.alerts.log(limit=2 * KEPT)]
    assert (len(titles), titles[0], titles[-1]) == (KEPT, f"number {KEPT + 19}", "number 20")
    assert store.alerts.last_said() == {AlertKind.BLOCKED: now + (KEPT + 19) * SECOND}


def test_only_one_pane_rings(store: Store, folder: Path, now: datetime) -> None:
    say(store, alert(now), alert(now, "another"))
    with open_store(folder, now=now) as other:
        assert [one.title for one in other.alerts.claim(now=now)] == ["max gated", "another"]
        assert store.alerts.claim(now=now) == other.alerts.claim(now=now) == []


def test_nobody_rings_for_old_news(store: Store, now: datetime) -> None:
    say(store, alert(now))
    assert store.alerts.claim(now=now + RINGS_FOR + SECOND) == []


def test_what_is_said_is_noticed_by_every_pane_and_what_is_only_remembered_is_not(
    store: Store, folder: Path, now: datetime
) -> None:
    with open_store(folder, now=now) as other:
        before = other.version()
        say(store, changed={"lane x": Remembered("serves", now)})
        assert other.version() == before
        say(store, alert(now))
        assert other.version() > before


def test_a_decision_that_fails_leaves_nothing(store: Store, now: datetime) -> None:
    def fails(_: Memories) -> Told:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.alerts.say(fails)
    assert store.alerts.log() == []
    say(store, alert(now))  # and the lock was given back


def test_muting_holds_for_every_process(store: Store, folder: Path, now: datetime) -> None:
    assert not store.alerts.muted
    store.alerts.mute(muted=True)
    with open_store(folder, now=now) as other:
        assert other.alerts.muted
        other.alerts.mute(muted=False)
    assert not store.alerts.muted


def test_a_secret_in_an_alert_is_not_kept(store: Store, now: datetime) -> None:
    say(store, alert(now, "key sk-ant-oat01-aaaaaaaaaaaaaaaaaaaa is gated"))
    assert store.alerts.log()[0].title == "key <secret> is gated"


@given(
    st.lists(
        st.tuples(st.sampled_from([BLOCKED, SERVES, PAID]), st.integers(0, 40), st.booleans()), max_size=25
    )
)
def test_a_restart_after_every_look_changes_nothing_that_is_said(looks: list[tuple[str, int, bool]]) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    known: dict[str, Remembered] = {}
    without, across = [], []
    with open_memory() as store:
        for state, minutes, quiet in looks:
            now += timedelta(minutes=minutes)
            sights = [Sight(Topic.LANE, "max/m/tools/direct", state, About("max"))]
            held = frozenset(AlertKind if quiet else ())
            once = step(known, sights, now, held=held)
            known = {**known, **once.changed}
            again = step(store.alerts.memories(), sights, now, held=held)
            say(store, changed=again.changed)
            without.append(set(once.edges))
            across.append(set(again.edges))
    assert without == across
