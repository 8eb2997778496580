"""Boards as Prometheus hands them back, without a server: exported, labelled, cut to what is asked for."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from quotaboard.domain.board import Board
from quotaboard.poll.fleet.machines import MISSED, STATES
from quotaboard.poll.fleet.prometheus import Series
from quotaboard.serve.exposition import Families
from quotaboard.serve.known import Known
from tests.poll.servers import Asked, Reply


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


def answer_for(asked: Asked, boards: Mapping[str, Board]) -> Reply:
    """As Prometheus answers the two questions about a fleet."""
    query = parse_qs(urlsplit(asked.path).query)["query"][0]
    rows: list[dict[str, object]] = [
        {"metric": dict(one.labels, __name__=one.name), "value": [0, str(one.value)]}
        for one in series_of(boards)
        if query != MISSED and one.name.endswith(("_verdict", "_status")) == (query == STATES)
    ]
    return Reply(body={"status": "success", "data": {"resultType": "vector", "result": rows}})
