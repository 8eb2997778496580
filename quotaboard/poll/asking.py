"""Sending one request: where a secret is unwrapped, and where trouble of the network becomes a value."""

from __future__ import annotations

import json
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.util import find_spec

import anyio
import anyio.to_thread
import httpx

from quotaboard.domain.answer import Fault
from quotaboard.domain.secret import Secret
from quotaboard.poll.addresses import objection
from quotaboard.poll.connections import ALONE, Connections
from quotaboard.poll.proxies import ways_out
from quotaboard.poll.unpacking import NotUnpackable, TooLarge, unpacker
from quotaboard.providers.base import Received, Request
from quotaboard.providers.bodies import MAX_BODY

AT_ONCE = 32
"""Requests under way at the same time, and connections that are kept."""

UNPACKED = "identity"
"""Answers of half a kilobyte need no packing, and what is not packed cannot burst."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each part of an exchange may take."""

    connect: float = 10.0
    silence: float = 30.0
    """Between two parts of an answer, and before the first."""
    whole: float = 45.0
    """An answer that drips in more slowly than this is given up."""


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing that can be read came back."""

    fault: Fault
    at: datetime
    latency_ms: int


class Refused(ValueError):  # noqa: N818 - trouble is expected; an error is a bug
    """The request was not sent: the address may not be given this secret."""


@cache
def _trust() -> ssl.SSLContext:
    """The certificate authorities of this machine: 30 ms to read, so once, and off the loop."""
    return ssl.create_default_context()


def _load_without_http2() -> None:
    """Where HTTP/2 is installed, as beside hypercorn, httpcore loads it: 1.3 MiB for what is never spoken."""
    if "httpcore" in sys.modules or "h2" in sys.modules:
        return
    sys.modules["h2"] = None  # type: ignore[assignment]  # how an import is told to fail
    try:
        import httpcore  # noqa: F401
    finally:
        del sys.modules["h2"]


def _remember_that_sniffio_is_absent() -> None:
    """Each lock of httpcore, of which a request has a dozen, tries to import it, and searches `sys.path`."""
    if find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]  # how an import is told to fail


@asynccontextmanager
async def open_client(
    environment: Mapping[str, str], patience: Patience = PATIENCE
) -> AsyncIterator[httpx.AsyncClient]:
    """The one HTTP client of a process. It follows no redirect and keeps no cookie.

    What goes to this machine never passes through a proxy.
    """
    context = await anyio.to_thread.run_sync(_trust)
    _load_without_http2()
    _remember_that_sniffio_is_absent()
    async with httpx.AsyncClient(
        transport=Connections(partial(httpx.AsyncHTTPTransport, context, limits=ALONE), AT_ONCE),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(patience.silence, connect=patience.connect),
        mounts=ways_out(environment, context, AT_ONCE),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    ) as client:
        yield client


async def ask(
    client: httpx.AsyncClient,
    request: Request,
    secret: Secret | None,
    clock: Callable[[], datetime],
    patience: Patience = PATIENCE,
    *,
    limit: int = MAX_BODY,
) -> Received | NoAnswer:
    """Send it and read what comes back, whatever that is. Raises Refused before anything is sent.

    A body of more bytes than the limit is given up.
    """
    if objected := objection(request.url, has_secret=secret is not None):
        raise Refused(objected)
    begun = time.monotonic()
    try:
        with anyio.fail_after(patience.whole):
            return await _exchange(client, request, secret, clock, begun, limit)
    except (TimeoutError, httpx.TimeoutException):
        fault = Fault.TIMEOUT
    except httpx.ConnectError as error:
        fault = _fault_of(error)
    except httpx.RemoteProtocolError as error:
        fault = Fault.CONNECT if _broke_off(error) else Fault.PROTOCOL
    except (httpx.ProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, NotUnpackable, UnicodeError):
        fault = Fault.PROTOCOL
    except (httpx.NetworkError, httpx.ProxyError):
        fault = Fault.CONNECT
    except TooLarge:
        fault = Fault.TOO_LARGE
    return NoAnswer(fault, clock(), _since(begun))


async def _exchange(
    client: httpx.AsyncClient,
    request: Request,
    secret: Secret | None,
    clock: Callable[[], datetime],
    begun: float,
    limit: int,
) -> Received:
    headers = {**request.headers, "accept-encoding": UNPACKED}
    if secret is not None and request.secret_header is not None:
        name, before = request.secret_header
        headers[name] = before + secret.reveal()
    async with client.stream(request.method, request.url, headers=headers, json=request.json) as response:
        unpack = unpacker(response.headers.get("content-encoding", ""), limit)
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += unpack(chunk)
            if len(body) > limit:
                raise TooLarge
        text = bytes(body).decode("utf-8", "replace")
        told = dict(response.headers)
        if secret is not None:
            # A server may repeat what it was sent; nothing that is kept or shown may hold it.
            told = {secret.hide_in(name): secret.hide_in(value) for name, value in told.items()}
        return Received(response.status_code, told, _shown(text, secret), clock(), _since(begun), request.url)


def _shown(text: str, secret: Secret | None) -> object:
    """The body, as data if it is JSON: an escaped secret would come back to life when it is parsed later."""
    try:
        body = json.loads(text)
        if not isinstance(body, str):
            return _without(body, secret) if secret else body
    except (ValueError, RecursionError):
        pass
    return secret.hide_in(text) if secret else text


def _without(body: object, secret: Secret) -> object:
    match body:
        case str():
            return secret.hide_in(body)
        case dict():
            return {secret.hide_in(str(name)): _without(value, secret) for name, value in body.items()}
        case list():
            return [_without(value, secret) for value in body]
        case _:
            return body


def _broke_off(error: httpx.RemoteProtocolError) -> bool:
    """It hung up where more was due, which says nothing about how it speaks HTTP."""
    words = str(error).casefold()
    return "disconnected" in words or "closed connection" in words


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
