import os
import stat
from pathlib import Path

import pytest

from quotaboard.serve.token import NAME, TokenTrouble, token_of


def test_it_is_made_once_and_stays(tmp_path: Path) -> None:
    first = token_of(tmp_path / "state")
    assert len(first.reveal()) >= 43
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert token_of(tmp_path / "state") == first
    assert [path.name for path in (tmp_path / "state").iterdir()] == [NAME]


def test_nobody_else_can_read_it_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    real = os.open

    def watched(path: str, flags: int, mode: int = 0o777) -> int:
        descriptor = real(path, flags, mode)
        opened.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    before = os.umask(0)
    try:
        token_of(tmp_path)
    finally:
        os.umask(before)
    assert set(opened) == {0o600}


def test_one_that_others_may_read_is_no_secret(tmp_path: Path) -> None:
    token_of(tmp_path)
    (tmp_path / NAME).chmod(0o640)
    with pytest.raises(TokenTrouble, match="can be read by others"):
        token_of(tmp_path)


@pytest.mark.parametrize("text", ["", "short", "a" * 31, "spaces in the middle of what should be a token"])
def test_a_file_without_a_token_is_not_taken_for_one(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).touch(mode=0o600)
    (tmp_path / NAME).write_text(text)
    with pytest.raises(TokenTrouble, match="holds no token"):
        token_of(tmp_path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    token_of(tmp_path / "elsewhere")
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere" / NAME)
    with pytest.raises(TokenTrouble, match="cannot be kept"):
        token_of(tmp_path)


def test_two_that_start_at_once_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, others = os.link, []

    def raced(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", real)
        others.append(token_of(tmp_path))
        real(source, target)

    monkeypatch.setattr(os, "link", raced)
    assert token_of(tmp_path) == others[0]
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
