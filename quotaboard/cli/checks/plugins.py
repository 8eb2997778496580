"""What third parties have added, and what of it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator

from quotaboard.agents import registry as agents
from quotaboard.agents.base import Agent
from quotaboard.cli.checks.section import Section, Wrong
from quotaboard.plugins import Broken, entries, load
from quotaboard.providers import registry as providers
from quotaboard.providers.base import Provider
from quotaboard.sources import catalog as sources
from quotaboard.sources.base import Source

PORTS: dict[str, type] = {providers.GROUP: Provider, sources.GROUP: Source, agents.GROUP: Agent}


def broken() -> Iterator[Broken]:
    """Every installed plug-in that cannot be loaded."""
    for group, port in PORTS.items():
        for entry in entries(group).values():
            loaded = load(entry, port)
            if isinstance(loaded, Broken):
                yield loaded


def plugin_section() -> Section:
    """Their names by group."""
    facts = {group.rpartition(".")[2]: sorted(entries(group)) for group in PORTS}
    return Section("plug-ins", facts, tuple(Wrong(one.sentence) for one in broken()))
