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

_masks: list[Mask] = []
"""The mask of this run, once there is one."""


def put_on(args: Namespace, *, knows_machine: bool = True) -> None:
    """From now on everything that is written goes through a mask, which knows what is stored here."""
    mask = mask_of_machine(args) if knows_machine else _mask(Board(opening.now()), None)
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

    config = load_config(config_place(args.config).path)
    return _mask(_stored_board(), None if isinstance(config, list) else config)


def _mask(board: Board, config: Config | None) -> Mask:
    import socket

    from quotaboard.poll.identity import mask_for

    return mask_for(board, config, os.environ, socket.gethostname())


def _stored_board() -> Board:
    """What is known; nothing where there is no store yet, or it cannot be read."""
    from quotaboard.config.paths import state_dir
    from quotaboard.poll.view import board_of
    from quotaboard.store.opening import open_store

    now = opening.now()
    with suppress(StoreTrouble), open_store(state_dir(), now=now, readonly=True) as store:
        return board_of(store, now)
    return Board(now)
