"""Our own items in the system keyring: written by `quotaboard key set`, read as the source `keyring:NAME`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import keyring_index
from quotaboard.sources.base import Found, Surroundings, Wanted
from quotaboard.sources.documents import Trouble
from quotaboard.sources.keyring_call import PATIENT, QUICK, KeyringTrouble, in_keyring
from quotaboard.sources.keyring_index import Key
from quotaboard.sources.tokens import hold, is_subscription, kind_of, lacking, owner_of

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

WORD: Final = "keyring"
SERVICE: Final = "quotaboard"

_remembered: dict[tuple[str, str], Secret | KeyringTrouble] = {}
"""By name and time of storing. Asked once per session: a locked keyring may open a dialog each time."""


def discover(around: Surroundings) -> list[Found]:
    """What the index lists; without one the keyring is not touched."""
    known = keyring_index.keys(around.state_dir) if around.state_dir else ()
    return [] if isinstance(known, Trouble) else [_read(key, around.now) for key in known]


def read(wanted: Wanted, around: Surroundings) -> Found:
    """The item of that name; without one, the item that is called like the credential."""
    name = wanted.detail or wanted.name or ""
    known = keyring_index.keys(around.state_dir) if around.state_dir else ()
    if isinstance(known, Trouble):
        return lacking(_credential(name, wanted.provider or "anthropic", ""), known.sentence)
    # An item that the index has lost is still there under its name.
    lost = Key(name, wanted.provider or "", "", "")
    return _read(next((key for key in known if key.name == name), lost), around.now)


def store(
    name: str, provider: str, secret: Secret, *, state_dir: Path, now: datetime, limit: timedelta = PATIENT
) -> Key | Trouble:
    """Keep the secret under the name, and make sure that it can be read back."""

    def write(backend: KeyringBackend) -> Key | None:
        backend.set_password(SERVICE, name, secret.reveal())
        kept = backend.get_password(SERVICE, name)
        same = kept is not None and Secret(kept) == secret
        return Key(name, provider, backend.name, now.isoformat()) if same else None

    if isinstance(unreadable := keyring_index.keys(state_dir), Trouble):
        return unreadable
    written = in_keyring(write, limit)
    if isinstance(written, KeyringTrouble):
        return Trouble(written.sentence)
    if written is None:
        return Trouble("The keyring took the secret but does not give it back: check it in its own settings.")
    return keyring_index.add(state_dir, written) or written


def remove(name: str, *, state_dir: Path, limit: timedelta = PATIENT) -> Trouble | None:
    """Delete the item and its name. `missing` when there was neither."""

    def delete(backend: KeyringBackend) -> bool:
        if backend.get_password(SERVICE, name) is None:
            return False
        backend.delete_password(SERVICE, name)
        return True

    known = keyring_index.keys(state_dir)
    listed = not isinstance(known, Trouble) and any(key.name == name for key in known)
    deleted = in_keyring(delete, limit)
    if isinstance(deleted, KeyringTrouble):
        return Trouble(deleted.sentence)
    if not deleted and not listed:
        return Trouble(f'There is no key called "{name}": `quotaboard key list` shows them.', missing=True)
    return keyring_index.remove(state_dir, name)


def forget() -> None:
    """Ask the keyring again at the next use, for instance after the user has unlocked it."""
    _remembered.clear()


def _read(key: Key, now: datetime) -> Found:
    credential = _credential(key.name, key.provider, "")
    kept = _recall(key)
    if isinstance(kept, KeyringTrouble):
        return lacking(credential, kept.sentence)
    token = kept.reveal()
    if not token:
        sentence = f'The keyring holds nothing called "{key.name}": run `quotaboard key set {key.name}`.'
        return lacking(credential, sentence)
    credential = _credential(key.name, key.provider, token)
    return hold(credential, token, now, renew=f"run `quotaboard key set {key.name}`")


def _recall(key: Key) -> Secret | KeyringTrouble:
    """An empty secret when the keyring has no such item."""
    place = (key.name, key.stored_at)
    if place not in _remembered:
        answer = in_keyring(lambda backend: backend.get_password(SERVICE, key.name), QUICK)
        _remembered[place] = answer if isinstance(answer, KeyringTrouble) else Secret(answer or "")
    return _remembered[place]


def _credential(name: str, provider: str, token: str) -> Credential:
    return Credential(
        name=name or WORD,
        provider=owner_of(token) or provider,
        # Nobody stores a token of hours by hand, so a subscription's is a setup-token.
        kind=Kind.SETUP_TOKEN if is_subscription(token) else kind_of(token),
        source=f"{WORD}:{name}",
        found_in=(f"keyring ({name})",),
        reads_usage=not is_subscription(token),
    )
