import json
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import keyring
import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringError, KeyringLocked, PasswordDeleteError

from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import keyring_call, keyring_index, keyring_store
from quotaboard.sources.base import Wanted
from quotaboard.sources.documents import Trouble
from quotaboard.sources.keyring_index import Key

TOKEN = Secret("sk-ant-oat01-FAKE-keyring")
B = TypeVar("B", bound=KeyringBackend)
SHORT = timedelta(milliseconds=20)


class Fake(KeyringBackend):
    """A keyring in memory. keyring lists every subclass, so its own priority keeps it from being chosen."""

    priority: float = -1
    name = "Fake Keyring"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.priority = 5
        self.items: dict[tuple[str, str], str] = {}
        self.asked = 0
        self.before: Callable[[], None] = lambda: None

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.before()
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.before()
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.items.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Fake:
    return use(Fake(), monkeypatch)


@pytest.fixture
def state(home: Path) -> Path:
    return home / "state"


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Holds up a keyring, and lets it go when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def use(backend: B, monkeypatch: pytest.MonkeyPatch) -> B:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


def test_what_is_stored_can_be_read(backend: Fake, around: Any, state: Path, now: datetime) -> None:
    key = keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    assert key == Key("work", "anthropic", "Fake Keyring", now.isoformat())
    assert list(backend.items) == [("quotaboard", "work")]
    found = keyring_store.read(Wanted("work"), around())
    assert found.secret == TOKEN
    credential = found.credential
    assert (credential.name, credential.provider, credential.kind) == ("work", "anthropic", Kind.SETUP_TOKEN)
    assert (credential.source, credential.found_in) == ("keyring:work", ("keyring (work)",))
    assert not credential.reads_usage
    assert keyring_store.discover(around()) == [found]


def test_without_a_name_the_credentials_own_is_meant(
    backend: Fake, around: Any, state: Path, now: datetime
) -> None:
    keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    assert keyring_store.read(Wanted(name="work"), around()).secret == TOKEN


def test_the_keyring_is_asked_once_until_the_secret_is_replaced(
    backend: Fake, around: Any, state: Path, now: datetime
) -> None:
    keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    backend.asked = 0
    for _ in range(3):
        keyring_store.read(Wanted("work"), around())
    assert backend.asked == 1
    other = Secret("sk-ant-oat01-FAKE-other")
    keyring_store.store("work", "anthropic", other, state_dir=state, now=now + timedelta(seconds=1))
    assert keyring_store.read(Wanted("work"), around()).secret == other


def test_a_keyring_that_refused_is_not_asked_again_by_itself(
    backend: Fake, around: Any, state: Path, now: datetime
) -> None:
    keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    backend.asked = 0

    def locked() -> None:
        raise KeyringLocked

    backend.before = locked
    for _ in range(3):
        found = keyring_store.read(Wanted("work"), around())
        assert found.trouble == "The keyring is locked: unlock it, then try again."
    assert backend.asked == 1
    backend.before = lambda: None
    keyring_store.forget()
    assert keyring_store.read(Wanted("work"), around()).secret == TOKEN


def test_an_item_that_is_gone_says_how_to_store_it(backend: Fake, around: Any) -> None:
    found = keyring_store.read(Wanted("work"), around())
    assert found.trouble == 'The keyring holds nothing called "work": run `quotaboard key set work`.'


def test_an_item_that_the_index_lost_is_still_read(backend: Fake, around: Any) -> None:
    backend.items["quotaboard", "work"] = TOKEN.reveal()
    assert keyring_store.read(Wanted("work"), around()).secret == TOKEN


def test_without_an_index_the_keyring_is_not_touched(backend: Fake, around: Any) -> None:
    assert keyring_store.discover(around()) == []
    assert backend.asked == 0


def test_removing_deletes_the_item_and_its_name(
    backend: Fake, around: Any, state: Path, now: datetime
) -> None:
    keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    assert keyring_store.remove("work", state_dir=state) is None
    assert backend.items == {}
    assert keyring_index.keys(state) == ()
    gone = keyring_store.remove("work", state_dir=state)
    assert gone is not None
    assert gone.missing


def test_a_name_whose_item_was_deleted_elsewhere_can_be_removed(
    backend: Fake, state: Path, now: datetime
) -> None:
    keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    backend.items.clear()
    assert keyring_store.remove("work", state_dir=state) is None
    assert keyring_index.keys(state) == ()


def test_a_keyring_that_forgets_what_it_took_is_found_out(
    backend: Fake, state: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "set_password", lambda *_: None)
    stored = keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    assert isinstance(stored, Trouble)
    assert stored.sentence.startswith("The keyring took the secret but does not give it back")
    assert keyring_index.keys(state) == ()


class PlaintextKeyring(Fake):
    name = "PlaintextKeyring"


class Weak(Fake):
    def __init__(self) -> None:
        super().__init__()
        self.priority = 0.5


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (fail.Keyring, "No system keyring answers here (no desktop session, or none installed): "),
        (null.Keyring, "The keyring is switched off, and what is written to it would vanish: "),
        (PlaintextKeyring, "The only keyring here (PlaintextKeyring) stores secrets in clear: "),
        (Weak, "The only keyring here (Fake Keyring) is not recommended by its makers: "),
    ],
)
def test_a_keyring_that_cannot_be_trusted_is_refused_with_the_reason(
    make: type[KeyringBackend], says: str, state: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = use(make(), monkeypatch)
    stored = keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    assert isinstance(stored, Trouble)
    assert stored.sentence.startswith(says)
    assert stored.sentence.endswith("(env:NAME) or a file that only you can read (file:PATH) instead.")
    assert getattr(backend, "items", {}) == {}


def chain(*backends: KeyringBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chainer.ChainerBackend, "backends", list(backends))
    use(chainer.ChainerBackend(), monkeypatch)  # type: ignore[no-untyped-call]


def test_several_keyrings_are_no_better_than_the_best_of_them(
    state: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak, strong = Weak(), Fake()
    chain(weak, strong, monkeypatch=monkeypatch)
    keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    assert (len(weak.items), len(strong.items)) == (0, 1)
    chain(weak, Weak(), monkeypatch=monkeypatch)
    assert isinstance(keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now), Trouble)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (KeyringLocked(), "The keyring is locked: "),
        (InitError(), "The keyring is not set up: "),
        (KeyringError(), "The keyring refused (KeyringError): "),
        (RuntimeError(), "The keyring refused (RuntimeError): "),
        (ZeroDivisionError(), "The keyring failed (ZeroDivisionError): "),
    ],
)
def test_every_failure_is_a_sentence(error: Exception, says: str, backend: Fake, around: Any) -> None:
    def fails() -> None:
        raise error

    backend.before = fails
    trouble = keyring_store.read(Wanted("work"), around()).trouble
    assert trouble is not None
    assert trouble.startswith(says)


@pytest.mark.parametrize("name", ["no.such.Keyring", "keyring.backends.fail.Nothing", "nothing"])
def test_a_misspelt_keyring_is_a_sentence(name: str, around: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    assert keyring_store.read(Wanted("work"), around()).trouble == (
        "The keyring named by PYTHON_KEYRING_BACKEND or keyringrc.cfg is not there: correct that."
    )


def test_a_keyring_that_waits_for_a_person_does_not_hold_us_up(backend: Fake, gate: threading.Event) -> None:
    def wait() -> None:
        gate.wait()

    backend.before = wait
    answer = keyring_call.in_keyring(lambda keyring: keyring.get_password("a", "b"), SHORT)
    assert answer == keyring_call.KeyringTrouble(
        "The keyring did not answer within 0 s: unlock it, then try again."
    )
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "keyring")


def test_the_index_holds_names_and_no_secrets(backend: Fake, state: Path, now: datetime) -> None:
    keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    keyring_store.store("router", "openrouter", Secret("sk-or-v1-FAKE"), state_dir=state, now=now)
    path = state / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert list(json.loads(path.read_text())["keys"]) == ["router", "work"]
    assert "FAKE" not in path.read_text()
    assert sorted(file.name for file in state.iterdir()) == ["keys.json", "keys.lock"]


def test_a_broken_index_is_a_sentence_and_not_overwritten(
    backend: Fake, around: Any, state: Path, now: datetime
) -> None:
    state.mkdir()
    (state / "keys.json").write_text("{")
    stored = keyring_store.store("work", "anthropic", TOKEN, state_dir=state, now=now)
    assert isinstance(stored, Trouble)
    assert stored.sentence.startswith(f"{state}/keys.json:1: not complete JSON; ")
    assert backend.items == {}
    assert (state / "keys.json").read_text() == "{"
    assert keyring_store.discover(around()) == []
    assert keyring_store.read(Wanted("work"), around()).trouble == stored.sentence


def test_an_index_that_cannot_be_written_is_a_sentence(backend: Fake, home: Path, now: datetime) -> None:
    (home / "state").touch()
    stored = keyring_store.store("work", "anthropic", TOKEN, state_dir=home / "state", now=now)
    assert isinstance(stored, Trouble)
    assert stored.sentence == f"{home}/state/keys.json cannot be written (File exists): check its folder."
