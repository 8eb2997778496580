import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard.sources.documents import Trouble, moment, read_json, read_text, shown, text

FIX = "sign in again"


def trouble_with(path: Path) -> str:
    read = read_json(path, FIX, limit=4096)
    assert isinstance(read, Trouble)
    return read.sentence


BAD = {
    "empty": (b"", "{path} is empty: sign in again."),
    "blank": (b" \n\n", "{path} is empty: sign in again."),
    "half": (
        b'{\n "a": {\n  "b": "c',
        "{path}:3: not complete JSON; if it was not being written just then, sign in again.",
    ),
    "list": (b"[1]", "{path}:1: a JSON object belongs here, not a list: sign in again."),
    "text": (b'"sk-ant-oat01-x"', "{path}:1: a JSON object belongs here, not a text: sign in again."),
    "null": (b"null", "{path}:1: a JSON object belongs here, not null: sign in again."),
    "number": (b"1", "{path}:1: a JSON object belongs here, not a number or a truth value: sign in again."),
    "deep": (b"[" * 4000, None),
    "long number": (b"1" * 4096, None),
    "binary": (b'{"a": "\xff\xfe"}', "{path} is not UTF-8 text (byte 8): save it again as UTF-8."),
    "utf-16": ('{"a": 1}'.encode("utf-16"), "{path} is not UTF-8 text (byte 1): save it again as UTF-8."),
    "huge": (b" " * 4097, "{path} is larger than 4 KiB, which cannot be right: check it."),
}


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)
def test_each_way_to_be_bad_is_one_sentence(content: bytes, sentence: str | None, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    told = trouble_with(path)
    assert told.startswith(str(path))
    assert "\n" not in told
    if sentence:
        assert told == sentence.format(path=path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_json(path, FIX) == {"a": 1}


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none") == Trouble(f"There is no {tmp_path / 'none'}.", missing=True)


def test_a_file_below_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    read = read_text(tmp_path / "file" / "below")
    assert isinstance(read, Trouble)
    assert read.missing


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path)


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("gone"))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (folder, "is not a file"),
        (pipe, "is not a file"),
        (loop, "is a link that leads back to itself"),
        (dangling, "is a link to a file that is not there"),
    ],
)
def test_what_is_not_a_file_is_said_and_not_waited_for(
    make: Callable[[Path], None], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "file.json"
    make(path)
    assert trouble_with(path).startswith(f"{path} {says}: ")


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("{}")
    path = tmp_path / "file.json"
    path.symlink_to(tmp_path / "real")
    assert read_json(path, FIX) == {}


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (errno.EACCES, "may not be read by this user: give its owner the right (chmod u+r)."),
        (errno.EIO, "cannot be read (Input/output error): check the file and its disk."),
    ],
)
def test_what_the_system_refuses_is_said(
    code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refuse)
    assert trouble_with(tmp_path / "file.json") == f"{tmp_path / 'file.json'} {says}"


def test_a_path_that_cannot_exist_is_said() -> None:
    assert (
        trouble_with(Path("/tmp/a\0b"))
        == "/tmp/a\N{REPLACEMENT CHARACTER}b is not a possible path: correct it."
    )


def test_a_path_of_any_bytes_can_be_printed() -> None:
    assert shown(Path(os.fsdecode(b"/tmp/\xff\x1b[2J"))).encode() == "/tmp/\ufffd\ufffd[2J".encode()


@pytest.mark.parametrize(
    ("value", "then"),
    [
        (1795160000000, datetime(2026, 11, 20, 7, 33, 20, tzinfo=UTC)),
        (1795160000, datetime(2026, 11, 20, 7, 33, 20, tzinfo=UTC)),
        (1795160000.5, datetime(2026, 11, 20, 7, 33, 20, 500000, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (10**30, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ("1795160000000", None),
        (None, None),
    ],
)
def test_times_are_milliseconds_or_seconds(value: object, then: datetime | None) -> None:
    assert moment(value) == then


@pytest.mark.parametrize(
    ("value", "kept"), [(" max ", "max"), ("", None), ("a\x1b[2J", None), ("\ud800", None), (1, None)]
)
def test_only_text_that_can_be_shown_is_kept(value: object, kept: str | None) -> None:
    assert text(value) == kept
