"""The marked lines go in and come out, and every other byte of a tmux config stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.cli.tmux.block import COLUMNS, Block, Foreign, body_for, digest, find, put_in, take_out

BODY = body_for("/usr/bin/quotaboard line --format tmux")
FILES = (
    b"",
    b"set -g mouse on\n",
    b"set -g mouse on",
    b"\n\n",
    b"set -g mouse on\r\n",
    "# größe\n".encode(),
    b"\xff\xfe\n",
    b"if -F 1 {\n  set -g mouse on\n}\n",
)


def put(content: bytes | None, body: bytes = BODY) -> bytes:
    after = put_in(content, body)
    assert isinstance(after, bytes), after
    return after


@pytest.mark.parametrize("content", FILES)
def test_what_was_installed_is_taken_out_to_the_byte(content: bytes) -> None:
    after = put(content)
    assert after.startswith(content)
    assert take_out(after) == content


def test_a_file_that_installing_made_is_gone_again() -> None:
    assert take_out(put(None)) is None
    assert take_out(put(None) + b"set -g mouse on\n") == b"set -g mouse on\n"


@given(st.binary().filter(lambda content: b"quotaboard" not in content), st.binary())
def test_any_file_is_the_same_again(content: bytes, later: bytes) -> None:
    after = put_in(content, BODY)
    if isinstance(after, Foreign):
        assert content.rstrip(b"\r\n").endswith(b"\\")
        return
    assert take_out(after) == content
    appended = take_out(after + later) if b"quotaboard" not in later else None
    if appended is not None and content.endswith(b"\n"):
        assert appended == content + later


def test_installing_twice_changes_nothing_and_a_new_path_renews_it() -> None:
    once = put(b"a\n")
    assert put(once) == once
    moved = body_for("/opt/quotaboard line --format tmux")
    renewed = put(once + b"b\n", moved)
    assert renewed.count(b">>>") == 1
    assert moved in renewed
    assert take_out(renewed) == b"a\nb\n"


INSTALLED = put_in(b"a\n", BODY)
assert isinstance(INSTALLED, bytes)


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (INSTALLED.replace(b"@quotaboard ", b"@mine "), "was edited: take those lines out"),
        (INSTALLED + INSTALLED, "are not one pair any more"),
        (INSTALLED.replace(b"# <<< quotaboard <<<\n", b""), "are not one pair any more"),
        (
            INSTALLED.replace(b">>> quotaboard ", b">>> quotaboard z"),
            "the first mark of quotaboard was edited",
        ),
    ],
    ids=["body", "twice", "no end", "head"],
)
def test_what_somebody_edited_is_not_ours_to_touch(spoilt: bytes, says: str) -> None:
    for outcome in (take_out(spoilt), put_in(spoilt, BODY)):
        assert isinstance(outcome, Foreign)
        assert outcome.line == 2
        assert says in outcome.sentence


@pytest.mark.parametrize("content", [b"set -g status-right \\\n", b"set -g status-right \\", b"a \\\r\n"])
def test_a_line_that_goes_on_is_not_continued_with_ours(content: bytes) -> None:
    assert isinstance(put_in(content, BODY), Foreign)


def test_the_block_knows_where_it_is() -> None:
    found = find(put(b"a\n") + b"b\n")
    assert isinstance(found, Block)
    assert (found.start, found.body, found.edited) == (2, BODY, False)
    assert digest(BODY).encode() in put(None)


def test_a_command_is_quoted_for_tmux() -> None:
    first = body_for("'/a \"b\"/$c#d' line").decode().splitlines()[0]
    assert first == f'set -g @quotaboard "#(\'/a \\"b\\"/\\$c##d\' line --columns={COLUMNS})"'
