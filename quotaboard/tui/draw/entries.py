"""What can be chosen in the palette and among the themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from quotaboard.domain.board import CredentialView
from quotaboard.tui.draw.chooser import Entry
from quotaboard.tui.draw.commands import COMMANDS, Group
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.palette import Palette
from quotaboard.tui.draw.words import lane_word, lane_words, loudest, plan_words
from quotaboard.tui.tmux import Pane

GO_TO = "go to"


def palette_entries(
    keys: Mapping[str, str], views: Iterable[CredentialView] = (), *, on_board: bool
) -> list[Entry]:
    """Every command under its group, and, for who types, every credential and lane."""
    entries = [
        Entry(f"do {command.id}", command.label, group, keys[command.id], command.help)
        for group in Group
        for command in COMMANDS
        if command.group is group and command.id != "palette" and (on_board or command.everywhere)
    ]
    for view in views:
        name = view.credential.name
        lane = loudest(view.lanes)
        about = f"{plan_words(view.credential)} {lane_word(lane.judgement) if lane else ''}"
        entries.append(Entry(f"go {name}", shown(name), GO_TO, about=about, typed_only=True))
        entries += [
            Entry(
                f"go {one.lane.id}",
                lane_words(one.lane),
                GO_TO,
                about=lane_word(one.judgement),
                typed_only=True,
            )
            for one in view.lanes
        ]
    return entries


def pane_entries(panes: Sequence[Pane], home: str, *, hidden: bool) -> list[Entry]:
    """Panes under their sessions. `hidden`: by numbers alone, for what people call things tells of them."""
    sessions = list(dict.fromkeys(pane.session for pane in panes))
    if hidden:
        return [
            Entry(
                pane.id,
                f"window {pane.window}, pane {pane.pane}",
                f"session {sessions.index(pane.session) + 1}",
            )
            for pane in panes
        ]
    return [
        Entry(
            pane.id,
            f"{pane.window}.{pane.pane} {pane.called}",
            f"session {shown(pane.session)}",
            about=_below(pane.path, home),
        )
        for pane in panes
    ]


def _below(path: str, home: str) -> str:
    return f"~{path[len(home) :]}" if home and f"{path}/".startswith(f"{home}/") else path


def theme_entries(palettes: Iterable[Palette]) -> list[Entry]:
    """Themes by name, dark ones first."""
    known = sorted(
        palettes, key=lambda palette: (not palette.dark, not palette.name.startswith("quotaboard"))
    )
    return [Entry(palette.name, palette.name, "dark" if palette.dark else "light") for palette in known]
