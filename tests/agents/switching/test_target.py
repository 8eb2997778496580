import os
from pathlib import Path

import pytest

from quotaboard.agents.switching.target import LIMIT, Target, examine
from quotaboard.domain.agent import Refusal, RefusalKind


def kind_of(outcome: Target | Refusal) -> RefusalKind | None:
    return outcome.kind if isinstance(outcome, Refusal) else None


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_bytes(b"x")
    return path


def test_a_read_only_file_is_somebodys_wish(config: Path) -> None:
    config.chmod(0o444)
    refusal = examine(config)
    assert isinstance(refusal, Refusal)
    assert refusal.kind is RefusalKind.READ_ONLY
    assert refusal.sentence == (
        f"{config} is read-only, so somebody wants it to stay as it is: "
        "allow writing (chmod u+w) or change it where it is made."
    )


def test_another_users_file_is_not_touched(config: Path) -> None:
    assert kind_of(examine(config, uid=os.geteuid() + 1)) is RefusalKind.FOREIGN


def test_a_file_with_two_names_is_not_parted(config: Path) -> None:
    config.with_name("other").hardlink_to(config)
    assert kind_of(examine(config)) is RefusalKind.LINKED


def test_a_link_to_a_read_only_file_says_where_it_leads(config: Path) -> None:
    config.chmod(0o400)
    link = config.with_name("link")
    link.symlink_to(config)
    refusal = examine(link)
    assert isinstance(refusal, Refusal)
    assert refusal.sentence.startswith(f"{config} (through the link {link}) is read-only")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_not_a_file_is_broken(make: object, tmp_path: Path) -> None:
    path = tmp_path / "thing"
    assert callable(make)
    make(path)
    assert kind_of(examine(path)) is RefusalKind.BROKEN


def test_a_dangling_link_is_broken(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("nowhere")
    assert kind_of(examine(link)) is RefusalKind.BROKEN


def test_a_link_to_itself_is_a_refusal(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    assert isinstance(examine(link), Refusal)


def test_a_huge_file_is_refused(config: Path) -> None:
    config.write_bytes(b"x" * (LIMIT + 1))
    assert kind_of(examine(config)) is RefusalKind.FAILED


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    refusal = examine(tmp_path / "none" / "config")
    assert isinstance(refusal, Refusal)
    assert str(tmp_path / "none") in refusal.sentence
