"""What one lane's answer says of its neighbours, remembered until its next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quotaboard.domain.inference import casts_doubt
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Lane
from quotaboard.domain.verdict import Verdict


class Hearsay:
    """Of one credential's lanes."""

    def __init__(self) -> None:
        self._spoken_for: dict[str, set[str]] = {}
        """By lane, the lanes that its last answer spoke for."""
        self._said: dict[str, Verdict] = {}
        """By lane, what its last answer came to."""

    def spoke_for(self, source: str, lane: str) -> bool:
        """Whether the last answer of one lane spoke for another."""
        return lane in self._spoken_for.get(source, ())

    def recall(self, source: str, lane: str) -> None:
        """That the answer on one lane spoke for another, from an earlier run."""
        self._spoken_for.setdefault(source, set()).add(lane)

    def note(self, source: str, said: Verdict, spoken_for: set[str]) -> None:
        """What its answer came to, and for which lanes it spoke."""
        self._said[source], self._spoken_for[source] = said, spoken_for

    def doubtful(self, asked: Lane, lanes: Iterable[Lane], judged: Mapping[str, Judgement]) -> Lane | None:
        """The lane that is asked next because a gate has just come or gone on this one.

        One at a time: where it is the same there, the next one follows, and to be refused costs nothing.
        """
        before, now = self._said.get(asked.id), judged[asked.id]
        if before is None or before is now.verdict:
            return None
        told = [
            (seen, lane.id, lane)
            for lane in lanes
            if (seen := judged[lane.id].observed_at) is not None
            and casts_doubt(asked, now, lane, judged[lane.id])
        ]
        return min(told)[2] if told else None
