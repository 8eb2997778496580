"""The log file: for `--debug`, and for the traceback of a crash. Private to its owner."""

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from quotaboard.config.paths import log_file, private_folder
from quotaboard.domain.hiding import hide_secrets
from quotaboard.store.clean import UNSEEN

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_MEGABYTE = 1_000_000


class _Discreet(logging.Formatter):
    """The text of an exception may quote a header, or what a server said: a log is read in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return UNSEEN.sub("?", hide_secrets(super().format(record)))


def open_log(level: int) -> Path | None:
    """Send our log records to the log file; None when it cannot be written."""
    path = log_file()
    try:
        private_folder(path.parent)
        # Made with its mode before anything is in it.
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        handler = RotatingFileHandler(path, maxBytes=_MEGABYTE, backupCount=1, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(_Discreet(_FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Their debug records hold headers.
    for chatty in ("httpcore", "httpx", "hpack"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return path


def record_crash(bug: Exception) -> Path | None:
    """Keep the traceback; say where, or None when it could not be kept."""
    path = open_log(logging.ERROR)
    if path is not None:
        logging.getLogger("quotaboard").error("crashed", exc_info=bug)
        logging.shutdown()
    return path
