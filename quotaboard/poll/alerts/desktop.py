"""Notifications of the desktop, by a library that is an optional extra: `quotaboard[desktop]`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from quotaboard.domain.alert import Alert

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

LIBRARY = "desktop_notifier"
LOGGER = "desktop_notifier.backends.base"
NAME = "quotaboard"
PATIENCE = 10.0
"""Seconds that a desktop may take; on macOS it may ask the person first."""

NO_MARKUP = str.maketrans({"<": "‹", ">": "›", "&": "＆"})  # noqa: RUF001 - that is why
"""Most desktops parse the text as markup, others show it as it is: these look the same to both."""

NOT_INSTALLED = "Desktop notifications need one library more: `pip install 'quotaboard[desktop]'` brings it."
NOT_TAKEN = "The desktop did not take the notification. Is a notification service running in this session?"


log = logging.getLogger(__name__)


def is_installed() -> bool:
    return find_spec(LIBRARY) is not None


class Desktop:
    """The desktop's notifications. The library is imported when there is something to say."""

    def __init__(self, notifier: DesktopNotifier | None = None) -> None:
        self._notifier = notifier

    async def tell(self, alert: Alert) -> str | None:
        """Show it. One sentence when that did not work."""
        if self._notifier is None:
            if not is_installed():
                return NOT_INSTALLED
            from desktop_notifier import DesktopNotifier  # 60 ms, and D-Bus

            self._notifier = DesktopNotifier(NAME, app_icon=None)
        # The library logs what goes wrong, and tells only of what went well.
        taken = asyncio.Event()
        with _refusals() as refusals:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._notifier.send(
                        alert.title.translate(NO_MARKUP),
                        alert.text.translate(NO_MARKUP),
                        on_dispatched=taken.set,
                    )
            except TimeoutError:
                return NOT_TAKEN
        for refusal in refusals:
            log.debug("the desktop refused a notification", exc_info=refusal)
        return None if taken.is_set() else NOT_TAKEN


@contextmanager
def _refusals() -> Iterator[list[BaseException]]:
    """What the library would log as warnings, with tracebacks, over whatever is on the screen."""
    found: list[BaseException] = []

    def take(record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            found.append(record.exc_info[1])
        return False

    logger = logging.getLogger(LOGGER)
    logger.addFilter(take)
    try:
        yield found
    finally:
        logger.removeFilter(take)
