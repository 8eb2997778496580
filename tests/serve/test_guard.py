from ipaddress import ip_address
from typing import Any

import pytest

from quotaboard.serve.app import build_app
from quotaboard.serve.guard import HEADERS
from quotaboard.serve.known import Known
from quotaboard.serve.running import listen
from quotaboard.serve.web import FILES, Web
from tests.serve.conftest import TOKEN, Open

GUARDED = ("/metrics", "/status.json", "/nothing")


def test_nobody_but_this_machine_can_reach_it() -> None:
    with listen(0) as listening:
        assert ip_address(listening.getsockname()[0]).is_loopback


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", f"Basic {TOKEN.reveal()}", f"Bearer {TOKEN.reveal()}x", "Bearer é"],
)
async def test_without_the_token_nothing_is_told(opened: Open, path: str, authorization: str) -> None:
    async with opened() as client:
        answer = await client.get(path, headers=[(b"authorization", authorization.encode("latin-1"))])
        del client.headers["authorization"]
        bare = await client.get(path)
    assert (answer.status_code, bare.status_code) == (401, 401)
    assert bare.headers["www-authenticate"] == "Bearer"
    assert "max" not in bare.text


@pytest.mark.parametrize(
    "host",
    [
        "stranger.example", "stranger.example:8793", "127.0.0.1.stranger.example", "127.0.0.2", "localhost.",
        "localhost:8793@stranger.example", "[::2]:8793", "127.0.0.1:", "127.0.0.1:port", "0.0.0.0:8793", " ",
    ],
)  # fmt: skip
async def test_a_foreign_host_is_refused_even_with_the_token(opened: Open, host: str) -> None:
    """DNS can point any name here: a page of that name would be the same origin."""
    async with opened(host=host) as client:
        assert (await client.get("/metrics")).status_code == 403
        assert (await client.get("/healthz")).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8793", "localhost:9", "LOCALHOST", "[::1]:8793", "[::1]"])
async def test_our_own_names_are_served_on_any_port_of_a_tunnel(opened: Open, host: str) -> None:
    async with opened(host=host) as client:
        assert (await client.get("/metrics")).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://stranger.example",
        "null",
        "http://127.0.0.1:9999",
        "https://127.0.0.1:8793",
        "http://localhost:8793",
    ],
)
async def test_a_page_of_another_origin_is_refused_even_with_the_token(opened: Open, origin: str) -> None:
    async with opened(origin=origin) as client:
        assert (await client.get("/status.json")).status_code == 403
        assert (await client.get("/healthz")).status_code == 403


async def test_our_own_origin_is_served(opened: Open) -> None:
    async with opened(origin="http://127.0.0.1:8793") as client:
        assert (await client.get("/status.json")).status_code == 200


async def test_every_answer_forbids_frames_sniffing_referrers_and_keeping(opened: Open) -> None:
    async with opened() as client:
        for path in (*GUARDED, "/healthz"):
            answer = await client.get(path)
            assert {name.decode() for name, _ in HEADERS} <= set(answer.headers)
            assert answer.headers["cache-control"] == "no-store"


async def test_nothing_is_changed_by_a_request(opened: Open) -> None:
    async with opened() as client:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert (await client.request(method, "/status.json")).status_code == 405


async def handshake(
    known: Known, headers: list[tuple[bytes, bytes]], offered: list[str]
) -> list[dict[str, Any]]:
    """What is answered to the opening of a WebSocket."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "websocket", "path": "/board", "headers": headers, "subprotocols": offered,
        "query_string": b"", "extensions": {"websocket.http.response": {}},
    }  # fmt: skip
    await build_app(lambda: known, TOKEN, Web(["true"], {}))(scope, receive, send)
    return sent


HOST, ORIGIN = (b"host", b"127.0.0.1:8793"), (b"origin", b"http://127.0.0.1:8793")
SHOWN = f"quotaboard.token.{TOKEN.reveal()}"


@pytest.mark.parametrize(
    ("headers", "offered", "status"),
    [
        ([HOST, ORIGIN], ["quotaboard"], 401),
        ([HOST, ORIGIN], ["quotaboard", "quotaboard.token.wrong"], 401),
        ([HOST, ORIGIN], ["quotaboard", SHOWN, SHOWN], 401),
        ([HOST, ORIGIN, (b"authorization", f"Bearer {TOKEN.reveal()}".encode())], ["quotaboard"], 401),
        ([HOST, (b"origin", b"http://stranger.example")], ["quotaboard", SHOWN], 403),
        ([HOST, (b"origin", b"http://127.0.0.1:9")], ["quotaboard", SHOWN], 403),
        (
            [(b"host", b"stranger.example"), (b"origin", b"http://stranger.example")],
            ["quotaboard", SHOWN],
            403,
        ),
        ([HOST, HOST, ORIGIN], ["quotaboard", SHOWN], 403),
        ([ORIGIN], ["quotaboard", SHOWN], 403),
    ],
)
async def test_no_board_is_opened_for_a_stranger(
    known: Known, headers: list[tuple[bytes, bytes]], offered: list[str], status: int
) -> None:
    sent = await handshake(known, headers, offered)
    assert sent[0]["type"] == "websocket.http.response.start"
    assert sent[0]["status"] == status


async def test_the_page_itself_holds_no_secret_and_loads_nothing_from_elsewhere(known: Known) -> None:
    import httpx

    transport = httpx.ASGITransport(build_app(lambda: known, TOKEN, Web(["true"], {})))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8793") as client:
        for path in FILES:
            answer = await client.get(path)
            assert answer.status_code == 200
            assert TOKEN.reveal() not in answer.text
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            if "xterm" not in path and "addon" not in path:
                assert "//" not in answer.text.replace("ws://${location.host}", "").replace("// ", "")
        assert (await client.get("/page/../guard.py")).status_code == 401
        assert (await client.get("/metrics")).status_code == 401
