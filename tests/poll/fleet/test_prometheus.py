"""What a server that is none, or is not well, is called."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from quotaboard.poll.fleet.prometheus import Prometheus, Series, Trouble, TroubleKind, address_of
from tests.poll.servers import Asked, Reply, answering_server
from tests.serve.conftest import NOW

ROW = {"metric": {"__name__": "up", "host": "a"}, "value": [1.5, "1"]}
READ = Series("up", {"host": "a"}, ((1.5, 1.0),))


def vector(*rows: object) -> Reply:
    return Reply(body={"status": "success", "data": {"resultType": "vector", "result": list(rows)}})


async def told(reply: Reply, *, over: bool = False) -> tuple[list[Series] | Trouble, list[Asked]]:
    anybody = httpx.AsyncClient(trust_env=False, verify=False)
    async with answering_server(lambda _: reply) as loopback, anybody as client:
        server = Prometheus(loopback.base_url, client, lambda: NOW)
        if over:
            found = await server.over("x", NOW - timedelta(hours=1), NOW, timedelta(seconds=30))
        else:
            found = await server.now('up{host="a"}')
        return found, loopback.asked


def asked_for(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("prometheus:http://127.0.0.1:9090", "http://127.0.0.1:9090"),
        ("prometheus:http://127.0.0.1:9090/", "http://127.0.0.1:9090"),
        ("prometheus:https://metrics.example/prometheus/", "https://metrics.example/prometheus"),
    ],
)
def test_an_address_is_taken_as_it_is(text: str, address: str) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:9090", "prometheus:", "prometheus:127.0.0.1:9090", "prometheus:ftp://a",
        "prometheus:http://", "prometheus:http://a:port", "prometheus:http://me:hunter2@a",
        "prometheus:http://a/?x=1", "influx:http://a",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_said_without_repeating_it(text: str) -> None:
    found = address_of(text)
    assert isinstance(found, Trouble)
    assert found.kind is TroubleKind.ADDRESS
    assert "hunter2" not in found.sentence


async def test_a_vector_is_read() -> None:
    found, [asked] = await told(vector(ROW))
    assert found == [READ]
    assert (asked.method, asked_for(asked)["query"]) == ("GET", 'up{host="a"}')
    assert not asked.token


async def test_a_range_is_asked_for_with_its_step_and_numbers_that_are_none_are_left_out() -> None:
    values = [[1, "0.5"], [2, "NaN"], [3, "+Inf"], [4, "0.6"]]
    found, [asked] = await told(vector({"metric": {}, "values": values}), over=True)
    assert found == [Series("", {}, ((1.0, 0.5), (4.0, 0.6)))]
    assert asked_for(asked)["step"] == "30.000"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(401, "no"), TroubleKind.REFUSED),
        (Reply(503, "no"), TroubleKind.REFUSED),
        (Reply(302, "", {"location": "http://stranger.example"}), TroubleKind.REFUSED),
        (Reply(body=b"<html>"), TroubleKind.NOT_PROMETHEUS),
        (Reply(body=[1]), TroubleKind.NOT_PROMETHEUS),
        (Reply(body={"data": {"result": None}}), TroubleKind.NOT_PROMETHEUS),
    ],
)
async def test_what_is_not_an_answer_has_a_kind_and_a_sentence(reply: Reply, kind: TroubleKind) -> None:
    found, asked = await told(reply)
    assert isinstance(found, Trouble)
    assert found.kind is kind
    assert found.sentence.startswith("Prometheus at http://127.0.0.1:")
    assert len(asked) == 1, "a redirect is not followed"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("no"), TroubleKind.UNREACHABLE),
        (httpx.ReadTimeout("slow"), TroubleKind.TIMEOUT),
        (httpx.RemoteProtocolError("odd"), TroubleKind.NOT_PROMETHEUS),
    ],
)
async def test_a_server_that_is_not_there_is_told(error: Exception, kind: TroubleKind) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as client:
        found = await Prometheus("http://127.0.0.1:1", client, lambda: NOW).now("up")
    assert isinstance(found, Trouble)
    assert found.kind is kind


async def test_rows_that_are_none_are_left_out() -> None:
    found, _ = await told(
        vector({"metric": {}, "value": ["x", "y"]}, {"metric": [], "value": [1, "1"]}, {}, 7, ROW)
    )
    assert found == [READ]
