"""Every agent on generated homes, from each of its profiles to each other: no key reaches another's host."""

import os
import random
from itertools import islice, permutations
from pathlib import Path

import pytest

from quotaboard.agents import facade, registry
from quotaboard.domain.agent import AgentState, Applied, Refusal, RefusalKind
from tests.agents.every_agent import LAY, PUBLIC, Laid, host_of

PAIRS = 6
"""Of one home."""
NOT_DONE = (RefusalKind.LEAK, RefusalKind.LACKING, RefusalKind.OVERRIDDEN, RefusalKind.UNKNOWN)
"""A route that nothing names is gone once it was left."""


def test_every_agent_that_writes_files_is_here() -> None:
    """Paperclip writes none: its agents keep their keys, and a switch sends it an adapter and a model."""
    assert {*LAY, "paperclip"} == set(registry.BUILT_IN)


@pytest.mark.parametrize("agent", LAY)
def test_no_pair_of_profiles_lets_a_key_reach_another_providers_host(
    agent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examples: int
) -> None:
    homes = max(examples // 50, 2)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)  # a power cut is another test's question
    switched = 0
    for seed in range(homes):
        laid = LAY[agent](random.Random(seed), tmp_path / str(seed))
        before = laid.config.read_bytes()
        names = [one.name for one in state_of(agent, laid).profiles]
        for pair in islice(permutations(names, 2), PAIRS):
            laid.config.write_bytes(before)
            for name in pair:
                plan = facade.plan_switch(agent, name, laid.around)
                if isinstance(plan, Refusal):
                    assert plan.kind in NOT_DONE, (seed, pair, plan)
                    continue
                done = facade.apply(plan, laid.around)
                assert isinstance(done, Applied), (seed, pair, done)
                assert done.verified, (seed, pair, done)
                if plan.edits:
                    assert strays(state_of(agent, laid), laid) == [], (seed, pair, name)
                    switched += 1
    assert switched > homes


def state_of(agent: str, laid: Laid) -> AgentState:
    states = facade.find_agents(laid.around)
    return next(state for state in states if state.home.agent == agent)


def strays(state: AgentState, laid: Laid) -> list[str]:
    """The keys that the next request would take to a host where they do not belong."""
    route = state.sends
    assert route is not None, state
    host = host_of(route.base_url) or PUBLIC.get(route.provider) or route.provider
    keys = [key for key in (route.key, *state.also_sends) if key and key.fingerprint]
    return [
        f"{key.place} to {host}" for key in keys if host not in laid.belongs.get(key.fingerprint or "", set())
    ]
