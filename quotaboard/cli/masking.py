"""`--mask`: whoever is named is hidden in all that this run says, on stdout, on stderr and on the board."""

from __future__ import annotations

import os
from contextlib import suppress
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

_masks: list[Mask] = []
"""The mask of this run, once there is one."""


def put_on(args: Namespace, command: str) -> None:
    """From now on everything that is written goes through a mask, which knows what is stored here."""
    mask = _mask(Board(opening.now()), None) if command in STRANGERS else mask_of_machine(args)
    if command in SEEKING:
        _look_around(mask, args)
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


def session(real: Session) -> Session:
    """The same for a board, where that was asked for."""
    if (mask := worn()) is None:
        return real
    from quotaboard.poll.masked import Masked

    return Masked(real, mask)


def mask_of_machine(args: Namespace) -> Mask:
    """It knows what the store and the config call things, and who and where this is."""
    from quotaboard.config.loading import load_config
    from quotaboard.config.paths import state_dir
    from quotaboard.domain.masking import Trait
    from quotaboard.sources.keyring_index import keys

    config = load_config(config_place(args.config).path)
    mask = _mask(_stored_board(), None if isinstance(config, list) else config)
    stored = keys(state_dir())
    for key in stored if isinstance(stored, tuple) else ():
        mask.know(Trait.CREDENTIAL, key.name)
    return mask


def _mask(board: Board, config: Config | None) -> Mask:
    import socket

    from quotaboard.poll.identity import mask_for

    return mask_for(board, config, os.environ, socket.gethostname())


def _look_around(mask: Mask, args: Namespace) -> None:
    """Learn what a command will find that was never stored: nothing is sent for it."""
    from quotaboard.config.loading import load_config
    from quotaboard.config.values import Config
    from quotaboard.poll.agents import with_agents
    from quotaboard.poll.identity import learn_agent, learn_credential
    from quotaboard.poll.watching import Roster

    loaded = load_config(config_place(args.config).path)
    config, now = Config() if isinstance(loaded, list) else loaded, opening.now()
    roster = Roster(config, opening.place(), opening.now)
    found = roster.look_around()
    for _, one in found:
        learn_credential(mask, one.credential)
    for agent in with_agents(roster, config, found, now).agents:
        learn_agent(mask, agent)


def _stored_board() -> Board:
    """What is known; nothing where there is no store yet, or it cannot be read."""
    from quotaboard.config.paths import state_dir
    from quotaboard.poll.view import board_of
    from quotaboard.store.opening import open_store

    now = opening.now()
    with suppress(StoreTrouble), open_store(state_dir(), now=now, readonly=True) as store:
        return board_of(store, now)
    return Board(now)
