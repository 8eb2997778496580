import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from quotaboard.simulator import load_scenario, serve
from quotaboard.simulator.__main__ import instructions, main
from quotaboard.simulator.chaos import Chaos
from quotaboard.simulator.mischief import Mischief

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "quotaboard.simulator", "tools-gated", "--speed", "60"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        url = next(
            found[0] for line in child.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
        )
        assert httpx.get(f"{url}/api/hello", verify=False).status_code == 200
        child.send_signal(stop)
        child.stdout.read()
        assert child.wait(30) == 0


def test_a_server_of_chaos_misbehaves_the_same_for_the_same_seed() -> None:
    done = []
    for _ in range(2):
        chaos = Chaos(3, share=0.5, kinds=(Mischief.NOTHING, Mischief.OLD, Mischief.REDIRECT))
        one_each = httpx.Limits(max_keepalive_connections=0)
        with serve("healthy", chaos=chaos) as server, httpx.Client(limits=one_each, verify=False) as client:
            for _ in range(30):
                with suppress(httpx.RemoteProtocolError):
                    client.get(f"{server.base_url}/api/hello")
            assert len(server.requests) == 30
        done.append(chaos.done)
    assert done[0] == done[1]
    assert {None, *chaos.kinds} == set(done[0])


def test_it_tells_how_to_use_it() -> None:
    text = instructions(load_scenario("fleet"), "http://127.0.0.1:8123")
    for account in load_scenario("fleet").accounts:
        assert account.token in text
    assert (
        "curl -i http://127.0.0.1:8123/v1/messages -H 'authorization: Bearer sk-ant-oat01-demo-fleet-max'"
        in text
    )
    assert "ANTHROPIC_BASE_URL=http://127.0.0.1:8123 CLAUDE_CODE_OAUTH_TOKEN=" in text
    assert "x-api-key: sk-ant-api03-demo-throttled-key" in instructions(
        load_scenario("throttled"), "http://x"
    )


def test_a_wrong_scenario_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert capsys.readouterr().err.startswith("nothing: there is no such scenario; choose one of ")


def test_a_port_that_cannot_be_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["healthy", "--port", "99999"])
    assert "must be a whole number from 0 to 65535, got '99999'" in capsys.readouterr().err


def test_a_taken_port_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with serve("healthy") as server:
        assert main(["healthy", "--port", str(server.port)]) == 1
    assert "cannot be used: Address already in use. Choose another." in capsys.readouterr().err
