"""What is logged can be read in a terminal, and given away."""

import logging
import stat
from collections.abc import Iterator

import pytest

from quotaboard.cli.log import open_log


@pytest.fixture(autouse=True)
def no_handlers_left() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    for handler in set(root.handlers) - set(before):
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def test_what_servers_and_third_parties_say_moves_no_cursor_and_shows_no_secret() -> None:
    path = open_log(logging.WARNING)
    assert path is not None
    error = ValueError("\x1b]0;owned\x07 \x9b31m \u202eno Bearer sk-ant-api03-CANARYCANARY")
    logging.getLogger("theirs").error("a plug-in failed\nand says", exc_info=error)
    said = path.read_text()
    assert "failed\nand says\n" in said, "its lines stay lines"
    assert "ValueError: ?]0;owned? ?31m ?no Bearer <secret>" in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
