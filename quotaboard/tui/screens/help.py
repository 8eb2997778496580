"""The keys and the words, from the tables that everything else uses."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from quotaboard.domain.verdict import Verdict
from quotaboard.tui.commands import COMMANDS, Group
from quotaboard.tui.screens.sheet import Sheet
from quotaboard.tui.text import fit, styled, wrapped
from quotaboard.tui.words import FAINT, VERDICT_MEANINGS, verdict_style, verdict_word

KEY = 10
WORD = 10
MARKS = (
    ("·", "not known; never the same as 0 %"),
    ("GATED?", "seen once: a second look will tell a gate from a burst"),
    ("open 3h", "small letters and an age: the last word, too old to rely on"),
)


class HelpScreen(Sheet):
    """What each key does and what each word means."""

    HEADING = "help"

    def lines(self, width: int) -> Sequence[Content]:
        return help_lines(width)


def help_lines(width: int) -> list[Content]:
    lines: list[Content] = [styled("what the words mean", "bold")]
    for verdict in Verdict:
        word = styled(verdict_word(verdict), verdict_style(verdict))
        lines += _entry(word, VERDICT_MEANINGS[verdict], WORD, width)
    for mark, meaning in MARKS[1:]:
        lines += _entry(styled(mark, FAINT), meaning, WORD, width)
    for group in Group:
        lines += [Content(""), styled(f"keys: {group}", "bold")]
        for command in COMMANDS:
            if command.group is group:
                lines += _entry(styled(command.key, "$here"), command.help, KEY, width)
    return lines


def _entry(head: Content, meaning: str, column: int, width: int) -> list[Content]:
    body = wrapped(meaning, max(width - column, 8), FAINT)
    heads = (head, *[Content("")] * len(body))
    return [Content.assemble(fit(one, column), line) for one, line in zip(heads, body, strict=False)]
