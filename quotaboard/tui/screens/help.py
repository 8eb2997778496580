"""The keys and the words, from the tables that everything else uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quotaboard.config.keymap import SHOWN
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.wording import VERDICT_MEANINGS
from quotaboard.tui.draw.commands import COMMANDS, Group
from quotaboard.tui.draw.line import EMPTY, Line, fit, line, styled, wrapped
from quotaboard.tui.draw.words import FAINT, verdict_style, verdict_word
from quotaboard.tui.screens.sheet import Hints, Sheet

KEY = 10
WORD = 10
MARKS = (
    ("GATED?", "seen once: a second look will tell a gate from a burst"),
    ("open 3h", "small letters and an age: the last word, too old to rely on"),
)
PARTS = (
    ("lane", "one model of one credential, for one kind of request: this is what is open or blocked"),
    ("plain", "a request that carries nothing but words"),
    ("tools", "a request that carries tools, as those of agents do"),
    ("official", "sent by the provider's own program, such as Claude Code"),
    ("5h  7d", "a window: how much of it is used, and in how long it begins anew"),
    ("lasts", "at this pace it lasts until it begins anew; else when it will be empty"),
    ("2 of 4", "so many lanes of this credential are blocked"),
)
"""What else stands on the board, and names itself only."""


class HelpScreen(Sheet):
    """What each key does and what each word means."""

    HEADING = "help"

    def __init__(self, keys: Mapping[str, str], hints: Hints = ()) -> None:
        super().__init__()
        self._keys = keys
        self._hints = hints

    def lines(self, width: int) -> Sequence[Line]:
        return help_lines(width, self._keys, self._hints)


def help_lines(width: int, keys: Mapping[str, str] = SHOWN, hints: Hints = ()) -> list[Line]:
    """First what the screen underneath answers to, if it is not the board."""
    lines: list[Line] = []
    if hints:
        lines.append(styled("keys here", "bold"))
        for key, does in hints:
            lines += _entry(styled(key, "$here"), does, KEY, width)
        lines.append(EMPTY)
    lines.append(styled("what the words mean", "bold"))
    for verdict in Verdict:
        word = styled(verdict_word(verdict), verdict_style(verdict))
        lines += _entry(word, VERDICT_MEANINGS[verdict], WORD, width)
    for mark, meaning in MARKS:
        lines += _entry(styled(mark, FAINT), meaning, WORD, width)
    lines += [EMPTY, styled("what else stands there", "bold")]
    for part, meaning in PARTS:
        lines += _entry(styled(part), meaning, WORD, width)
    for group in Group:
        lines += [EMPTY, styled(f"keys: {group}", "bold")]
        for command in COMMANDS:
            if command.group is group:
                lines += _entry(styled(keys[command.id], "$here"), command.help, KEY, width)
    return lines


def _entry(head: Line, meaning: str, column: int, width: int) -> list[Line]:
    body = wrapped(meaning, max(width - column, 8), FAINT)
    heads = (head, *[EMPTY] * len(body))
    return [line(fit(one, column), said) for one, said in zip(heads, body, strict=False)]
