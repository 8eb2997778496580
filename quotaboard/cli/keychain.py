"""Claude Code's login from the macOS Keychain, for one run, because the person asked for it.

The system may show a dialog, so this happens before anything is asked and never while polling; nothing is
kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from quotaboard.cli import diagnostics, opening
from quotaboard.config.values import Config
from quotaboard.poll.place import Place
from quotaboard.poll.watching import Roster
from quotaboard.sources import claude_code, keychain
from quotaboard.sources.base import Surroundings


def with_keychain(place: Place, config: Config, security: Path = keychain.SECURITY) -> Place:
    """The place, in which each credential of Claude Code's has the Keychain's login, if there is one."""
    diagnostics.note("Asking the Keychain for Claude Code's login; macOS may ask you to allow it.")
    around = Surroundings(place.environment, place.home, opening.now(), place.state_dir)
    found = keychain.read(around, security=security)
    if found.trouble is not None:
        diagnostics.error(found.trouble)
        return place
    watched = asyncio.run(Roster(config, place, opening.now).watched())
    names = [one.entry.name for one in watched if one.entry.source == claude_code.WORD]
    if not names:
        diagnostics.error('No credential here is Claude Code\'s: add one with source = "claude-code".')
    given = {name: replace(found, credential=replace(found.credential, name=name)) for name in names}
    return replace(place, given={**place.given, **given})
