"""What a demo stands on: credentials of the embedded provider, and agents in a folder that goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from quotaboard.cli.rehearsed_past import pretend_past
from quotaboard.config.values import Config, CredentialEntry
from quotaboard.domain.agent import GivenProfile
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from quotaboard.poll.live import Live
from quotaboard.poll.place import Place
from quotaboard.simulator import Account, Other, Scenario, SimulatedProvider
from quotaboard.simulator.agents import AgentKind
from quotaboard.simulator.homes import lay_homes
from quotaboard.sources.base import Found
from quotaboard.store.credentials import Known
from quotaboard.store.opening import open_memory


@contextmanager
def demo_session(
    server: SimulatedProvider, folder: Path | None = None, *, remembers: bool = True
) -> Iterator[Live]:
    """A live session whose every credential is an account of that server, over a store in memory.

    The store begins with a pretended past, unless it is to remember nothing.
    The scenario's agents live in `folder`, else in a temporary one: they can be switched like real ones.
    Also what screenshots are made from.
    """
    if folder is None:
        with (
            TemporaryDirectory(prefix="quotaboard-demo-") as temporary,
            demo_session(server, Path(temporary), remembers=remembers) as live,
        ):
            yield live
        return
    scenario = server.scenario
    lay_homes(scenario, server.base_url, folder / "home")
    entries = [_entry(account, server.base_url) for account in scenario.accounts]
    entries += [_other_entry(other, server.base_url) for other in scenario.others]
    given = {account.name: _given(account) for account in scenario.accounts}
    given |= {other.name: _other_given(other) for other in scenario.others}
    config = Config(credentials=tuple(entries), profiles=tuple(_profiles(scenario)))
    # With a root of its own: what runs or is managed on this machine is none of a demo's business.
    place = Place({}, folder / "home", folder / "state", given, root=folder / "root")
    with open_memory() as store:
        if remembers:
            pretend_past(store, scenario, server.clock.started_at)
            # The first frame comes before the first look.
            known = [Known(one.credential, consent=True) for one in given.values()]
            store.credentials.remember(known, now=server.clock.started_at)
        yield Live(store, config, place, server.clock.now)


def _profiles(scenario: Scenario) -> Iterator[GivenProfile]:
    """Claude Code's own files know no other routes than the one in force."""
    for agent in scenario.agents:
        if agent.kind is AgentKind.CLAUDE_CODE:
            for line in agent.lines:
                yield GivenProfile(
                    agent.kind.value, agent.name_of(line), "anthropic", line.model, line.account
                )


def _entry(account: Account, base_url: str) -> CredentialEntry:
    return CredentialEntry(
        account.name,
        "none",
        probe=True,
        models=tuple(account.models),
        shapes=tuple(account.shapes),
        base_url=base_url,
    )


def _given(account: Account) -> Found:
    secret = Secret(account.token)
    credential = Credential(
        account.name,
        "anthropic",
        Kind(account.kind),
        "demo",
        found_in=(account.source,),
        plan=account.plan if Kind(account.kind) is not Kind.API_KEY else None,
        fingerprint=secret.fingerprint,
        reads_usage=Kind(account.kind) is Kind.OAUTH,
    )
    return Found(credential, secret)


def _other_entry(other: Other, base_url: str) -> CredentialEntry:
    return CredentialEntry(
        other.name,
        "none",
        other.provider,
        probe=True,
        models=other.models,
        shapes=other.shapes,
        base_url=base_url + other.base,
    )


def _other_given(other: Other) -> Found:
    secret = Secret(other.token) if other.token else None
    credential = Credential(
        other.name,
        other.provider,
        Kind(other.kind),
        "demo",
        found_in=(other.source,),
        plan=other.plan,
        fingerprint=secret.fingerprint if secret else None,
        account=other.account,
    )
    return Found(credential, secret)
