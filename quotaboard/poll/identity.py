"""What must be hidden on this machine: everything that names its owner, their accounts and their hosts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from quotaboard.agents.hosts import owner_of_host
from quotaboard.domain.board import AgentView, Board
from quotaboard.domain.lane import Credential
from quotaboard.domain.loopback import is_loopback
from quotaboard.domain.masking import Mask, Trait
from quotaboard.providers.registry import built_in

if TYPE_CHECKING:
    from quotaboard.config.values import Config

AGENTS = ("hermes", "claude-code", "openclaw", "codex", "opencode", "aider", "paperclip")
PUBLIC = frozenset({*AGENTS, "claude", "default", "keyring", "none", "environment", "demo"})
"""Words that every installation knows."""
OWNED = re.compile(r"(?:file|env|keyring|hermes|openclaw):(.+)", re.DOTALL)
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
MAKERS = frozenset({"CLAUDE", "GOOGLE", "AWS", "AZURE", "HF", "OPENCLAW", "HERMES", "CODEX", "QUOTABOARD"})
"""How variables of programs begin, besides the names of providers."""
ADDRESSES = ("_BASE_URL", "_API_BASE", "_HOST", "_ENDPOINT")
"""How variables end that name where requests go."""
TOO_COMMON = frozenset({"root", "user", "admin", "ubuntu", "runner", "localhost"})


def new_mask(home: str, *, user: str = "", machine: str = "") -> Mask:
    """A mask that knows the person at this machine and nothing else yet."""
    mask = Mask(
        home=home,
        public=PUBLIC | frozenset(built_in()),
        is_public=lambda host: owner_of_host(f"https://{host}") is not None,
        is_public_variable=_is_public_variable,
    )
    if len(user) > 2 and user not in TOO_COMMON:
        mask.know(Trait.USER, user)
    if len(machine) > 2 and machine not in TOO_COMMON:
        mask.know(Trait.MACHINE, machine)
    return mask


def learn_config(mask: Mask, config: Config) -> None:
    """What the user called things, in the order of the config."""
    for entry in config.credentials:
        mask.know(Trait.CREDENTIAL, entry.name)
        _learn_source(mask, entry.source)
        _learn_host(mask, entry.base_url)
    for name in config.providers:
        mask.know(Trait.PROVIDER, name)
    for profile in config.profiles:
        mask.know(Trait.PROFILE, profile.name)


def learn_board(mask: Mask, board: Board) -> None:
    """Every name on the board, in its order."""
    for view in board.credentials:
        mask.know(Trait.CREDENTIAL, view.credential.name)
    for view in board.credentials:
        mask.know(Trait.MACHINE, view.host)
        learn_credential(mask, view.credential)
    for agent in board.agents:
        learn_agent(mask, agent)


def learn_credential(mask: Mask, credential: Credential) -> None:
    """What it is called, whose it is, and where it was found."""
    mask.know(Trait.CREDENTIAL, credential.name)
    mask.know(Trait.ACCOUNT, credential.account)
    mask.know(Trait.PROVIDER, credential.provider)
    _learn_source(mask, credential.source)
    _learn_host(mask, credential.base_url)
    for place in credential.found_in:
        for variable in VARIABLE.findall(place):
            _learn_variable(mask, variable)


def learn_agent(mask: Mask, agent: AgentView) -> None:
    """Its homes and its profiles."""
    mask.know(Trait.LABEL, agent.id.partition(":")[2])
    for profile in (*agent.profiles, *([agent.now] if agent.now else [])):
        mask.know(Trait.PROVIDER, profile.provider)
        mask.know(Trait.PROFILE, profile.name)
        if profile.host is not None:
            _learn_host(mask, f"https://{profile.host}")


def _learn_source(mask: Mask, source: str) -> None:
    """`env:NAME` and the like: what stands behind the colon is somebody's own."""
    if (found := OWNED.fullmatch(source)) is None:
        return
    owned = found[1]
    if source.startswith("env:"):
        _learn_variable(mask, owned)
    elif not source.startswith("file:"):
        mask.know(Trait.LABEL, owned)


def _learn_variable(mask: Mask, name: str) -> None:
    if not _is_public_variable(name):
        mask.know(Trait.VARIABLE, name)


def _is_public_variable(name: str) -> bool:
    """Whether programs of everybody's read it."""
    maker = name.partition("_")[0]
    return maker in MAKERS or maker.lower() in built_in()


def _learn_host(mask: Mask, url: str | None) -> None:
    """Also where it stands without a scheme, as in a sentence."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return
    if host and "." in host and not is_loopback(host) and owner_of_host(url) is None:
        mask.know(Trait.HOST, host)


def mask_for(board: Board, config: Config | None, environment: Mapping[str, str], machine: str) -> Mask:
    """A mask that knows this board, and what the config says."""
    user = environment.get("USER") or environment.get("LOGNAME") or ""
    mask = new_mask(environment.get("HOME", ""), user=user, machine=machine)
    for name, value in environment.items():
        if name.endswith(ADDRESSES):
            _learn_host(mask, value)
    # The board first: its order is the one that people see.
    learn_board(mask, board)
    if config is not None:
        learn_config(mask, config)
    return mask
