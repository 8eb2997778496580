"""Calls to the system keyring: only one to be trusted, off this thread, in limited time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

QUICK = timedelta(seconds=5)
"""For reading: an unlocked keyring answers in milliseconds."""
PATIENT = timedelta(minutes=2)
"""When a person may have to unlock it first."""

_OTHERWISE = "use an environment variable (env:NAME) or a file that only you can read (file:PATH) instead"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyringTrouble:
    """Why the keyring did not do it."""

    sentence: str


def in_keyring(action: Callable[[KeyringBackend], T], limit: timedelta = QUICK) -> T | KeyringTrouble:
    """What the action returns for the best keyring here.

    A daemon thread, because a locked keyring may wait for a person, and a thread pool would hold up our exit.
    """
    future: Future[T | KeyringTrouble] = Future()

    def work() -> None:
        try:
            future.set_result(_act(action))
        except Exception as error:
            log.warning("the keyring failed", exc_info=True)
            future.set_result(KeyringTrouble(f"The keyring failed ({type(error).__name__}): {_OTHERWISE}."))

    threading.Thread(target=work, name="keyring", daemon=True).start()
    try:
        return future.result(limit.total_seconds())
    except TimeoutError:
        seconds = round(limit.total_seconds())
        return KeyringTrouble(f"The keyring did not answer within {seconds} s: unlock it, then try again.")


def _act(action: Callable[[KeyringBackend], T]) -> T | KeyringTrouble:
    # 40 ms to find out which keyrings there are, so not before one is needed.
    import keyring
    from keyring.errors import InitError, KeyringError, KeyringLocked

    try:
        backend = _strongest(keyring.get_keyring())
    except (ImportError, AttributeError, ValueError):
        log.debug("no keyring backend of that name", exc_info=True)
        return KeyringTrouble(
            "The keyring named by PYTHON_KEYRING_BACKEND or keyringrc.cfg is not there: correct that."
        )
    try:
        trouble = _distrust(backend)
        return KeyringTrouble(trouble) if trouble else action(backend)
    except KeyringLocked:
        return KeyringTrouble("The keyring is locked: unlock it, then try again.")
    except InitError:
        return KeyringTrouble(f"The keyring is not set up: create one in its settings, or {_OTHERWISE}.")
    except (KeyringError, RuntimeError) as error:
        return KeyringTrouble(f"The keyring refused ({type(error).__name__}): {_OTHERWISE}.")


def _strongest(backend: KeyringBackend) -> KeyringBackend:
    """The best of several: the chainer asks each in turn, and lends weak ones its own high priority."""
    from keyring.backends.chainer import ChainerBackend

    if isinstance(backend, ChainerBackend):
        return max(backend.backends, key=lambda one: float(one.priority), default=backend)
    return backend


def _distrust(backend: KeyringBackend) -> str | None:
    from keyring.backends import fail, null

    if isinstance(backend, fail.Keyring):
        return f"No system keyring answers here (no desktop session, or none installed): {_OTHERWISE}."
    if isinstance(backend, null.Keyring):
        return f"The keyring is switched off, and what is written to it would vanish: {_OTHERWISE}."
    if "plaintext" in type(backend).__name__.lower():
        return f"The only keyring here ({backend.name}) stores secrets in clear: {_OTHERWISE}."
    if float(backend.priority) < 1:
        return f"The only keyring here ({backend.name}) is not recommended by its makers: {_OTHERWISE}."
    return None
