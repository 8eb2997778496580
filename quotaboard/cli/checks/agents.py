"""Agents: what was found, whether it runs, what keeps it from being moved, and switches cut short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from quotaboard.cli.checks.section import Section, Wrong
from quotaboard.domain.agent import Interrupted
from quotaboard.domain.board import AgentView, Board
from quotaboard.domain.document import moment

TITLE = "agent "
RUNS = {True: "yes", False: "no", None: None}


def agent_sections(board: Board, interrupted: Sequence[Interrupted]) -> Iterator[Section]:
    """One for each home of an agent."""
    for agent in board.agents:
        mine = [one for one in interrupted if (one.home.id, one.home.path) == (agent.id, agent.home)]
        yield agent_section(agent, mine)
    known = {(agent.id, agent.home) for agent in board.agents}
    strays = [one for one in interrupted if (one.home.id, one.home.path) not in known]
    if strays:
        yield Section("switches", wrong=tuple(map(_cut_short, strays)))


def agent_section(agent: AgentView, interrupted: Iterable[Interrupted]) -> Section:
    """One agent."""
    now = agent.now
    facts = {
        "name": agent.id,
        "home": agent.home,
        "version": agent.version,
        "running": RUNS[agent.running],
        "on": agent.active,
        "sends_to": f"{now.provider} at {now.host}" if now and now.host else now.provider if now else None,
        "model": now.model if now else None,
        "lane": agent.lane.id if agent.lane else None,
        "verdict": agent.judgement.verdict.value if agent.lane else None,
        "profiles": [one.name for one in agent.profiles],
        "cannot_be_switched": agent.locked,
        "warnings": list(agent.warnings),
        "happened_last": f"{moment(agent.said.at)} {agent.said.kind}: {agent.said.text}"
        if agent.said
        else None,
    }
    wrong = [_cut_short(one) for one in interrupted]
    if agent.trouble:
        wrong.append(Wrong(f"{agent.id} cannot be read: {agent.trouble}"))
    elif now is not None and now.trouble:
        wrong.append(
            Wrong(f"{agent.id} cannot work as it is: {now.trouble}", f"quotaboard profiles {agent.id}")
        )
    return Section(f"{TITLE}{agent.id}", facts, tuple(wrong))


def undo_section(last_at: datetime | None) -> Section:
    """An undo that waits for its second step is no trouble: the next start finishes it."""
    return Section("undo", {"waits_until": moment(last_at)} if last_at else {})


def _cut_short(one: Interrupted) -> Wrong:
    return Wrong(one.sentence, f"quotaboard undo {one.home.id}" if one.can_undo else None)
