"""`quotaboard explain [FILE…] [--json]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from quotaboard.cli import diagnostics, output
from quotaboard.cli.diagnostics import ExitCode

STDIN = "-"
MOST_BYTES = 8_000_000
"""Of a longer input its end is read: a log grows there."""


class UnreadableInputError(Exception):
    """An input that holds no text; its words are the sentence for the person."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="an answer (`curl -i`, JSON), or a text with an error in it; - or nothing for stdin; "
        "several are judged together, as answers on one account",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: Namespace) -> ExitCode:
    names = args.files or [STDIN]
    if not args.files and sys.stdin is not None and sys.stdin.isatty():
        diagnostics.error(
            "There is nothing to explain. Name a file, or pipe an answer or a log line into it: "
            "`curl -i … | quotaboard explain`."
        )
        return ExitCode.USAGE
    try:
        texts = [_text_of(name) for name in names]
    except UnreadableInputError as unreadable:
        diagnostics.error(str(unreadable))
        return ExitCode.USAGE
    from quotaboard.providers.captured import answers_of
    from quotaboard.providers.explaining import explain

    explained = explain(answers_of(texts, datetime.now(UTC)))
    if args.json:
        from quotaboard.cli.explained import document

        output.document(document(explained))
    else:
        from quotaboard.cli.explained import lines

        for line in lines(explained):
            output.line(line)
    return ExitCode.OK


def _text_of(name: str) -> str:
    shown = "What came on stdin" if name == STDIN else name
    try:
        raw = _stdin() if name == STDIN else _file(Path(name))
    except IsADirectoryError:
        raise UnreadableInputError(
            f"{name} is a folder. Name a file with an answer or a log in it."
        ) from None
    except FileNotFoundError:
        raise UnreadableInputError(f"There is no file {name}. Check its name.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be a file's"
        raise UnreadableInputError(f"{shown} cannot be read: {reason}.") from None
    return _decoded(raw, shown)


def _stdin() -> bytes:
    if sys.stdin is None:  # closed by whoever started us
        return b""
    return sys.stdin.buffer.read()[-MOST_BYTES:]


def _file(path: Path) -> bytes:
    with path.open("rb") as file:
        if not file.seekable():
            return file.read()[-MOST_BYTES:]
        size = file.seek(0, 2)
        file.seek(max(0, size - MOST_BYTES))
        return file.read(MOST_BYTES)


def _decoded(raw: bytes, shown: str) -> str:
    """Text of any of the encodings that shells write; other bytes are refused."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\x00" in raw[:8192] or _looks_binary(raw[:8192]):
        raise UnreadableInputError(f"{shown} is not text. Give it an answer or a log as text.")
    return raw.decode("utf-8", "replace")


def _looks_binary(raw: bytes) -> bool:
    """More than a few bytes that no text has; a wrong letter in a log is no reason to refuse it."""
    control = sum(byte < 32 and byte not in b"\t\n\r\x1b\x0c\x08" for byte in raw)
    return control > len(raw) // 20 or raw.decode("utf-8", "replace").count("\ufffd") > len(raw) // 8
