"""The way out to the network, where the environment names a proxy."""

from __future__ import annotations

import ipaddress
import logging
import ssl
from collections.abc import Iterator, Mapping
from functools import partial

import httpx

from quotaboard.poll.connections import ALONE, Connections

VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
EXCEPTIONS = ("NO_PROXY", "no_proxy")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

Mounts = dict[str, httpx.AsyncBaseTransport | None]
"""Which requests go by which way; None for straight to the server."""

log = logging.getLogger(__name__)


def ways_out(environment: Mapping[str, str], context: ssl.SSLContext, most_idle: int) -> Mounts:
    """A proxy is used for https alone, where it sees no more than the host's name."""
    proxy = _first(environment, VARIABLES)
    if not proxy:
        return {}
    exceptions = dict.fromkeys(_patterns(_first(environment, EXCEPTIONS)), None)
    return {"https://": _through(proxy, context, most_idle), **exceptions}


class _NoWayOut(httpx.AsyncBaseTransport):
    """Stands for a proxy that cannot be used: going past it is not ours to decide."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ProxyError("the proxy that the environment names cannot be used", request=request)


def _through(proxy: str, context: ssl.SSLContext, most_idle: int) -> httpx.AsyncBaseTransport:
    address = proxy if "://" in proxy else f"http://{proxy}"
    connect = partial(httpx.AsyncHTTPTransport, context, proxy=address, limits=ALONE)
    try:
        connect()
    except (
        ValueError,
        ImportError,
        httpx.InvalidURL,
    ):  # of an unknown kind, SOCKS without its library, no URL
        log.warning(
            "HTTPS_PROXY names no proxy that can be used here: set it to http://HOST:PORT, or unset it"
        )
        return _NoWayOut()
    return Connections(connect, most_idle)


def _patterns(exceptions: str) -> Iterator[str]:
    hosts = [host.strip() for host in exceptions.split(",")]
    if "*" in hosts:
        yield "https://"
    for host in (*THIS_MACHINE, *hosts):
        name = host.lstrip(".")
        if not name or "*" in name or "/" in name:
            continue
        yield (
            f"https://{_bracketed(name)}" if host in THIS_MACHINE or _is_address(name) else f"https://*{name}"
        )


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := environment.get(name, "").strip())), "")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and _is_address(host) else host
