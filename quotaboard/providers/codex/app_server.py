"""The plan's limits as Codex itself reads them: its app server, asked one question over its own pipes.

Codex finds its login, renews it under its own lock, and asks its own endpoint. It is run as it is, in an
environment built from nothing, for a stray `OPENAI_API_KEY` would speak of another account.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from quotaboard.domain.answer import Answer, Asked, Endpoint, Fault
from quotaboard.domain.lane import Client
from quotaboard.providers.client_process import (
    Command,
    Ending,
    Line,
    converse,
    inherited,
    is_safe,
    private_folder,
)
from quotaboard.providers.codex.provider import PROVIDER

PATIENCE = timedelta(seconds=20)
"""Codex 0.169 takes 0.4 s of its own; a renewal of the login and its endpoint come on top."""

_QUESTION = 3
_SAID = (
    {"id": 1, "method": "initialize", "params": {"clientInfo": {"name": "quotaboard", "version": "0"}}},
    {"method": "initialized"},
    {"id": _QUESTION, "method": "account/rateLimits/read", "params": {}},
)
_FAULTS = {
    Ending.LATE: Fault.TIMEOUT,
    Ending.TOO_LARGE: Fault.TOO_LARGE,
    Ending.ANSWERED: Fault.NO_CLIENT,
    Ending.LEFT: Fault.NO_CLIENT,
    Ending.ABSENT: Fault.NO_CLIENT,
}


def find_codex(environment: Mapping[str, str]) -> Path | None:
    """The installed client: the one that QUOTABOARD_CODEX names, else `codex` on the PATH."""
    named = environment.get("QUOTABOARD_CODEX") or "codex"
    found = shutil.which(named, path=environment.get("PATH", ""))
    return Path(found).absolute() if found else None


def arguments(base_url: str | None) -> tuple[str, ...]:
    """What it is started with; an address of one's own counts for this run only."""
    address = () if base_url is None else ("-c", f"chatgpt_base_url={json.dumps(base_url)}")
    return ("app-server", *address, "-c", "analytics.enabled=false")


async def plan_limits(
    codex: Path,
    *,
    environment: Mapping[str, str],
    base_url: str | None,
    clock: Callable[[], datetime],
    patience: timedelta = PATIENCE,
) -> Answer:
    """What `account/rateLimits/read` says; it costs no tokens."""
    asked = Asked(client=Client.OFFICIAL, endpoint=Endpoint.USAGE)
    if not is_safe(base_url):
        return Answer(PROVIDER.name, clock(), asked, fault=Fault.CONNECT)
    says = b"".join(json.dumps(line).encode() + b"\n" for line in _SAID)
    with private_folder() as folder:
        told = inherited(environment, base_url) | {"TMPDIR": str(folder)}
        told |= {name: environment[name] for name in ("HOME", "CODEX_HOME") if environment.get(name)}
        command = Command((str(codex), *arguments(base_url)), told, folder, says)
        heard = await converse(command, _is_reply, patience)
    reply = next((line for line in heard.lines if _is_reply(line)), None)
    answer = None if reply is None else PROVIDER.read_told(reply, asked, clock(), None)
    return answer or Answer(PROVIDER.name, clock(), asked, fault=_FAULTS[heard.ending])


def _is_reply(line: Line) -> bool:
    return line.get("id") == _QUESTION and ("result" in line or "error" in line)
