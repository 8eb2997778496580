from datetime import UTC, datetime, timedelta

from quotaboard.simulator import SimulatedClock

START = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


class Ticks:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_it_starts_where_it_is_told() -> None:
    assert SimulatedClock(START, ticks=Ticks()).now() == START


def test_it_runs_as_fast_as_it_is_told() -> None:
    ticks = Ticks()
    clock = SimulatedClock(START, speed=60, ticks=ticks)
    ticks.seconds += 3
    assert clock.now() == START + timedelta(minutes=3)


def test_a_stopped_clock_moves_only_when_it_is_moved() -> None:
    clock = SimulatedClock.stopped(START)
    assert clock.now() == START
    clock.advance(timedelta(hours=5))
    assert clock.now() == START + timedelta(hours=5)
    clock.set_to(START)
    assert clock.now() == START


def test_a_change_of_speed_keeps_the_moment() -> None:
    ticks = Ticks()
    clock = SimulatedClock(START, speed=10, ticks=ticks)
    ticks.seconds += 6
    clock.speed = 0
    ticks.seconds += 6
    assert clock.now() == START + timedelta(minutes=1)
    assert clock.speed == 0


def test_a_jump_keeps_the_speed() -> None:
    ticks = Ticks()
    clock = SimulatedClock(START, speed=2, ticks=ticks)
    clock.advance(timedelta(hours=1))
    ticks.seconds += 30
    assert clock.now() == START + timedelta(hours=1, minutes=1)


def test_the_start_is_kept_for_what_is_counted_from_it() -> None:
    clock = SimulatedClock(START, ticks=Ticks())
    clock.advance(timedelta(days=1))
    assert clock.started_at == START
