"""Whatever a server does, an answer or a fault comes back, in time, and the secret goes nowhere else."""

import asyncio
import gzip
import json
import socket
import ssl
import struct
import subprocess
import sys
import zlib
from collections.abc import Awaitable, Callable
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest

from quotaboard.domain.answer import Fault
from quotaboard.domain.secret import Secret
from quotaboard.poll.asking import NoAnswer, Patience, Refused, ask, open_client
from quotaboard.providers.base import Received, Request
from tests.poll.conftest import PATIENT, QUICK
from tests.poll.servers import START, Reply, Wire, answering_server, raw_server, read_request

SECRET = Secret("sk-canary-0123456789-AbCdEfGhIj")


async def asked_of(url: str, patience: Patience = PATIENT, **told: object) -> Received | NoAnswer:
    request = Request("POST", url, secret_header=("authorization", "Bearer "), json={"model": "m"}, **told)  # type: ignore[arg-type]
    async with asyncio.timeout(60), open_client({}, patience) as client:
        return await ask(client, request, SECRET, lambda: START, patience)


def fault_of(got: Received | NoAnswer) -> Fault:
    assert isinstance(got, NoAnswer), got
    return got.fault


def sends(*parts: bytes, then: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None) -> Wire:
    async def wire(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for part in parts:
            writer.write(part)
            await writer.drain()
        if then is not None:
            await then(writer)

    return wire


async def reset(writer: asyncio.StreamWriter) -> None:
    lingering = struct.pack("ii", 1, 0)  # closes with a reset instead of a farewell
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)


async def hang(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.05)


async def pour(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"10000\r\n" + b"a" * 0x10000 + b"\r\n")
        await writer.drain()


async def burst(writer: asyncio.StreamWriter) -> None:
    writer.write(gzip.compress(b"\0" * 50_000_000))


async def burst_flat(writer: asyncio.StreamWriter) -> None:
    writer.write(zlib.compress(b"\0" * 9_000_000))


OK = b"HTTP/1.1 200 OK\r\n"


MISBEHAVIOUR: dict[str, tuple[Wire, Fault]] = {
    "resets": (sends(then=reset), Fault.CONNECT),
    "resets in the body": (sends(OK + b"content-length: 9\r\n\r\n", then=reset), Fault.CONNECT),
    "says nothing": (sends(), Fault.CONNECT),
    "hangs": (sends(then=hang), Fault.TIMEOUT),
    "hangs in the body": (sends(OK + b"content-length: 9\r\n\r\nabc", then=hang), Fault.TIMEOUT),
    "drips": (sends(OK + b"content-length: 9000\r\n\r\n", then=drip), Fault.TIMEOUT),
    "promises too much": (sends(OK + b"content-length: 90\r\n\r\n{}"), Fault.CONNECT),
    "never ends": (sends(OK + b"transfer-encoding: chunked\r\n\r\n", then=pour), Fault.TOO_LARGE),
    "chunks badly": (sends(OK + b"transfer-encoding: chunked\r\n\r\nzz\r\n"), Fault.PROTOCOL),
    "speaks TLS": (sends(b"\x16\x03\x01 who knows\r\n\r\n"), Fault.PROTOCOL),
    "has endless headers": (sends(OK + b"x: " + b"a" * 200_000 + b"\r\n\r\n"), Fault.PROTOCOL),
    "sends a bomb": (sends(OK + b"content-encoding: gzip\r\n\r\n", then=burst), Fault.TOO_LARGE),
    "sends a flat bomb": (
        sends(OK + b"content-encoding: deflate\r\n\r\n", then=burst_flat),
        Fault.TOO_LARGE,
    ),
    "lies about its packing": (sends(OK + b"content-encoding: gzip\r\n\r\nnot gzip"), Fault.PROTOCOL),
    "packs in its own way": (sends(OK + b"content-encoding: br\r\n\r\nwhatever"), Fault.PROTOCOL),
}


@pytest.mark.parametrize(("wire", "fault"), MISBEHAVIOUR.values(), ids=MISBEHAVIOUR)
async def test_a_server_that_misbehaves_is_a_fault(wire: Wire, fault: Fault) -> None:
    async with raw_server(wire) as server:
        patience = QUICK if fault is Fault.TIMEOUT else PATIENT
        assert fault_of(await asked_of(server.base_url, patience)) is fault


async def test_a_refused_connection_is_a_fault() -> None:
    async with raw_server(sends()) as server:
        gone = server.base_url
    assert fault_of(await asked_of(gone)) is Fault.CONNECT


async def test_a_name_that_nobody_knows_is_a_fault() -> None:
    assert fault_of(await asked_of("https://nobody.invalid")) is Fault.DNS


async def test_plain_text_where_tls_was_meant_is_a_fault() -> None:
    async with raw_server(sends(OK + b"\r\n")) as server:
        url = server.base_url.replace("http:", "https:")
        assert fault_of(await asked_of(url, QUICK)) in {Fault.TLS, Fault.TIMEOUT}


async def test_a_certificate_that_nobody_vouches_for_is_a_fault(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_signed(tmp_path))
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert fault_of(await asked_of(f"https://127.0.0.1:{port}")) is Fault.TLS


@pytest.mark.parametrize(
    "url", ["http://example.org/v1", "ftp://127.0.0.1/", "http://", "https://[::1", "http:x", ""]
)
async def test_an_address_that_may_not_be_given_a_secret_gets_nothing(url: str) -> None:
    with pytest.raises(Refused) as refused:
        await asked_of(url)
    assert SECRET.reveal() not in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("header", ["bad\nheader", "n\u00e4h"])
async def test_a_header_that_cannot_be_sent_is_a_fault(header: str) -> None:
    async with raw_server(sends(OK + b"\r\n")) as server:
        assert fault_of(await asked_of(server.base_url, headers={"x-shape": header})) is Fault.PROTOCOL


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async with answering_server(lambda _: Reply(200, {})) as elsewhere:
        away = Reply(302, None, {"location": elsewhere.base_url})
        async with answering_server(lambda _: away) as server:
            got = await asked_of(server.base_url)

    assert isinstance(got, Received)
    assert got.status == 302
    assert elsewhere.asked == []


async def test_no_cookie_goes_from_one_request_to_the_next() -> None:
    async with (
        answering_server(lambda _: Reply(200, {}, {"set-cookie": "who=max; Path=/"})) as server,
        open_client({}, PATIENT) as client,
    ):
        for _ in range(2):
            await ask(client, Request("GET", server.base_url), None, lambda: START, PATIENT)

        assert all("cookie" not in asked.headers for asked in server.asked)


async def test_an_answer_of_an_old_server_is_read() -> None:
    async with raw_server(sends(b'HTTP/1.0 429 Slow\r\nretry-after: 3\r\n\r\n{"error": 1}')) as server:
        got = await asked_of(server.base_url)

    assert isinstance(got, Received)
    assert (got.status, got.headers["retry-after"], got.body) == (429, "3", {"error": 1})


async def test_an_answer_that_was_packed_unasked_is_read() -> None:
    packed = Reply(200, gzip.compress(b'{"type": "message"}'), {"content-encoding": "gzip"})
    async with answering_server(lambda _: packed) as server:
        got = await asked_of(server.base_url)

        assert isinstance(got, Received)
        assert got.body == {"type": "message"}
        assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("body", [b"<html>login</html>", b"", b"\xff\xfe\x00", b"[" * 100_000, b"1e999"])
async def test_garbage_is_handed_on_as_it_is(body: bytes) -> None:
    async with answering_server(lambda _: Reply(200, body)) as server:
        assert isinstance(await asked_of(server.base_url), Received)


ESCAPED = "".join(f"\\u{ord(char):04x}" for char in SECRET.reveal())


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"error": {"message": f"bad key {SECRET.reveal()}"}}).encode(),
        json.dumps({SECRET.reveal(): [SECRET.reveal()]}).encode(),
        f'{{"error": {{"message": "{ESCAPED}"}}}}'.encode(),
        f"event: error\ndata: {SECRET.reveal()}\n\n".encode(),
        f'"{SECRET.reveal()}"'.encode(),
        b"[" * 2000 + SECRET.reveal().encode(),
    ],
)
async def test_a_server_that_repeats_the_secret_is_not_listened_to(body: bytes) -> None:
    headers = {"request-id": SECRET.reveal(), f"anthropic-ratelimit-{SECRET.reveal()}": "1"}
    async with answering_server(lambda _: Reply(401, body, headers)) as server:
        got = await asked_of(server.base_url)

    assert SECRET.reveal().lower() not in repr(got).lower()
    assert "<secret>" in repr(got)


async def test_what_goes_to_this_machine_passes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # which httpx would obey by itself
    async with (
        answering_server(lambda _: Reply(200, {})) as server,
        open_client(
            {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}, PATIENT
        ) as client,
    ):
        got = await ask(client, Request("GET", server.base_url), SECRET, lambda: START, PATIENT)

    assert isinstance(got, Received)


async def test_what_httpcore_lacks_is_not_searched_for_with_every_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sought: list[str] = []

    class Searching(MetaPathFinder):
        def find_spec(self, name: str, path: object, target: object = None) -> None:
            del path, target
            sought.append(name)

    async with answering_server(lambda _: Reply(200, {})) as server, open_client({}, PATIENT) as client:
        monkeypatch.setattr(sys, "meta_path", [Searching(), *sys.meta_path])
        for _ in range(3):
            await ask(client, Request("GET", server.base_url), None, lambda: START, PATIENT)

    assert sought == []


def self_signed(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "cert.pem", folder / "key.pem"
    made = subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"),
        ],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("openssl is not here to make a certificate")
    return certificate, key
