"""Log files that others write: only what is new, in whole lines, whatever happens to the file."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.agents.following import LONGEST_LINE, Follower


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "agent.log"
    path.write_text("old\n")
    return path


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_what_was_there_before_is_no_news(log: Path) -> None:
    follower = Follower(log)
    assert follower.new_lines() == []
    append(log, "one\ntwo\n")
    assert follower.new_lines() == ["one", "two"]
    assert follower.new_lines() == []


def test_a_line_is_told_once_it_is_whole(log: Path) -> None:
    follower = Follower(log)
    follower.new_lines()
    append(log, "on")
    assert follower.new_lines() == []
    append(log, "e\ntw")
    assert follower.new_lines() == ["one"]


def test_the_rest_of_a_line_that_began_before_is_left_out(log: Path) -> None:
    append(log, "half of a li")
    follower = Follower(log)
    follower.new_lines()
    append(log, "ne\nwhole\n")
    assert follower.new_lines() == ["whole"]


def test_a_rotation_by_renaming_loses_nothing(log: Path) -> None:
    follower = Follower(log)
    follower.new_lines()
    append(log, "before\n")
    log.rename(log.with_name("agent.log.1"))
    log.write_text("after\n")
    assert follower.new_lines() == ["before", "after"]


def test_a_rotation_between_two_looks_at_a_missing_file_is_followed(log: Path) -> None:
    follower = Follower(log)
    follower.new_lines()
    log.rename(log.with_name("agent.log.1"))
    assert follower.new_lines() == []
    log.write_text("after\n")
    assert follower.new_lines() == ["after"]


def test_a_file_that_was_truncated_begins_again(log: Path) -> None:
    follower = Follower(log)
    follower.new_lines()
    append(log, "a long line that is there\n")
    follower.new_lines()
    log.write_text("new\n")
    assert follower.new_lines() == ["new"]


@pytest.mark.parametrize("text", ["two is as long\n", "three is longer than that\n"])
def test_a_file_that_was_truncated_and_has_grown_as_long_again_is_read_anew(log: Path, text: str) -> None:
    follower = Follower(log)
    follower.new_lines()
    log.write_text("one is as long\n")
    assert follower.new_lines() == ["one is as long"]
    log.write_text(text)
    os.utime(log, ns=(0, 0))  # whatever the clock's step, it was written at another time
    assert follower.new_lines() == [text.rstrip()]


def test_a_file_that_is_only_touched_tells_nothing(log: Path) -> None:
    follower = Follower(log)
    follower.new_lines()
    append(log, "one\n")
    assert follower.new_lines() == ["one"]
    os.utime(log, ns=(0, 0))
    assert follower.new_lines() == []


def test_a_file_that_appears_later_is_read_from_its_beginning(tmp_path: Path) -> None:
    follower = Follower(tmp_path / "late.log")
    assert follower.new_lines() == []
    (tmp_path / "late.log").write_text("first\n")
    assert follower.new_lines() == ["first"]


def test_a_line_without_end_is_dropped_and_the_next_one_is_read(log: Path) -> None:
    follower = Follower(log)
    follower.new_lines()
    append(log, "x" * (LONGEST_LINE + 1))
    assert follower.new_lines() == []
    append(log, "still the same\nnext\n")
    assert follower.new_lines() == ["next"]


def test_bytes_that_are_no_text_do_no_harm(log: Path) -> None:
    follower = Follower(log)
    follower.new_lines()
    with log.open("ab") as file:
        file.write(b"\xff\xfe\r\nfine\n")
    assert follower.new_lines() == ["\ufffd\ufffd", "fine"]


def test_a_folder_or_a_pipe_in_its_place_is_left_alone(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    assert follower.new_lines() == []
    assert follower.new_lines() == []


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.text("ab\n", max_size=8)),
            st.tuples(st.just("rotate"), st.just("")),
            st.tuples(st.just("look"), st.just("")),
        ),
        max_size=40,
    )
)
def test_whole_lines_come_in_their_order_each_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    log = tmp_path_factory.mktemp("logs") / "agent.log"
    log.write_text("")
    follower = Follower(log)
    follower.new_lines()
    written: str = ""
    told: list[str] = []
    for step, text in steps:
        if step == "write":
            append(log, text)
            written += text
        elif step == "look":
            told += follower.new_lines()
        elif written.endswith("\n") or not written:  # a logger rotates between two lines
            log.rename(log.with_name("agent.log.1"))
            log.write_text("")
            # Twice between two looks would put the file out of reach.
            told += follower.new_lines()
    told += follower.new_lines()
    assert told == written.split("\n")[:-1]
