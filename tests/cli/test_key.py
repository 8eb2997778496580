import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring.core
import pytest
from keyring.backend import KeyringBackend

from quotaboard.cli import main
from quotaboard.sources import keyring_store

TOKEN = "sk-ant-oat01-FAKE-canary-0123456789"
REFUSED = "quotaboard: Only a name belongs there: no secret is taken from the command line. "


class Fake(KeyringBackend):
    """A keyring in memory, which keyring itself never chooses."""

    priority: float = -1
    name = "Fake Keyring"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.priority = 5
        self.items: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.items[service, username]


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Fake:
    fake = Fake()
    monkeypatch.setattr(keyring.core, "_keyring_backend", fake)
    keyring_store.forget()
    return fake


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def pipe(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return pipe


def test_set_reads_the_secret_from_a_pipe(
    backend: Fake, piped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(f"{TOKEN}\n".encode())
    assert main(["key", "set", "work"]) == 0
    assert backend.items == {("quotaboard", "work"): TOKEN}
    told = capsys.readouterr()
    assert told.out == 'Stored "work" (anthropic) in Fake Keyring.\n'
    assert told.err == 'To use it, put `source = "keyring:work"` into the config.\n'


def test_set_asks_at_a_terminal(
    backend: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = []

    def asked(prompt: str) -> str:
        prompts.append(prompt)
        return TOKEN

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", asked)
    assert main(["key", "set", "work"]) == 0
    assert prompts == ["Token or key for work (it is not shown): "]
    assert backend.items == {("quotaboard", "work"): TOKEN}
    assert TOKEN not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("token", "words", "provider"),
    [
        (TOKEN, [], "anthropic"),
        ("sk-or-v1-FAKE", [], "openrouter"),
        ("sk-FAKE", [], "anthropic"),
        ("sk-FAKE", ["--provider", "deepseek"], "deepseek"),
    ],
)
def test_the_provider_is_told_or_seen(
    token: str, words: list[str], provider: str, backend: Fake, piped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(token.encode())
    assert main(["key", "set", *words, "work"]) == 0
    assert f"({provider})" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["set", "work", TOKEN],
        ["set", "work", "--provider", "anthropic", TOKEN],
        ["set", "work", "--token", TOKEN],
        ["set", "work", f"--key={TOKEN}"],
        ["set", TOKEN],
        ["rm", TOKEN],
        ["list", TOKEN],
    ],
)
def test_a_secret_in_the_command_line_is_refused_and_not_repeated(
    words: list[str], backend: Fake, piped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(b"")
    assert main(["key", *words]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(REFUSED)
    assert "canary" not in told.err + told.out
    assert backend.items == {}


def test_a_secret_in_place_of_the_action_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", TOKEN]) == 2
    assert capsys.readouterr().err == "quotaboard: `quotaboard key` is followed by set, rm or list.\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The input holds an empty token: type, paste or pipe the token or key itself."),
        (b"two words", "The input holds something that cannot be a token: "),
        (b"\xff\xfe", "The input holds something that cannot be a token: "),
        (b"a" * 100_000, "The input holds something that cannot be a token: "),
        (b"sk-ant-ort01-FAKE", "The input holds a refresh token, which is never used: "),
    ],
)
def test_what_no_provider_would_take_is_not_stored(
    content: bytes, says: str, backend: Fake, piped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(content)
    assert main(["key", "set", "work"]) == 2
    assert capsys.readouterr().err.startswith(f"quotaboard: {says}")
    assert backend.items == {}


def test_another_providers_key_is_not_stored(
    backend: Fake, piped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(b"sk-or-v1-FAKE")
    assert main(["key", "set", "work", "--provider", "anthropic"]) == 2
    assert capsys.readouterr().err == (
        "quotaboard: This is a key of openrouter, not of anthropic: leave out --provider, or check the key.\n"
    )


@pytest.mark.parametrize("name", ["a/b", "a b", "", "a\x1b[2J"])
def test_a_name_is_one_word(name: str, backend: Fake, piped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    piped(TOKEN.encode())
    assert main(["key", "set", name]) == 2
    assert capsys.readouterr().err.startswith("quotaboard: The name must be ")


def test_without_a_keyring_it_says_what_to_do_instead(piped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    piped(TOKEN.encode())
    assert main(["key", "set", "work"]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("quotaboard: No system keyring answers here")
    assert told.out == ""


def test_a_state_folder_that_cannot_be_made_is_a_sentence(
    backend: Fake,
    piped: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("QUOTABOARD_STATE_DIR", str(tmp_path / "file" / "below"))
    piped(TOKEN.encode())
    assert main(["key", "set", "work"]) == 1
    assert "cannot be made (Not a directory)" in capsys.readouterr().err
    assert backend.items == {}


def test_list_names_what_is_stored(backend: Fake, piped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for name, token in {"work": TOKEN, "router": "sk-or-v1-FAKE"}.items():
        piped(token.encode())
        main(["key", "set", name])
    capsys.readouterr()
    assert main(["key", "list"]) == 0
    assert capsys.readouterr().out == ("router  openrouter  Fake Keyring\nwork    anthropic   Fake Keyring\n")
    assert main(["key", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": "quotaboard.keys/1",
        "keys": [
            {"name": "router", "provider": "openrouter", "where": "Fake Keyring"},
            {"name": "work", "provider": "anthropic", "where": "Fake Keyring"},
        ],
    }


def test_an_empty_list_says_how_to_fill_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "list"]) == 0
    assert capsys.readouterr() == ("", "No keys are stored yet. `quotaboard key set NAME` stores one.\n")


def test_listing_does_not_open_the_keyring(backend: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> None:
        pytest.fail("the keyring was opened")

    monkeypatch.setattr(backend, "get_password", opened)
    assert main(["key", "list"]) == 0


def test_a_broken_index_is_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = home / ".local/state/quotaboard"
    folder.mkdir(parents=True)
    (folder / "keys.json").write_text("{")
    assert main(["key", "list"]) == 1
    assert capsys.readouterr().err.startswith(f"quotaboard: {folder}/keys.json:1: not complete JSON; ")


def test_rm_deletes(backend: Fake, piped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    piped(TOKEN.encode())
    main(["key", "set", "work"])
    capsys.readouterr()
    assert main(["key", "rm", "work"]) == 0
    assert capsys.readouterr().out == 'Removed "work".\n'
    assert backend.items == {}
    assert main(["key", "rm", "work"]) == 1
    assert capsys.readouterr().err == (
        'quotaboard: There is no key called "work": `quotaboard key list` shows them.\n'
    )


@pytest.mark.parametrize("words", [["key"], ["key", "set"], ["key", "rm"], ["key", "set", "a", "--provider"]])
def test_a_missing_word_is_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "usage: quotaboard key" in capsys.readouterr().err
