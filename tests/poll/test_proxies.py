"""The proxy that the environment names: used where it can be, never passed by, and no reason to stop."""

import asyncio
import sys

import pytest

from quotaboard.domain.answer import Fault
from quotaboard.poll.asking import NoAnswer, ask, open_client
from quotaboard.providers.base import Request
from tests.poll.conftest import PATIENT
from tests.poll.servers import START, raw_server


async def fault_behind(environment: dict[str, str], url: str = "https://gateway.example/v1") -> Fault:
    async with open_client(environment, PATIENT) as client:
        got = await ask(client, Request("GET", url), None, lambda: START, PATIENT)
    assert isinstance(got, NoAnswer), got
    return got.fault


async def heard_by_a_proxy(
    setting: str, url: str = "https://gateway.example/v1", **environment: str
) -> tuple[list[bytes], Fault]:
    """The first line of each request that reached it; it refuses them all."""
    heard: list[bytes] = []

    async def wire(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readline())
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")

    async with raw_server(wire) as proxy:
        address = setting.format(url=proxy.base_url, host=proxy.base_url.removeprefix("http://"))
        fault = await fault_behind({"HTTPS_PROXY": address, **environment}, url)
    return heard, fault


@pytest.mark.parametrize("setting", ["{url}", "{host}"])
async def test_https_goes_through_the_proxy_with_or_without_its_scheme(setting: str) -> None:
    heard, fault = await heard_by_a_proxy(setting)
    assert heard == [b"CONNECT gateway.example:443 HTTP/1.1\r\n"]
    assert fault is Fault.CONNECT


@pytest.mark.parametrize("exceptions", ["gateway.example", ".example", "other, gateway.example", "*"])
async def test_hosts_that_are_excepted_are_asked_directly(exceptions: str) -> None:
    heard, fault = await heard_by_a_proxy("{url}", NO_PROXY=exceptions)
    assert heard == []
    assert fault is Fault.DNS  # no test resolves a name


async def test_an_exception_for_another_host_excepts_nothing() -> None:
    heard, _ = await heard_by_a_proxy("{url}", NO_PROXY="other.example, 10.0.0.0/8")
    assert heard


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_this_machine_is_asked_directly_over_https_too(host: str) -> None:
    heard, fault = await heard_by_a_proxy("{url}", f"https://{host}:9/")
    assert heard == []
    assert fault is Fault.CONNECT


@pytest.mark.parametrize("proxy", ["ftp://proxy.example", "socks5://127.0.0.1:9", "http://:x"])
async def test_a_proxy_that_cannot_be_used_is_a_fault_and_is_not_passed_by(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    assert await fault_behind({"HTTPS_PROXY": proxy}) is Fault.CONNECT
