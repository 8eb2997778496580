"""Serving until a signal ends it, and asking meanwhile if that was wished."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from quotaboard.cli import diagnostics, masking, opening, output
from quotaboard.cli.agents import tell_interrupted
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.standby import keep_quiet
from quotaboard.config.paths import state_dir
from quotaboard.domain.secret import Secret
from quotaboard.poll.live import Live
from quotaboard.serve.app import build_app
from quotaboard.serve.known import Known, known_in
from quotaboard.serve.running import address_of, first_of, listen, run_server
from quotaboard.serve.token import NAME, TokenTrouble, token_of

if TYPE_CHECKING:
    from quotaboard.serve.web import Web

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(args: Namespace) -> int:
    """The exit code: 128 and the number of the signal that ended it, as of `watch`."""
    try:
        token = token_of(state_dir())
    except TokenTrouble as trouble:
        diagnostics.error(str(trouble))
        return ExitCode.FAILED
    try:
        listening = listen(args.port)
    except OSError as error:
        diagnostics.error(
            f"Port {args.port} of this machine cannot be used: {error.strerror}. Name another with --port."
        )
        return ExitCode.FAILED
    keep_quiet()
    app = build_app(_known, token, _web(args) if args.web else None)
    _tell(address_of(listening), token, args)
    with listening:
        if not args.watch:
            return asyncio.run(_run(app, listening, None))
        opened = opening.open_for_writing(args.config)
        if isinstance(opened, ExitCode):
            return opened
        store, config = opened
        with store:
            live = Live(store, config, opening.place(), opening.now)
            tell_interrupted(live.switching(), readonly=args.readonly)
            return asyncio.run(_run(app, listening, live))


def _known() -> Known:
    """What is stored, with its names hidden where that was asked for."""
    known = known_in(state_dir(), opening.now)
    board = masking.masked(known.board)
    return replace(known, board=board, spent={masking.hidden(name): one for name, one in known.spent.items()})


async def _run(app: ASGIApp, listening: socket.socket, live: Live | None) -> int:
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, _end, ended, number)
    tasks = [asyncio.create_task(run_server(app, listening, lambda: asyncio.shield(ended)))]
    if live is not None:
        tasks.append(asyncio.create_task(live.run(lambda: None)))
    await first_of(*tasks)
    return ended.result() if ended.done() else ExitCode.OK


def _end(ended: asyncio.Future[int], number: int) -> None:
    if not ended.done():
        ended.set_result(128 + number)


def _web(args: Namespace) -> Web:
    from quotaboard.serve.web import Web  # needs a terminal's other end, which Windows has not

    return Web(_board_command(args), os.environ)


def _board_command(args: Namespace) -> list[str]:
    command = [sys.executable, "-P", "-m", "quotaboard", "board"]
    if args.config:
        command += ["--config", str(args.config.absolute())]
    if args.readonly:
        command.append("--readonly")
    if args.ascii:
        command.append("--ascii")
    if args.mask:
        command.append("--mask")
    return command


def _tell(address: str, token: Secret, args: Namespace) -> None:
    """Where it serves. The token itself is shown to a person alone, never to a log."""
    output.line(address)
    output.flush()
    diagnostics.note(f"Serving {address}/metrics and {address}/status.json to this machine until ctrl+c.")
    diagnostics.note(f"Whoever asks shows the token in {state_dir() / NAME} as `Authorization: Bearer …`.")
    if args.web and sys.stderr.isatty():
        diagnostics.note(f"The board: {address}/#token={token.reveal()}")
    elif args.web:
        diagnostics.note(f"The board: {address}/ asks for the token.")
