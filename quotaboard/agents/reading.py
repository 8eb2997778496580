"""Agents' files, read as bytes and text: each way in which one can be bad is a value."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from quotaboard.domain.agent import Refusal, RefusalKind

LIMIT = 4 << 20
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, and the text in them."""

    raw: bytes | None = field(repr=False)
    """None when there is no such file; its text is empty then."""
    text: str = field(repr=False, default="")
    """With its byte order mark and line ends."""

    @property
    def plain_text(self) -> str:
        """Without the mark, for agents that strip it."""
        return self.text.removeprefix("\ufeff")


def read_content(path: Path) -> Content | Refusal:
    """What the file holds."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return _broken(path, f"{path} is not a file: move it away.")
            raw = file.read(LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            return _broken(path, f"{path} is a link to a file that is not there: restore that file.")
        return Content(None)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _broken(path, f"{path} cannot be read ({reason}): see to that first.")
    if len(raw) > LIMIT:
        return _broken(path, f"{path} is larger than {LIMIT >> 20} MiB, which cannot be right: check it.")
    try:
        return Content(raw, raw.decode())
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Refusal(
            RefusalKind.BROKEN, f"{path}:{line}: not UTF-8 text. Save it again as UTF-8.", str(path), line
        )


def read_document(path: Path) -> Mapping[str, Any] | Refusal:
    """The object in a JSON file; an empty one when there is no such file."""
    content = read_content(path)
    if isinstance(content, Refusal):
        return content
    if not content.text.strip("\ufeff \t\r\n"):
        return {}
    try:
        document = json.loads(content.text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        sentence = f"{path}:{error.lineno}: not JSON. Correct it."
        return Refusal(RefusalKind.BROKEN, sentence, str(path), error.lineno)
    except (ValueError, RecursionError):
        return _broken(path, f"{path} holds JSON that cannot be read: correct it.")
    return mapping(document)


def mapping(value: object) -> dict[str, Any]:
    """The object, or an empty one when it is something else."""
    # JSON has no other keys than texts.
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """The text without the blanks around it, empty when it is something else."""
    return value.strip() if isinstance(value, str) else ""


def _broken(path: Path, sentence: str) -> Refusal:
    return Refusal(RefusalKind.BROKEN, sentence, str(path))
