"""Where OpenClaw keeps its config and state, and whether its gateway runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.agents.processes import can_be_told, started_at
from quotaboard.agents.reading import mapping, read_content
from quotaboard.domain.agent import Activity, Home, Refusal, Running

NAME = "openclaw"


@dataclass(frozen=True, slots=True)
class Place:
    """One state folder and the config that goes with it."""

    state: Path
    config: Path
    label: str | None = None
    active: bool = True

    @property
    def home(self) -> Home:
        return Home(NAME, str(self.state), self.label, self.active)


def places(around: Surroundings) -> list[Place]:
    """The one that a plain `openclaw` would use, then those of other profiles."""
    base = _variable("OPENCLAW_HOME", around) or around.home
    current = _current(base, around)
    config = _variable("OPENCLAW_CONFIG_PATH", around) or current / "openclaw.json"
    found = []
    if config.is_file() or current.is_dir():
        found.append(Place(current, config, _label(current, base, usual=None)))
    try:
        others = sorted(base.glob(".openclaw*/openclaw.json"))
    except OSError:
        others = []
    for path in others:
        if path.parent != current and path.parent.name.startswith((".openclaw-", ".openclaw")):
            label = _label(path.parent, base, usual="default")
            found.append(Place(path.parent, path, label, active=False))
    return found


def place_of(home: Home, around: Surroundings) -> Place:
    """The place that a home stands for."""
    known = next((place for place in places(around) if str(place.state) == home.path), None)
    state = Path(home.path)
    return known or Place(state, state / "openclaw.json", home.label, home.active)


def running(place: Place, around: Surroundings) -> Running:
    """Whether a gateway owns this state folder, by the lock that it keeps there."""
    folder = place.state / "tmp"
    try:
        locks = list(folder.glob("openclaw*/gateway.state.lock"))
    except OSError:
        locks = []
    for lock in locks:
        content = read_content(lock)
        if isinstance(content, Refusal):
            continue
        try:
            # Blanks follow the object, in a pattern that tells OpenClaw's own programs who wrote it.
            owner = mapping(json.JSONDecoder().raw_decode(content.text)[0])
        except ValueError:
            continue
        pid, began = owner.get("pid"), owner.get("startTime")
        if isinstance(pid, int) and (now := started_at(pid, around)) and began in (None, now):
            return Running(Activity.RUNNING, (pid,), "gateway")
    # A lock that is left behind looks like one that is held, where the system does not say what runs; and
    # versions that kept their locks elsewhere made no such folder.
    told = folder.is_dir() and (can_be_told(around) or not locks)
    return Running(Activity.STOPPED if told else Activity.UNKNOWN)


def _current(base: Path, around: Surroundings) -> Path:
    if folder := _variable("OPENCLAW_STATE_DIR", around):
        return folder
    profile = around.variable("OPENCLAW_PROFILE")
    named = profile is not None and profile != "default" and Path(profile).name == profile
    return base / (f".openclaw-{profile}" if named else ".openclaw")


def _variable(name: str, around: Surroundings) -> Path | None:
    value = around.variable(name)
    return around.expand(value) if value and value not in ("undefined", "null") else None


def _label(state: Path, base: Path, usual: str | None) -> str | None:
    if state.parent == base and state.name.startswith(".openclaw-"):
        return state.name.removeprefix(".openclaw-")
    return usual
