"""Hermes's resolver beside ours."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes.catalog import public_url
from quotaboard.agents.hermes.runtime import Runtime, resolve
from quotaboard.agents.hermes.world import read_world
from quotaboard.domain.agent import Key, Refusal
from quotaboard.domain.secret import Secret
from tests.real.homes import case

PLACEHOLDERS = ("", "no-key-required", "dummy-lm-api-key")
DRIVER = Path(__file__).with_name("hermes_resolves.py")


def differences(hermes: Path, folder: Path, count: int) -> list[str]:
    """Every home about which the two disagree."""
    cases, mine = [], []
    for seed in range(count):
        user = folder / str(seed)
        home = case(seed).lay(user)
        cases.append(json.dumps({"home": str(home), "user": str(user), "variables": {}}))
        around = Surroundings({}, user, datetime.now(UTC), user / "state", root=user / "machine")
        world = read_world(home, around)
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
    found = ((seed, _difference(ours, other)) for seed, (ours, other) in enumerate(pairs))
    return [f"{seed}: {difference}" for seed, difference in found if difference]


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
