"""Anthropic's own client, asked on the user's behalf: does it serve where we are refused, and what is used.

The client is run as it is, with our question and from an empty folder. Its environment is built from nothing,
for a stray `ANTHROPIC_API_KEY` would move the question to another bill without a word.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from quotaboard.domain.answer import Answer, Asked, Endpoint, Fault
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import PLAIN, Client
from quotaboard.domain.secret import Secret
from quotaboard.providers import prices
from quotaboard.providers.anthropic import client_output
from quotaboard.providers.anthropic.reading import NAME
from quotaboard.providers.client_process import (
    Command,
    Ending,
    Heard,
    converse,
    handed_over,
    inherited,
    is_safe,
    private_folder,
)

PATIENCE = timedelta(seconds=45)
"""It takes under a second of its own; the rest is for the API."""
USAGE_PATIENCE = timedelta(seconds=20)
"""It takes 0.6 s of its own, and a renewal of the login may come before it."""

CONTROL_INPUT_TOKENS: Final = 330
"""Client 2.1.328 puts 1.3 kB of its own text around our six words: about 320 tokens; 2.1.197 about 120."""
CONTROL_OUTPUT_TOKENS: Final = 16
"""The most that one answer may have.

With less room than the answer needs, the client asks three more times to have it finished: four requests, and
an error in the end. One word needs about four tokens; the rest is for a model that adds a few of its own.
"""

_SYSTEM = "Reply with the word ok."
_QUESTION = "ok"
_SILENT = ("--tools", "", "--no-session-persistence", "--strict-mcp-config", "--setting-sources", "")
_STREAM = ("--output-format", "stream-json", "--verbose")
_USAGE_QUESTION = {
    "type": "control_request",
    "request_id": "q1",
    "request": {"subtype": "get_usage", "skip_behaviors": True},
}
_QUIET = {"DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1", "DISABLE_ERROR_REPORTING": "1"}
_PROBE_ONLY = {
    "CLAUDE_CODE_MAX_RETRIES": "0",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "CLAUDE_CODE_MAX_OUTPUT_TOKENS": str(CONTROL_OUTPUT_TOKENS),
    "MAX_THINKING_TOKENS": "0",
    "CLAUDE_CODE_EFFORT_LEVEL": "low",
}
_OWN_DEADLINE = 0.8
"""The client's own time limit as a share of ours, so that it can still say what it waited for."""
_TROUBLE = {
    Ending.LATE: Fault.TIMEOUT,
    Ending.TOO_LARGE: Fault.TOO_LARGE,
    Ending.ANSWERED: Fault.NO_CLIENT,
    Ending.LEFT: Fault.NO_CLIENT,
    Ending.ABSENT: Fault.NO_CLIENT,
}


def find_client(environment: Mapping[str, str]) -> Path | None:
    """The installed client: the one that QUOTABOARD_CLAUDE names, else `claude` on the PATH."""
    named = environment.get("QUOTABOARD_CLAUDE") or "claude"
    found = shutil.which(named, path=environment.get("PATH", ""))
    return Path(found).absolute() if found else None


def control_cost(model: str) -> Cost:
    """What one control probe is expected to cost at most."""
    return prices.cost(NAME, model, CONTROL_INPUT_TOKENS, CONTROL_OUTPUT_TOKENS)


async def control_probe(
    client: Path,
    model: str,
    *,
    environment: Mapping[str, str],
    secret: Secret | None,
    config_dir: Path | None,
    base_url: str | None,
    clock: Callable[[], datetime],
    patience: timedelta = PATIENCE,
) -> Answer:
    """The client's answer to one word, asked once.

    Without a secret it uses its own login, the one in `config_dir` if that is given. With one, a subscription
    token, it runs beside that login and sees nothing of it.
    """
    asked = Asked(model, PLAIN, 0, "oauth", Client.OFFICIAL, Endpoint.INFERENCE)
    if not is_safe(base_url):
        return Answer(NAME, clock(), asked, fault=Fault.CONNECT)
    argv = (
        *(str(client), "-p", _QUESTION, "--model", model, "--max-turns", "1"),
        *("--system-prompt", _SYSTEM, *_STREAM, *_SILENT),
    )
    with _prepared(argv, environment, config_dir, base_url, secret) as command:
        told = {**command.environment, **_PROBE_ONLY, "API_TIMEOUT_MS": _milliseconds(patience)}
        heard = await converse(replace(command, environment=told), _until_told(), patience, secret)
    answer = client_output.probe_answer(heard.lines, asked, clock())
    # A client that has just been given a token cannot lack one: it did not understand how it was given.
    if answer is None or (secret is not None and client_output.says_not_logged_in(answer)):
        return Answer(NAME, clock(), asked, fault=_TROUBLE[heard.ending])
    return answer


async def client_usage(
    client: Path,
    *,
    environment: Mapping[str, str],
    config_dir: Path | None,
    base_url: str | None,
    clock: Callable[[], datetime],
    patience: timedelta = USAGE_PATIENCE,
) -> Answer | None:
    """Plan usage as the client reads it for its own login, free of tokens; None when the client is too old.

    The client renews a login that has expired, under its own lock. With a base URL of its own it asks nobody.
    """
    asked = Asked(client=Client.OFFICIAL, endpoint=Endpoint.USAGE)
    if not is_safe(base_url):
        return Answer(NAME, clock(), asked, fault=Fault.CONNECT)
    argv = (str(client), "-p", "--input-format", "stream-json", *_STREAM, *_SILENT)
    question = json.dumps(_USAGE_QUESTION).encode() + b"\n"
    with _prepared(argv, environment, config_dir, base_url, None) as command:
        heard = await converse(replace(command, says=question), client_output.is_control_response, patience)
    response = _response(heard)
    if response is None:
        return Answer(NAME, clock(), asked, fault=_TROUBLE[heard.ending])
    return client_output.usage_answer(response, clock())


@contextmanager
def _prepared(
    argv: tuple[str, ...],
    environment: Mapping[str, str],
    config_dir: Path | None,
    base_url: str | None,
    secret: Secret | None,
) -> Iterator[Command]:
    """The command in a folder of its own, with the secret in a pipe if there is one."""
    with private_folder() as folder:
        for name in ("cwd", "tmp", "home"):
            (folder / name).mkdir(mode=0o700)
        told = _environment(environment, base_url) | {"TMPDIR": str(folder / "tmp")}
        if secret is None:
            told |= _own_login(environment, config_dir)
            yield Command(argv, told, folder / "cwd")
            return
        home = str(folder / "home")
        told |= {"HOME": home, "CLAUDE_CONFIG_DIR": f"{home}/.claude"}
        with handed_over(secret) as descriptor:
            told["CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR"] = str(descriptor)
            yield Command(argv, told, folder / "cwd", descriptors=(descriptor,))


def _environment(environment: Mapping[str, str], base_url: str | None) -> dict[str, str]:
    told = inherited(environment, base_url)
    if base_url:
        told["ANTHROPIC_BASE_URL"] = base_url
    return told | _QUIET


def _own_login(environment: Mapping[str, str], config_dir: Path | None) -> dict[str, str]:
    names = ("HOME",) if config_dir else ("HOME", "CLAUDE_CONFIG_DIR", "CLAUDE_SECURESTORAGE_CONFIG_DIR")
    told = {name: environment[name] for name in names if environment.get(name)}
    return told | ({"CLAUDE_CONFIG_DIR": str(config_dir)} if config_dir else {})


def _until_told() -> Callable[[client_output.Line], bool]:
    """Holds at the result, and already at a second reply: then an answer that was cut off is continued."""
    replies = 0

    def enough(line: client_output.Line) -> bool:
        nonlocal replies
        replies += client_output.is_reply(line)
        return client_output.is_result(line) or replies > 1

    return enough


def _response(heard: Heard) -> client_output.Line | None:
    return next((line for line in heard.lines if client_output.is_control_response(line)), None)


def _milliseconds(patience: timedelta) -> str:
    return str(max(1, int(patience / timedelta(milliseconds=1) * _OWN_DEADLINE)))
