"""Boards as Prometheus hands them back, without a server: exported, labelled, cut to what is asked for."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from quotaboard.domain import metrics
from quotaboard.domain.board import Board
from quotaboard.poll.fleet.machines import MISSED, STATES
from quotaboard.poll.fleet.prometheus import Series
from quotaboard.serve.exposition import Families
from quotaboard.serve.known import Known
from tests.poll.servers import Asked, Reply
from tests.serve.conftest import NOW, SONNET


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


def over_time(query: str) -> list[dict[str, object]]:
    """What each of the questions about the last ten minutes gives, of one window and one lane."""
    labels = {"host": "alpha", "credential": "max"}
    start = NOW.timestamp() - 600
    if query.startswith(metrics.LANE_VERDICT):
        lane = labels | {"model": SONNET, "shape": "tools", "client": "direct"}
        return [
            {"metric": lane | {metrics.LANE_VERDICT: "open"}, "values": [[start, "1"], [start + 60, "1"]]},
            {"metric": lane | {metrics.LANE_VERDICT: "gated"}, "values": [[start + 120, "1"]]},
        ]
    window = labels | {"window": "5h", "model": ""}
    if query.startswith(metrics.WINDOW_RESET):
        return [{"metric": window, "values": [[start, str(start + 7200)]]}]
    stranger = window | {"host": "beta"}
    return [
        {"metric": window, "values": [[start, "0.25"], [start + 60, "0.5"]]},
        {"metric": stranger, "values": [[start, "0.9"]]},
    ]
