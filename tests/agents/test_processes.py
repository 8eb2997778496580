"""Whether an agent runs, on systems that say so, and on macOS, which has no `/proc`."""

from collections.abc import Callable

import pytest

from quotaboard.agents import codex
from quotaboard.agents.aider import adapter as aider
from quotaboard.agents.base import Surroundings
from quotaboard.agents.claude_code.sessions import sessions
from quotaboard.agents.openclaw.places import Place, running
from quotaboard.agents.opencode import adapter as opencode
from quotaboard.domain.agent import Activity, Running
from tests.agents.conftest import Around, Lay

BY_NAME = {
    "codex": codex._running,
    "aider": aider._running,
    "opencode": opencode._running,
    "claude": sessions,
}


@pytest.mark.parametrize(("program", "look"), BY_NAME.items(), ids=BY_NAME)
def test_what_is_sought_by_its_name_runs_does_not_run_or_is_not_known(
    around: Around, lay: Lay, program: str, look: Callable[[Surroundings], Running]
) -> None:
    assert look(around()) == Running(Activity.UNKNOWN), "as on a Mac"
    lay("machine/proc/1/cmdline", "init\0")
    assert look(around()).activity is Activity.STOPPED
    lay("machine/proc/7/cmdline", f"/usr/bin/{program}\0serve\0")
    lay("machine/proc/8/cmdline", "")
    lay("machine/proc/9/cmdline", "a title that it gave itself, which ends as it likes")
    lay("machine/proc/10/cmdline", program)
    found = look(around())
    assert (found.activity, set(found.pids)) == (Activity.RUNNING, {7, 10})


def test_on_a_mac_a_lock_of_openclaw_may_be_held_or_left_behind(around: Around, lay: Lay) -> None:
    here = around()
    place = Place(here.home / ".openclaw", here.home / ".openclaw/openclaw.json", None)
    assert running(place, here).activity is Activity.UNKNOWN
    lay(".openclaw/tmp/other", "")
    assert running(place, here).activity is Activity.STOPPED
    lay(".openclaw/tmp/openclaw-0/gateway.state.lock", '{"pid": 4711, "startTime": 1}')
    assert running(place, here).activity is Activity.UNKNOWN
