"""Sending one request: the only place where a secret is unwrapped, and where trouble of the network becomes a value."""

from __future__ import annotations

import ipaddress
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from quotaboard.domain.answer import Fault
from quotaboard.domain.secret import Secret
from quotaboard.providers.base import Received, Request
from quotaboard.providers.bodies import MAX_BODY

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
AT_ONCE = 32
"""Connections that are open at the same time."""

WHOLE_ANSWER_SECONDS = 45.0
"""An answer that drips in more slowly than this is given up."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing that can be read came back."""

    fault: Fault
    at: datetime
    latency_ms: int


class Refused(ValueError):
    """The request was not sent: the address may not be given this secret."""


@asynccontextmanager
async def open_client(environment: Mapping[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """The one HTTP client of a process.

    A proxy from the environment is used for https alone, where it sees no more than the host's name; what goes
    to this machine over plain http never passes through one.
    """
    context = ssl.create_default_context()
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    proxy = environment.get("HTTPS_PROXY") or environment.get("https_proxy")
    mounts = (
        {"https://": httpx.AsyncHTTPTransport(verify=context, proxy=proxy, limits=limits)} if proxy else None
    )
    async with httpx.AsyncClient(
        verify=context, trust_env=False, follow_redirects=False, timeout=TIMEOUT, limits=limits, mounts=mounts
    ) as client:
        yield client


async def ask(
    client: httpx.AsyncClient, request: Request, secret: Secret | None, clock: Callable[[], datetime]
) -> Received | NoAnswer:
    """Send it and read what comes back, whatever that is. Raises Refused before anything is sent."""
    _require_safe(request.url, secret)
    begun = time.monotonic()

    def gone_wrong(fault: Fault) -> NoAnswer:
        return NoAnswer(fault, clock(), _since(begun))

    import anyio  # httpx has loaded it already

    try:
        with anyio.fail_after(WHOLE_ANSWER_SECONDS):
            return await _exchange(client, request, secret, clock, begun)
    except (TimeoutError, httpx.TimeoutException):
        return gone_wrong(Fault.TIMEOUT)
    except httpx.ConnectError as error:
        return gone_wrong(_fault_of(error))
    except (httpx.RemoteProtocolError, httpx.DecodingError, httpx.UnsupportedProtocol, httpx.InvalidURL):
        return gone_wrong(Fault.PROTOCOL)
    except (httpx.NetworkError, httpx.ProxyError):
        return gone_wrong(Fault.CONNECT)
    except _TooLarge:
        return gone_wrong(Fault.TOO_LARGE)


class _TooLarge(Exception):
    """The body passed the limit."""


async def _exchange(
    client: httpx.AsyncClient,
    request: Request,
    secret: Secret | None,
    clock: Callable[[], datetime],
    begun: float,
) -> Received:
    headers = dict(request.headers)
    if secret is not None and request.secret_header is not None:
        name, before = request.secret_header
        headers[name] = before + secret.reveal()
    async with client.stream(request.method, request.url, headers=headers, json=request.json) as response:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_BODY:
                raise _TooLarge
        text = bytes(body).decode("utf-8", "replace")
        # A server may repeat what it was sent; nothing that is kept or shown may hold it.
        shown = secret.hide_in(text) if secret else text
        told = {name: secret.hide_in(value) if secret else value for name, value in response.headers.items()}
        return Received(response.status_code, told, shown, clock(), _since(begun))


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine, by its address or by the one name that always is."""
    if host is None:
        return False
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _require_safe(url: str, secret: Secret | None) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (
        parts.scheme == "http" and (secret is None or is_loopback(parts.hostname))
    ):
        return
    raise Refused(
        f"A key is never sent to {parts.hostname or 'that address'} over plain http: use https, or a server on this machine."
    )


def _fault_of(error: httpx.ConnectError) -> Fault:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Fault.TLS
        if type(cause).__name__ == "gaierror":
            return Fault.DNS
        cause = cause.__cause__ or cause.__context__
    words = str(error).casefold()
    if "certificate" in words or "ssl" in words:
        return Fault.TLS
    if "name or service" in words or "name resolution" in words or "nodename" in words:
        return Fault.DNS
    return Fault.CONNECT


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
