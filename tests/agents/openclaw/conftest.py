"""A home of OpenClaw with its config and its state."""

from pathlib import Path

import pytest

from quotaboard.agents.base import Surroundings
from tests.agents.conftest import Around, Lay
from tests.agents.openclaw_home import CONFIG, RELAY, lay_state


@pytest.fixture
def here(around: Around, lay: Lay, home: Path, recorded: Path) -> Surroundings:
    lay(".openclaw/openclaw.json", CONFIG)
    lay_state(home / ".openclaw", recorded)
    return around(environment=RELAY)
