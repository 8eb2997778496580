"""The desktop, through a backend of the library's own interface."""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from desktop_notifier import DesktopNotifier
from desktop_notifier.backends.base import DesktopNotifierBackend
from desktop_notifier.common import Capability, Notification

from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.poll.alerts import desktop
from quotaboard.poll.alerts.desktop import NOT_INSTALLED, NOT_TAKEN, Desktop
from tests.conftest import ROOT
from tests.poll.servers import START

GATED = Alert(START, AlertKind.BLOCKED, "max gated", "Tools are refused.")


class FakeBackend(DesktopNotifierBackend):
    """A desktop that keeps what it shows."""

    def __init__(self, trouble: Exception | None = None, *, hangs: bool = False) -> None:
        super().__init__("quotaboard")
        self.trouble = trouble
        self.hangs = hangs
        self.shown: list[Notification] = []

    async def request_authorisation(self) -> bool:
        return True

    async def has_authorisation(self) -> bool:
        return True

    async def _send(self, notification: Notification) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.trouble is not None:
            raise self.trouble
        self.shown.append(notification)

    async def _clear(self, identifier: str) -> None: ...

    async def _clear_all(self) -> None: ...

    async def _get_capabilities(self) -> frozenset[Capability]:
        return frozenset({Capability.TITLE, Capability.MESSAGE, Capability.ON_DISPATCHED})


def desktop_of(backend: FakeBackend) -> Desktop:
    notifier = DesktopNotifier("quotaboard", app_icon=None)
    notifier._backend = backend
    return Desktop(notifier)


async def test_an_alert_is_shown() -> None:
    backend = FakeBackend()
    assert await desktop_of(backend).tell(GATED) is None
    assert [(one.title, one.message) for one in backend.shown] == [("max gated", "Tools are refused.")]


async def test_a_desktop_that_fails_is_a_sentence_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert await desktop_of(FakeBackend(OSError("no bus"))).tell(GATED) == NOT_TAKEN
    assert caplog.records == []


async def test_a_desktop_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "PATIENCE", 0.02)
    assert await desktop_of(FakeBackend(hangs=True)).tell(GATED) == NOT_TAKEN


async def test_without_the_library_it_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)
    monkeypatch.setattr(desktop, "find_spec", lambda _: None)
    assert await Desktop().tell(GATED) == NOT_INSTALLED


# A real session bus, and a desktop that keeps what it is told


DAEMON = """
import asyncio, json
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, method

class Notifications(ServiceInterface):
    @method()
    def GetCapabilities(self) -> "as":
        return ["body"]
    @method()
    def GetServerInformation(self) -> "ssss":
        return ["a test", "nobody", "1", "1.2"]
    @method()
    def Notify(self, app: "s", old: "u", icon: "s", title: "s", body: "s", actions: "as", hints: "a{sv}",
               expires: "i") -> "u":
        print(json.dumps([app, title, body]), flush=True)
        return 1
    @method()
    def CloseNotification(self, number: "u"):
        pass

async def main():
    bus = await MessageBus().connect()
    bus.export("/org/freedesktop/Notifications", Notifications("org.freedesktop.Notifications"))
    await bus.request_name("org.freedesktop.Notifications")
    print("ready", flush=True)
    await bus.wait_for_disconnect()

asyncio.run(main())
"""
SEND = """
import asyncio
from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.poll.alerts.desktop import Desktop
from tests.poll.servers import START
print(asyncio.run(Desktop().tell(Alert(START, AlertKind.BLOCKED, "max <b>gated</b>", "Tools & more."))))
"""
SCRIPT = """
set -e
python -c "$DAEMON" > "$OUT" &
for _ in $(seq 100); do grep -q ready "$OUT" && break; sleep 0.05; done
python -c "$SEND"
kill $!
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="dbus-run-session is not installed")
def test_a_real_desktop_shows_it(tmp_path: Path) -> None:
    out = tmp_path / "told"
    script = SCRIPT.replace("python", sys.executable)
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DAEMON": DAEMON, "SEND": SEND, "OUT": str(out)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "None\n", done.stderr
    app, title, text = json.loads(out.read_text().splitlines()[1])
    assert (app, title) == ("quotaboard", "max <b>gated</b>".translate(desktop.NO_MARKUP))
    assert not set(title + text) & set("<>&")  # most desktops take these for markup
