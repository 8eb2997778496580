"""The marked lines in a tmux config: put in and taken out, so that every other byte stays as it was. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

LENGTH = 160
"""Cells that the right part of the status line may take; tmux's own 40 cut the line off."""
COLUMNS = "#{e|/:#{e|*:#{client_width},3},5}"
"""What the line may take of the terminal: tmux cuts a longer one off at the left, where the loudest is."""
PIECE = "#{E:@quotaboard}"
"""What stands in `status-right`."""

HEAD = "# >>> quotaboard "
TAIL = "# <<< quotaboard <<<"
ABOUT = "(`quotaboard tmux uninstall` takes this out)"
NEW_FILE, NEW_LINE = "new-file", "new-line"
"""What installing had to add besides the lines: notes for taking it back."""

_HEAD = re.compile(rf"{re.escape(HEAD)}(?P<digest>[0-9a-f]{{12}})(?P<notes>(?: new-(?:file|line))*) .*")


@dataclass(frozen=True, slots=True)
class Block:
    """Our lines in a file, and where they are."""

    start: int
    end: int
    """Offsets of bytes; the line's end is part of it."""
    body: bytes
    edited: bool
    """Somebody has changed what is between the marks."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreign:
    """Marks that are not as we make them, so that nothing between them is ours to touch."""

    line: int
    sentence: str


def body_for(command: str) -> bytes:
    """What tmux is told. Read any number of times, it shows the line once."""
    run = command.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("#", "##")
    lines = (
        f'set -g @quotaboard "#({run} --columns={COLUMNS})"',
        f"if -F '#{{m:*@quotaboard*,#{{status-right}}}}' '' 'set -ag status-right \" {PIECE}\"'",
        "if -F '#{@quotaboard_length}' '' 'set -gF @quotaboard_length \"#{status-right-length}\"'",
        f"if -F '#{{e|<:#{{status-right-length}},{LENGTH}}}' 'set -g status-right-length {LENGTH}'",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def find(content: bytes) -> Block | Foreign | None:
    """Our block; None when there is none."""
    starts = [one.start() for one in re.finditer(rf"(?m)^{re.escape(HEAD)}".encode(), content)]
    ends = [one.start() for one in re.finditer(rf"(?m)^{re.escape(TAIL)}[ \t]*$".encode(), content)]
    if not starts and not ends:
        return None
    first = min(starts + ends)
    line = content.count(b"\n", 0, first) + 1
    if len(starts) != 1 or len(ends) != 1 or ends[0] < starts[0]:
        return Foreign(
            line, "the marks of quotaboard are not one pair any more: take those lines out yourself."
        )
    head_end = content.index(b"\n", starts[0]) + 1
    end = content.find(b"\n", ends[0])
    end = len(content) if end < 0 else end + 1
    told = _HEAD.fullmatch(content[starts[0] : head_end - 1].decode(errors="replace").rstrip("\r"))
    body = content[head_end : ends[0]]
    if told is None:
        return Foreign(line, "the first mark of quotaboard was edited: take those lines out yourself.")
    return Block(starts[0], end, body, digest(body) != told["digest"], tuple(told["notes"].split()))


def put_in(content: bytes | None, body: bytes) -> bytes | Foreign:
    """The file with the block at its end, or renewed where it stands."""
    before = content or b""
    found = find(before)
    if isinstance(found, Foreign):
        return found
    if found is not None:
        return _edited(before, found) or (
            before[: found.start] + _block(body, found.notes) + before[found.end :]
        )
    if re.search(rb"\\\r?\n?\Z", before):
        line = before.count(b"\n") + 1
        return Foreign(line, "the last line goes on after a backslash: end it, so that ours can follow.")
    joined = bool(before) and not before.endswith(b"\n")
    notes = tuple(note for note, given in ((NEW_FILE, content is None), (NEW_LINE, joined)) if given)
    return before + (b"\n" if joined else b"") + _block(body, notes)


def take_out(content: bytes) -> bytes | Foreign | None:
    """The file as it was; None for one that installing had made, and that holds nothing else."""
    found = find(content)
    if isinstance(found, Foreign):
        return found
    if found is None:
        return content
    if (edited := _edited(content, found)) is not None:
        return edited
    head, rest = content[: found.start], content[found.end :]
    if NEW_LINE in found.notes and not rest:
        head = head.removesuffix(b"\n")
    return None if NEW_FILE in found.notes and not head + rest else head + rest


def digest(body: bytes) -> str:
    """By which an edit between the marks is noticed."""
    return hashlib.sha256(body).hexdigest()[:12]


def _block(body: bytes, notes: tuple[str, ...]) -> bytes:
    marks = " ".join((digest(body), *notes))
    return f"{HEAD}{marks} {ABOUT}\n".encode() + body + f"{TAIL}\n".encode()


def _edited(content: bytes, found: Block) -> Foreign | None:
    if not found.edited:
        return None
    line = content.count(b"\n", 0, found.start) + 1
    return Foreign(line, "what is between the marks of quotaboard was edited: take those lines out yourself.")
