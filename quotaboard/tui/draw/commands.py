"""The one table of commands. Keys, bar, help screen and palette are made from it, so that none can lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from quotaboard.config.keymap import DEFAULT_KEYS, SHOWN
from quotaboard.domain.board import CredentialView, LaneView


class Group(StrEnum):
    """How the help screen sorts them."""

    AGENTS = "agents"
    LOOK = "look"
    ASK = "ask"
    MOVE = "move"
    APP = "the rest"


class Situation(NamedTuple):
    """What decides whether a command makes sense now."""

    view: CredentialView | None = None
    lane: LaneView | None = None
    paused: bool = False
    watched_elsewhere: bool = False
    cards: int = 0
    zoomed: bool = False
    agents: int = 0
    readonly: bool = False
    afar: bool = False
    """What is shown are other machines."""
    keys: Mapping[str, str] = SHOWN
    """How each command's key is written."""


Refusal = Callable[[Situation], str | None]

NO_AGENT = "No agent was found here. Hermes, Claude Code, OpenClaw and others show once they have a config."
AFAR = "This board shows other machines, as Prometheus knows them: open quotaboard there to do that."
READ_ONLY = "Nothing is written, because of --readonly: start quotaboard without it."


def _always(_: Situation) -> None:
    return None


def _needs_lane(now: Situation) -> str | None:
    return None if now.lane is not None else "There is no lane under the cursor."


def _needs_credential(now: Situation) -> str | None:
    return None if now.view is not None else "There is no credential yet: see what was searched, above."


def _not_afar(now: Situation) -> str | None:
    return AFAR if now.afar else None


def _can_consent(now: Situation) -> str | None:
    return _not_afar(now) or _needs_credential(now)


def _can_switch(now: Situation) -> str | None:
    return _not_afar(now) or _needs_agent(now)


def _can_ask(now: Situation) -> str | None:
    if now.afar:
        return AFAR
    if now.watched_elsewhere:
        return "Another quotaboard asks for all panes; refresh there."
    if now.paused:
        return f"Paused: press {now.keys['pause']} first, then refresh."
    return None


def _can_refresh(now: Situation) -> str | None:
    if (reason := _needs_credential(now) or _can_ask(now)) is not None:
        return reason
    if now.view is not None and not now.view.consent:
        key = now.keys["consent"]
        return f"Looks at {now.view.credential.name} are not allowed yet: press {key} to allow them."
    return None


def _can_refresh_all(now: Situation) -> str | None:
    return _needs_credential(now) or _can_ask(now)


def _can_copy(now: Situation) -> str | None:
    if (reason := _needs_lane(now)) is not None:
        return reason
    seen = now.lane is not None and now.lane.judgement.observed_at is not None
    return None if seen else "This lane was never looked at: there is no evidence to copy."


def _can_step(now: Situation) -> str | None:
    return None if now.cards > 1 else "There is only one credential."


def _needs_agent(now: Situation) -> str | None:
    return None if now.agents else NO_AGENT


def _can_undo(now: Situation) -> str | None:
    return _can_switch(now) or (READ_ONLY if now.readonly else None)


class Command(NamedTuple):
    """Something a person can do."""

    id: str
    label: str
    """For the bar and the palette."""
    help: str
    """A sentence for the help screen."""
    group: Group
    in_bar: bool = False
    for_agents: bool = False
    """In the bar only where there are agents."""
    everywhere: bool = False
    """Also works on the other screens."""
    refusal: Refusal = _always
    """Why it cannot be done now; None when it can."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Its default keys; a config may name others."""
        return DEFAULT_KEYS[self.id]


COMMANDS: tuple[Command, ...] = (
    Command("switch", "switch",
            "Put an agent on another profile: what each would do, and what would be written.", Group.AGENTS,
            in_bar=True, for_agents=True, refusal=_can_switch),
    Command("undo", "undo",
            "Take back the newest switch of an agent.", Group.AGENTS, refusal=_can_undo),
    Command("agents", "agents",
            "Go to the agents on top; enter goes to the tmux pane of one.", Group.AGENTS,
            refusal=_can_switch),
    Command("refresh", "refresh",
            "Look at this credential again, as soon as manners allow.", Group.ASK, in_bar=True,
            refusal=_can_refresh),
    Command("detail", "detail",
            "Show everything that is known about this lane, and how it was.", Group.LOOK, in_bar=True,
            refusal=_needs_credential),
    Command("credential", "credential",
            "Show this credential with all its windows and verdicts over time.", Group.LOOK,
            refusal=_needs_credential),
    Command("filter", "filter",
            "Show only what contains these words.", Group.LOOK, in_bar=True),
    Command("zoom", "zoom",
            "Give this card the whole screen, or give it back.", Group.LOOK, in_bar=True,
            refusal=_needs_credential),
    Command("pause", "pause", "Stop asking, or go on.", Group.ASK, in_bar=True, refusal=_not_afar),
    Command("consent", "consent",
            "Allow or forbid looks that spend tokens on this credential.", Group.ASK, in_bar=True,
            refusal=_can_consent),
    Command("refresh_all", "refresh all",
            "Look at every credential again.", Group.ASK, refusal=_can_refresh_all),
    Command("alerts", "alerts",
            "Show what you were alerted of, and how you are.", Group.LOOK),
    Command("mute", "mute alerts",
            "Hold alerts back in every pane, or let them go: what still holds is said then.", Group.ASK,
            refusal=_not_afar),
    Command("copy", "copy", "Copy the evidence for this lane.", Group.LOOK, refusal=_can_copy),
    Command("order", "sort",
            "Sort by the next thing: config order, trouble, fullest, name.", Group.LOOK),
    Command("reverse", "reverse", "Turn the order round.", Group.LOOK),
    Command("up", "up", "One lane up.", Group.MOVE),
    Command("down", "down", "One lane down.", Group.MOVE),
    Command("left", "left", "One lane to the left.", Group.MOVE),
    Command("right", "right", "One lane to the right.", Group.MOVE),
    Command("first", "first", "The first lane of all.", Group.MOVE),
    Command("last", "last", "The last lane of all.", Group.MOVE),
    Command("next_card", "next credential", "The next credential.", Group.MOVE, refusal=_can_step),
    Command("previous_card", "previous credential",
            "The previous credential.", Group.MOVE, refusal=_can_step),
    Command("jump", "jump",
            "Put a letter on everything in sight, and go where the next key says.", Group.MOVE,
            refusal=_needs_credential),
    Command("back", "back",
            "Leave the filter, the zoom or the screen. Never quits.", Group.MOVE),
    Command("theme", "theme", "Choose other colours.", Group.APP, everywhere=True),
    Command("palette", "all commands",
            "Everything, by name.", Group.APP, everywhere=True),
    Command("help", "help",
            "The keys and the words.", Group.APP, in_bar=True, everywhere=True),
    Command("quit", "quit", "Leave.", Group.APP, in_bar=True, everywhere=True),
)  # fmt: skip

BY_ID = {command.id: command for command in COMMANDS}


def local() -> tuple[Command, ...]:
    """Those that belong to the board."""
    return tuple(command for command in COMMANDS if not command.everywhere)


def universal() -> tuple[Command, ...]:
    """Those that work on every screen."""
    return tuple(command for command in COMMANDS if command.everywhere)
