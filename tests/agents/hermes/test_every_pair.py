"""Generated homes, each put on each of its profiles: no key reaches a host that is not its own."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from quotaboard.agents import facade
from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes import look
from quotaboard.agents.hermes.catalog import public_url
from quotaboard.agents.hermes.runtime import Runtime, resolve
from quotaboard.agents.hermes.world import read_world
from quotaboard.domain.agent import Applied, Home, Refusal, RefusalKind, SwitchPlan, Undone
from quotaboard.domain.secret import Secret
from tests.real.homes import GIVEN, VARIABLES, case

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

ANTHROPIC = {"api.anthropic.com", "gateway.example"}
HOSTS = {
    VARIABLES["ANTHROPIC_TOKEN"]: ANTHROPIC,
    VARIABLES["CLAUDE_CODE_OAUTH_TOKEN"]: ANTHROPIC,
    VARIABLES["ANTHROPIC_API_KEY"]: ANTHROPIC,
    VARIABLES["OPENROUTER_API_KEY"]: {"openrouter.ai"},
    VARIABLES["DEEPSEEK_API_KEY"]: {"api.deepseek.com", "mirror.example"},
    VARIABLES["MINIMAX_API_KEY"]: {"api.minimax.io"},
    VARIABLES["OPENAI_API_KEY"]: {"api.openai.com"},
    VARIABLES["RELAY_KEY"]: {"relay.example", "messages.example"},
    "fake-relay-inline": {"relay.example"},
    "sk-ant-oat01-fake-claude-code": ANTHROPIC,
    "sk-ant-oat01-fake-pool-one": ANTHROPIC,
    "sk-ant-oat01-fake-pool-two": ANTHROPIC,
    "sk-or-v1-fake-pool": {"openrouter.ai"},
}
"""Where each generated key belongs."""
BELONGS = {Secret(key).fingerprint: hosts for key, hosts in HOSTS.items()}


def surroundings(user: Path) -> Surroundings:
    return Surroundings({}, user, NOW, user / "state", root=user / "machine", own_profiles=GIVEN)


def reached(home: Path, around: Surroundings) -> tuple[str, set[str]]:
    """The host of the next request, and the keys in it."""
    world = read_world(home, around)
    assert not isinstance(world, Refusal)
    runtime = resolve(world)
    assert isinstance(runtime, Runtime), runtime
    url = runtime.sent.base_url or public_url(runtime.sent.native) or ""
    keys = (runtime.sent.key, *runtime.also)
    return urlsplit(url).hostname or "", {key.fingerprint for key in keys if key and key.fingerprint}


def test_every_pair_of_profiles_keeps_its_keys_apart(tmp_path: Path, examples: int) -> None:
    homes = max(examples // 50, 2)
    switched = 0
    for seed in range(homes):
        user = tmp_path / str(seed)
        home = case(seed).lay(user)
        around = surroundings(user)
        config = home / "config.yaml"
        before = config.read_bytes()
        for profile in look(Home("hermes", str(home)), around).profiles:
            plan = facade.plan_switch("hermes", profile.name, around)
            if profile.trouble and not profile.active:
                assert isinstance(plan, Refusal)
                assert plan.kind in (RefusalKind.LACKING, RefusalKind.LEAK)
                continue
            assert isinstance(plan, SwitchPlan), (seed, profile, plan)
            if not plan.edits:
                assert profile.active
                continue
            done = facade.apply(plan, around)
            assert isinstance(done, Applied)
            assert done.verified, (seed, profile)
            host, keys = reached(home, around)
            assert all(host in BELONGS[key] for key in keys), (seed, profile, host, keys)
            assert isinstance(facade.undo("hermes", around), Undone)
            assert config.read_bytes() == before
            switched += 1
    assert switched > homes
