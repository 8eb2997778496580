"""When a switch takes effect: OpenClaw's gateway runs, or it does not, or it does not reload."""

import json

from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import Activity, When
from tests.agents.conftest import Lay
from tests.agents.openclaw_home import CONFIG, planned, state_of


def gateway(lay: Lay, pid: int, ticks: int) -> None:
    lock = {"pid": pid, "startTime": ticks, "port": 18789}
    lay(".openclaw/tmp/openclaw-0/gateway.state.lock", json.dumps(lock) + "\n\t \t\t  \n")
    lay(f"machine/proc/{pid}/stat", f"{pid} (open claw) S {' '.join(['0'] * 18)} {ticks} 0")


def test_a_running_gateway_takes_it_up_at_once(here: Surroundings, lay: Lay) -> None:
    gateway(lay, 4711, 384288)
    assert state_of(here).running.activity is Activity.RUNNING
    effect = planned("openrouter/auto", here).effects[0]
    assert effect.when is When.NEXT_MESSAGE
    assert "openrouter/auto" in effect.sentence


def test_a_lock_of_a_process_that_is_gone_says_stopped(here: Surroundings, lay: Lay) -> None:
    gateway(lay, 4711, 384288)
    lay("machine/proc/4711/stat", f"4711 (other) S {' '.join(['0'] * 18)} 999 0")
    assert state_of(here).running.activity is Activity.STOPPED
    assert planned("openrouter/auto", here).effects[0].when is When.NEW_SESSION


def test_a_gateway_that_does_not_reload_must_be_restarted(here: Surroundings, lay: Lay) -> None:
    gateway(lay, 4711, 1)
    lay(".openclaw/openclaw.json", CONFIG.replace('mode: "local"', 'mode: "local", reload: { mode: "off" }'))
    effect = planned("openrouter/auto", here).effects[0]
    assert (effect.when, effect.command) == (When.RESTART, "openclaw gateway restart")
