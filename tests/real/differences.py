"""Hermes's resolver beside ours."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes import look
from quotaboard.agents.hermes import plan as plan_for
from quotaboard.agents.hermes.catalog import public_url
from quotaboard.agents.hermes.runtime import Runtime, resolve
from quotaboard.agents.hermes.world import read_world
from quotaboard.domain.agent import Home, Key, Refusal, SwitchPlan
from quotaboard.domain.secret import Secret
from tests.real.homes import GIVEN, case

PLACEHOLDERS = ("", "no-key-required", "dummy-lm-api-key")
DRIVER = Path(__file__).with_name("hermes_resolves.py")


def differences(hermes: Path, folder: Path, count: int) -> list[str]:
    """Every generated home about which the two disagree."""
    users = [folder / str(seed) for seed in range(count)]
    for seed, user in enumerate(users):
        case(seed).lay(user)
    return compared(hermes, folder, users)


def after_switches(hermes: Path, folder: Path, count: int) -> list[str]:
    """Every switch of a generated home after which Hermes would not send what the plan says."""
    users: list[Path] = []
    for seed in range(count):
        user = folder / str(seed)
        home = Home("hermes", str(case(seed).lay(user)))
        for profile in look(home, around(user)).profiles:
            plan = plan_for(home, profile, around(user))
            if isinstance(plan, SwitchPlan) and plan.edits:
                users.append(folder / f"{seed}-{len(users)}")
                shutil.copytree(user, users[-1])
                (users[-1] / ".hermes" / "config.yaml").write_bytes(plan.edits[0].after or b"")
    assert len(users) > count
    return compared(hermes, folder, users)


def around(user: Path) -> Surroundings:
    return Surroundings(
        {}, user, datetime.now(UTC), user / "state", root=user / "machine", own_profiles=GIVEN
    )


def compared(hermes: Path, folder: Path, users: list[Path]) -> list[str]:
    cases, mine = [], []
    for user in users:
        home = user / ".hermes"
        cases.append(json.dumps({"home": str(home), "user": str(user), "variables": {}}))
        world = read_world(home, around(user))
        assert not isinstance(world, Refusal), world
        mine.append(resolve(world))
    listing = folder / "cases"
    listing.write_text("\n".join(cases))
    finished = subprocess.run(
        [hermes.with_name("python"), DRIVER, listing],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )
    theirs = [json.loads(line) for line in finished.stdout.splitlines()]
    pairs = zip(mine, theirs, strict=True)
    found = zip(users, (_difference(ours, other) for ours, other in pairs), strict=True)
    return [f"{user.name}: {difference}" for user, difference in found if difference]


def _difference(ours: Runtime | Refusal, theirs: dict[str, Any]) -> str | None:
    if "error" in theirs:
        refused = isinstance(ours, Refusal) or (ours.sent.key is not None and ours.sent.key.missing)
        return None if refused else f"they say {theirs['error']}, we {ours}"
    if isinstance(ours, Refusal):
        return f"we say {ours.sentence}, they {theirs}"
    route = ours.sent
    url = route.base_url or public_url(route.native) or ""
    told = (url.rstrip("/"), route.api_mode, _print(route.key), _print(ours.listed.key), route.model)
    listed = theirs["listed"] if theirs["provider"] == "anthropic" else theirs["token"]
    want = (
        theirs["base_url"].rstrip("/"),
        theirs["api_mode"],
        _fingerprint(theirs["token"]),
        _fingerprint(listed),
        theirs["model"],
    )
    return None if told == want else f"{told} is not {want}"


def _print(key: Key | None) -> str | None:
    return key.fingerprint if key else None


def _fingerprint(token: str) -> str | None:
    return None if token in PLACEHOLDERS else Secret(token).fingerprint
