"""The desktop, through a backend of the library's own interface."""

import asyncio
import logging
import sys

import pytest
from desktop_notifier import DesktopNotifier
from desktop_notifier.backends.base import DesktopNotifierBackend
from desktop_notifier.common import Capability, Notification

from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.poll.alerts import desktop
from quotaboard.poll.alerts.desktop import NOT_INSTALLED, NOT_TAKEN, Desktop
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


async def test_a_desktop_that_fails_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        assert await desktop_of(FakeBackend(OSError("no bus"))).tell(GATED) == NOT_TAKEN


async def test_a_desktop_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "PATIENCE", 0.02)
    assert await desktop_of(FakeBackend(hangs=True)).tell(GATED) == NOT_TAKEN


async def test_without_the_library_it_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)
    monkeypatch.setattr(desktop, "find_spec", lambda _: None)
    assert await Desktop().tell(GATED) == NOT_INSTALLED
