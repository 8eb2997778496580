"""`--mask`: whoever is named is hidden in all that this run says, on stdout, on stderr and on the board."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from quotaboard.cli import diagnostics, opening, output
from quotaboard.config.place import config_place
from quotaboard.domain.board import Board
from quotaboard.store.trouble import StoreTrouble

if TYPE_CHECKING:
    from argparse import Namespace

    from quotaboard.config.values import Config
    from quotaboard.domain.masking import Mask
    from quotaboard.poll.session import Session

T = TypeVar("T")

STRANGERS = ("demo",)
"""Commands that read nothing of their user."""
SEEKING = ("doctor", "init", "preflight", "profiles", "switch", "undo", "watch")
"""Commands that look for credentials and agents themselves, and tell of them before they are stored."""

NAMING = ("name", "agent", "profile", "lane", "words", "scenario")
FILING = ("out", "file", "files", "replay", "config")
"""What the command line calls names and files."""

_masks: list[Mask] = []
"""The mask of this run, once there is one."""


def put_on(args: Namespace, command: str) -> None:
    """From now on everything that is written goes through a mask, which knows what is stored here."""
    mask = _mask(Board(opening.now()), None) if command in STRANGERS else mask_of_machine(args)
    if command in SEEKING:
        _look_around(mask, args)
    _learn_typed(mask, args)
    _masks[:] = [mask]
    output.mask_with(mask)
    diagnostics.mask_with(mask.text)


def take_off() -> None:
    """The next run in this process shows what there is."""
    _masks.clear()
    output.mask_with(None)
    diagnostics.mask_with(None)


def worn() -> Mask | None:
    """The mask of this run."""
    return _masks[0] if _masks else None


def masked(board: Board) -> Board:
    """The board as this run may show it."""
    mask = worn()
    if mask is None:
        return board
    from quotaboard.poll.identity import learn_board

    learn_board(mask, board)
    return mask.value(board)


def hidden(value: T) -> T:
    """A part of a board that was masked before, or a word of it, as this run may show it."""
    mask = worn()
    return value if mask is None else mask.value(value)


def meant(name: str) -> str:
    """What a person means who names it as this run called it, or as it is."""
    mask = worn()
    return name if mask is None else mask.real(name)


def session(real: Session) -> Session:
    """The same for a board, where that was asked for."""
    if (mask := worn()) is None:
        return real
    from quotaboard.poll.masked import Masked

    return Masked(real, mask)


def mask_of_machine(args: Namespace) -> Mask:
    """It knows what the store and the config call things, and who and where this is."""
    from quotaboard.config.paths import state_dir
    from quotaboard.domain.masking import Trait
    from quotaboard.sources.keyring_index import keys

    board, checked = _stored()
    mask = _mask(board, _config(args, checked))
    stored = keys(state_dir())
    for name in (*(key.name for key in (stored if isinstance(stored, tuple) else ())), *_written(args)):
        mask.know(Trait.CREDENTIAL, name)
    return mask


def _config(args: Namespace, checked: str | None = None) -> Config | None:
    """What it says, if it is right; one that was found right before is not looked at as closely."""
    from quotaboard.config.loading import load_config

    loaded = load_config(config_place(args.config).path, checked=checked)
    return None if isinstance(loaded, list) else loaded


def _written(args: Namespace) -> list[str]:
    """The names in the config's file, which a complaint about it may quote."""
    try:
        text = config_place(args.config).path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return re.findall(r"""(?m)^\s*name\s*=\s*["']([^"'\n]+)["']""", text)


def _mask(board: Board, config: Config | None) -> Mask:
    import socket

    from quotaboard.poll.identity import mask_for

    return mask_for(board, config, os.environ, socket.gethostname())


def _look_around(mask: Mask, args: Namespace) -> None:
    """Learn what a command will find that was never stored: nothing is sent for it."""
    from quotaboard.config.values import Config
    from quotaboard.poll.agents import with_agents
    from quotaboard.poll.identity import learn_agent, learn_credential
    from quotaboard.poll.watching import Roster

    config, now = _config(args) or Config(), opening.now()
    roster = Roster(config, opening.place(), opening.now)
    found = roster.look_around()
    for _, one in found:
        learn_credential(mask, one.credential)
    for agent in with_agents(roster, config, found, now).agents:
        learn_agent(mask, agent)


def _learn_typed(mask: Mask, args: Namespace) -> None:
    """A name that nobody has is told again when it is not found, and may be somebody's with a slip in it."""
    from quotaboard.domain.masking import Trait

    for option in NAMING:
        told = getattr(args, option, None)
        for name in told if isinstance(told, list) else [told]:
            if isinstance(name, str):
                for part in name.partition("/")[0].split(":"):
                    mask.know(Trait.WORD, part)
    for option in FILING:
        told = getattr(args, option, None)
        for path in told if isinstance(told, list) else [told]:
            if isinstance(path, str | Path) and not Path(path).is_absolute() and str(path) != "-":
                mask.know(Trait.PATH, str(path))


def _stored() -> tuple[Board, str | None]:
    """What is known, if there is a store that can be read; and the config that was found right."""
    from quotaboard.config.paths import state_dir
    from quotaboard.poll.view import board_of
    from quotaboard.store.notes import CHECKED_CONFIG
    from quotaboard.store.opening import open_store

    now = opening.now()
    with suppress(StoreTrouble), open_store(state_dir(), now=now, readonly=True) as store:
        return board_of(store, now), store.notes.get(CHECKED_CONFIG)
    return Board(now), None
