"""Boards as Prometheus hands them back, without a server: exported, labelled, cut to what is asked for."""

from collections.abc import Mapping

from quotaboard.domain.board import Board
from quotaboard.poll.fleet.prometheus import Series
from quotaboard.serve.exposition import Families
from quotaboard.serve.known import Known


def series_of(boards: Mapping[str, Board]) -> list[Series]:
    """What the machines of these names export; of a state set the state that holds."""
    return [
        Series(
            sample.name, {**sample.labels, "host": host, "job": "quotaboard"}, ((0.0, float(sample.value)),)
        )
        for host, board in boards.items()
        for family in Families(Known(board)).collect()
        for sample in family.samples
        if not (family.type == "stateset" and not sample.value)
    ]
