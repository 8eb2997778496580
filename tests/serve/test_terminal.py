"""What runs on a terminal of ours: a few lines of shell in place of the board."""

import asyncio
import os

import pytest

from quotaboard.serve.terminal import BoardTerminal, board_terminal

ECHO = """
stty -echo; stty size; echo ready; read line
trap "stty size; exit" WINCH
echo "got $line"
while :; do sleep 0.01; done
"""


async def until(terminal: BoardTerminal, words: str) -> str:
    shown = ""
    async with asyncio.timeout(20):
        async for part in terminal.painted():
            shown += part.decode()
            if words in shown:
                return shown
    raise AssertionError(shown)


async def test_it_has_its_size_takes_keys_and_hears_of_another_size() -> None:
    async with board_terminal(["sh", "-c", ECHO], os.environ, 80, 24) as terminal:
        assert "24 80" in await until(terminal, "ready")
        await terminal.type("hello\n")
        await until(terminal, "got hello")
        terminal.resize(100, 30)
        assert "30 100" in await until(terminal, "30 100")
        assert [part async for part in terminal.painted()] in ([], [b"\r\n"])


async def test_a_size_that_no_screen_has_is_bounded() -> None:
    async with board_terminal(["stty", "size"], os.environ, 10**6, 0) as terminal:
        assert "3 500" in await until(terminal, "\n")


async def test_it_ends_with_the_page() -> None:
    async with board_terminal(["sh", "-c", "echo $$; exec sleep 100"], os.environ, 80, 24) as terminal:
        process = int(await until(terminal, "\n"))
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


async def test_it_does_not_believe_to_be_in_the_terminal_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = {**os.environ, "TMUX": "/tmp/tmux", "COLUMNS": "20", "TERM": "dumb"}
    async with board_terminal(["sh", "-c", 'echo "[$TMUX$COLUMNS] $TERM"'], ours, 80, 24) as terminal:
        assert "[] xterm-256color" in await until(terminal, "color")
