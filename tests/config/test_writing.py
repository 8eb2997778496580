import errno
import os
import stat
from pathlib import Path

import pytest

from quotaboard.config.loading import load_config
from quotaboard.config.values import Config, CredentialEntry
from quotaboard.config.writing import save_config, with_credentials, with_setting
from quotaboard.domain.lane import Client

WRITTEN_BY_HAND = """\
# my own words
[poll]
fresh_for   =   "3m"    # not too often

[[credentials]]
name = "max"   # the big one
source = 'claude-code'
probe = false

[shapes.mine]
tools = 3
"""

MAX = CredentialEntry(name="max", source="claude-code", probe=True, models=("claude-haiku-4-5",))
KEY = CredentialEntry(name="key", source="env:ANTHROPIC_API_KEY", clients=(Client.DIRECT, Client.OFFICIAL))


def loaded(path: Path) -> Config:
    config = load_config(path)
    assert isinstance(config, Config), config
    return config


def test_a_new_config_reads_back_as_what_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    assert save_config(path, with_credentials("", [MAX, KEY])) is None
    assert loaded(path).credentials == (MAX, KEY)


def test_a_new_config_says_what_it_is(tmp_path: Path) -> None:
    assert with_credentials("", [MAX]).startswith("# quotaboard reads this file and never a secret from it.")


def test_comments_order_and_quoting_of_the_owner_stay() -> None:
    text = with_credentials(WRITTEN_BY_HAND, [KEY])
    before, _, after = WRITTEN_BY_HAND.partition("[shapes.mine]")
    assert text.startswith(before.rstrip())
    assert after.strip() in text


def test_a_known_credential_is_changed_where_it_stands(tmp_path: Path) -> None:
    text = with_credentials(WRITTEN_BY_HAND, [MAX])
    assert text.count("[[credentials]]") == 1
    assert 'name = "max"   # the big one' in text
    assert "source = 'claude-code'" in text
    path = tmp_path / "config.toml"
    path.write_text(text)
    assert loaded(path).credentials == (MAX,)


def test_writing_the_same_again_changes_nothing() -> None:
    once = with_credentials(WRITTEN_BY_HAND, [MAX, KEY])
    assert with_credentials(once, [MAX, KEY]) == once


@pytest.mark.parametrize("text", ["", WRITTEN_BY_HAND, WRITTEN_BY_HAND + '\n[ui]\ntheme = "day" # bright\n'])
def test_one_setting_is_set(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(with_setting(text, "ui", "theme", "night"))
    assert loaded(path).ui.theme == "night"


def test_the_config_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "config.toml"
    save_config(path, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    real.write_text("")
    link.symlink_to(real)
    save_config(link, WRITTEN_BY_HAND)
    assert link.is_symlink()
    assert real.read_text() == WRITTEN_BY_HAND


def test_on_a_full_disk_the_old_config_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(WRITTEN_BY_HAND)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    problem = save_config(path, "")
    assert problem is not None
    assert str(problem).endswith("cannot be written: No space left on device. It is as it was before.")
    assert path.read_text() == WRITTEN_BY_HAND
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_system_that_cannot_sync_a_folder_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, sync = tmp_path / "config.toml", os.fsync

    def files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", files_only)
    assert save_config(path, WRITTEN_BY_HAND) is None
    assert path.read_text() == WRITTEN_BY_HAND
