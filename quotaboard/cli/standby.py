"""A log that is opened once there is something to write: a board that runs well leaves no file."""

from __future__ import annotations

import logging


class StandbyLog(logging.Handler):
    """Without a handler of ours, Python writes warnings and tracebacks over the board."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        from quotaboard.cli.log import open_log  # 5 ms that a first frame does not wait for

        root = logging.getLogger()
        root.removeHandler(self)
        if open_log(logging.WARNING) is None:
            root.addHandler(logging.NullHandler())
        else:
            logging.getLogger(record.name).handle(record)


def stand_by() -> None:
    """Keep warnings and errors in the log file, unless a log is open already."""
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(StandbyLog())


def keep_quiet() -> None:
    """Write nothing anywhere, unless a log is open already: for a demo, which leaves no trace."""
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())
