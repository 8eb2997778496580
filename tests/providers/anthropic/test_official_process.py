"""Running the official client, with scripts in its place that behave in every bad way."""

import asyncio
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from quotaboard.domain.answer import Fault
from quotaboard.domain.secret import Secret
from quotaboard.providers import client_process
from tests.providers.anthropic.fake_client import (
    LONG,
    NOW,
    contents,
    is_collected,
    is_gone,
    noted,
    probed,
    until_noted,
    usage_from,
)

CANARY = "sk-ant-oat01-canary-0123456789"
SHORT = timedelta(seconds=0.3)
Fake = Callable[[str], Path]


async def test_what_it_answers_is_returned_and_nothing_is_left(fake: Fake, temporary: Path) -> None:
    client = fake('reply(); result(); note("tmp", os.environ["TMPDIR"])')
    answer = await probed(client)
    assert answer.allowed
    assert answer.at == NOW
    assert is_collected(client)
    assert contents(temporary) == []


async def test_no_open_descriptor_is_left(fake: Fake) -> None:
    client = fake("result()")
    await probed(client, secret=Secret(CANARY))
    await usage_from(client)
    before = contents(Path("/dev/fd"))
    for _ in range(3):
        await probed(client, secret=Secret(CANARY))
    await usage_from(client)
    assert contents(Path("/dev/fd")) == before


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", Fault.NO_CLIENT),
        ("sys.exit(3)", Fault.NO_CLIENT),
        ('print("Usage: claude [options]")', Fault.NO_CLIENT),
        (
            'print("{\\"type\\": [1, \\n\\n null 17 [] " + "[" * 9000); sys.stdout.write("no newline")',
            Fault.NO_CLIENT,
        ),
        ('sys.stdout.buffer.write(b"\\xff\\xfe\\x00" * 99)', Fault.NO_CLIENT),
        ("os.kill(os.getpid(), signal.SIGSEGV)", Fault.NO_CLIENT),
        ('print("word " * 3_000_000)', Fault.TOO_LARGE),
        ('while True: print("{}")', Fault.TOO_LARGE),
    ],
)
async def test_nonsense_is_no_answer_of_the_provider(fake: Fake, code: str, fault: Fault) -> None:
    client = fake(code)
    answer = await probed(client)
    assert (answer.fault, answer.status) == (fault, None)
    assert is_collected(client)


async def test_noise_on_stderr_neither_blocks_nor_counts(fake: Fake) -> None:
    client = fake('sys.stderr.write("noise" * 200_000); sys.stderr.flush(); result()')
    assert (await probed(client)).allowed


async def test_the_last_line_needs_no_line_end(fake: Fake) -> None:
    code = (
        'sys.stdout.write(json.dumps({"type": "result", "is_error": False, "usage": {"output_tokens": 1}}))'
    )
    assert (await probed(fake(code))).allowed


async def test_one_that_cannot_be_started_is_not_installed(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n", encoding="utf-8")
    script.chmod(0o755)
    for client in (tmp_path / "absent", tmp_path, script):
        assert (await probed(client)).fault is Fault.NO_CLIENT
        usage = await usage_from(client)
        assert usage is not None
        assert usage.fault is Fault.NO_CLIENT


@pytest.mark.parametrize(
    "code",
    [
        "time.sleep(60)",
        'signal.signal(signal.SIGTERM, signal.SIG_IGN); note("deaf", 1); time.sleep(60)',
        'say(type="system", subtype="init"); time.sleep(60)',
    ],
)
async def test_one_that_is_too_slow_is_stopped(fake: Fake, temporary: Path, code: str) -> None:
    client = fake(code)
    answer = await probed(client, patience=SHORT)
    assert answer.fault is Fault.TIMEOUT
    assert is_collected(client)
    assert contents(temporary) == []


async def test_one_that_answers_and_then_stays_is_believed_and_stopped(fake: Fake) -> None:
    client = fake("signal.signal(signal.SIGTERM, signal.SIG_IGN); result(); time.sleep(60)")
    assert (await probed(client)).allowed
    assert is_collected(client)


async def test_one_that_may_still_save_its_files_gets_the_time_for_it(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_process, "FAREWELL", 10.0)
    client = fake('result(); time.sleep(0.2); note("saved", 1)')
    assert (await probed(client)).allowed
    assert noted(client, "saved") == 1


async def test_an_answer_that_is_being_continued_is_cut_short(fake: Fake) -> None:
    client = fake("reply(); reply(); time.sleep(60)")
    assert (await probed(client)).allowed
    assert is_collected(client)


GRANDCHILD = """
child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note("grandchild", os.getpid())
    time.sleep(60)
while not os.path.exists(os.path.join(here, "grandchild")):
    time.sleep(0.005)
"""


@pytest.mark.parametrize(("code", "served"), [("result()", True), ("sys.exit(1)", False)])
async def test_what_it_started_goes_with_it(fake: Fake, code: str, served: bool) -> None:
    client = fake(GRANDCHILD + code)
    answer = await probed(client)
    assert answer.allowed is served
    assert is_collected(client)
    assert await is_gone(noted(client, "grandchild"))


async def test_what_it_started_goes_with_it_when_it_is_stopped(fake: Fake) -> None:
    client = fake(GRANDCHILD + "time.sleep(60)")
    task = asyncio.ensure_future(probed(client))
    grandchild = await until_noted(client, "grandchild")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_collected(client)
    assert await is_gone(grandchild)


async def test_a_grandchild_that_holds_the_output_open_does_not_hold_us_up(fake: Fake) -> None:
    client = fake(GRANDCHILD.replace("child = os.fork()", "child = os.fork()\nif child == 0: os.setsid()"))
    begun = time.monotonic()
    assert (await probed(client)).fault is Fault.NO_CLIENT
    assert time.monotonic() - begun < LONG.total_seconds() / 2
    os.kill(noted(client, "grandchild"), 9)


@pytest.mark.parametrize("how", ["asyncio", "anyio"])
async def test_cancelling_stops_it(fake: Fake, temporary: Path, how: str) -> None:
    client = fake('signal.signal(signal.SIGTERM, signal.SIG_IGN); note("deaf", 1); time.sleep(60)')
    if how == "asyncio":
        task = asyncio.ensure_future(probed(client))
        await until_noted(client, "deaf")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    else:
        async with anyio.create_task_group() as group:
            group.start_soon(probed, client)
            await until_noted(client, "deaf")
            group.cancel_scope.cancel()
    assert is_collected(client)
    assert contents(temporary) == []


@pytest.mark.parametrize(
    ("code", "patience", "fault"),
    [
        ("sys.stdin.readline()", LONG, Fault.NO_CLIENT),
        ("", LONG, Fault.NO_CLIENT),
        ("time.sleep(60)", SHORT, Fault.TIMEOUT),
        ('while True: print("{}")', LONG, Fault.TOO_LARGE),
    ],
)
async def test_usage_that_does_not_come_is_a_fault(
    fake: Fake, code: str, patience: timedelta, fault: Fault
) -> None:
    client = fake(code)
    answer = await usage_from(client, patience)
    assert answer is not None
    assert answer.fault is fault
    assert is_collected(client)


async def test_an_old_client_has_no_usage(fake: Fake) -> None:
    said = '{"subtype": "error", "error": "Unsupported control request subtype: get_usage"}'
    assert await usage_from(fake(f'say(type="control_response", response={said})')) is None
