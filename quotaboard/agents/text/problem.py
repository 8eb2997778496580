"""Why a text cannot be read or changed."""

from __future__ import annotations

from dataclasses import dataclass

from quotaboard.domain.agent import Refusal, RefusalKind


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where."""

    sentence: str
    """Without the file's name, which `as_refusal` puts in front."""
    line: int | None = None
    """From 1."""
    kind: RefusalKind = RefusalKind.BROKEN

    def as_refusal(self, path: str) -> Refusal:
        """The problem of the file at this path."""
        place = f"{path}:{self.line}" if self.line else path
        return Refusal(self.kind, f"{place}: {self.sentence}", path, self.line)


@dataclass(frozen=True, slots=True)
class Splice:
    """A stretch of a text, and what is to stand there instead."""

    start: int
    end: int
    replacement: str


def spliced(text: str, splices: list[Splice]) -> str:
    """The text with the splices made; they must not overlap."""
    for splice in sorted(splices, key=lambda one: (one.start, one.end), reverse=True):
        text = text[: splice.start] + splice.replacement + text[splice.end :]
    return text
