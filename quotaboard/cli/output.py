"""The only writer of stdout: data, and nothing else."""

import os
import sys
from io import TextIOWrapper

_lost: list[str] = []
"""Why output was lost, once it was."""
_left: list[bool] = []
"""Filled once whoever read has left."""


TYPE_CHECKING = False  # importing `typing` for it takes 5 ms
if TYPE_CHECKING:
    from quotaboard.domain.masking import Mask

_masks: list["Mask"] = []
"""What hides identities in this run, where that was asked for."""


def mask_with(mask: "Mask | None") -> None:
    """Hide identities in all that is written from now on."""
    _masks[:] = [] if mask is None else [mask]


def prepare() -> None:
    """Let a terminal that cannot show a sign show `?` in its place rather than fail."""
    _lost.clear()
    _left.clear()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def holds_a_board() -> bool:
    """Whether this is a terminal, and one whose cursor can be moved."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def line(text: str = "") -> None:
    """One line of data."""
    _write((_masks[0].aligned(text) if _masks else text) + "\n")


def text(whole: str) -> None:
    """A text that is masked already, and ends its own lines."""
    _write(whole)


def document(value: object) -> None:
    """A JSON document for another program."""
    import json  # 3 ms that a table does not need

    value = _masks[0].value(value) if _masks else value
    _write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def record(value: object) -> None:
    """A JSON document on a line of its own, seen at once by whoever follows."""
    import json

    value = _masks[0].value(value) if _masks else value
    _write(json.dumps(value, ensure_ascii=False) + "\n")
    flush()


def is_read() -> bool:
    """Whether somebody still takes what is written, as far as is known."""
    return not _left


def flush() -> None:
    """Let what was written be seen before something else is said."""
    _write("")


def finish() -> str | None:
    """Flush what was written; the reason when some of it was lost, as on a full disk."""
    flush()
    return _lost[0] if _lost else None


def _write(text: str) -> None:
    if sys.stdout is None:  # closed by whoever started us
        return
    try:
        sys.stdout.write(text)
        if not text:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has enough, as in `quotaboard status | head -1`; the exit code still counts.
        _left.append(True)
        _discard_the_rest()
    except OSError as error:
        _lost.append(error.strerror or type(error).__name__)
        _discard_the_rest()


def _discard_the_rest() -> None:
    """What is still buffered would fail again when the interpreter ends, and with a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
