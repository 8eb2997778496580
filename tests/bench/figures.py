"""What a row of the table says: a figure, what it is measured in, and what it should not pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

OK, SHORT, TOLD = "holds", "fell short", "for information"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    """At most this; None: it is told for information."""
    measured: str = ""
    """The raw figures behind the value."""

    @property
    def outcome(self) -> str:
        if self.goal is None:
            return TOLD
        return OK if self.value <= self.goal else SHORT


def ratio(
    name: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    goal: float | None,
    against: str,
    *,
    unit: str = "ms",
) -> Figure:
    """The median ratio of pairs that were timed one right after the other: a busy machine slows both."""
    shares = [one / other for one, other in zip(ours, theirs, strict=True)]
    scale = {"ms": 1e3, "µs": 1e6}[unit]
    times = f"{median(ours) * scale:.0f} {unit} against {median(theirs) * scale:.0f} {unit}"
    raw = f"{times} for {against}, {len(shares)} pairs"
    return Figure(name, median(shares), "×", goal, raw)
