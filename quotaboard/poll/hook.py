"""Telling a command of the user's own: a list of words, JSON on stdin, no shell, and none of our secrets."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress

from quotaboard.domain.passed_on import passed_on

PATIENCE = 30.0
"""Seconds that it may take."""


async def run_hook(
    words: Sequence[str],
    document: Mapping[str, object],
    environment: Mapping[str, str],
    patience: float = PATIENCE,
) -> str | None:
    """Run it to its end. One sentence when it could not be run, failed, or took too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=passed_on(environment),
            start_new_session=True,  # it neither writes to our terminal nor is interrupted there
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its words cannot be a command"
        return f"The hook {words[0]} cannot be run: {reason}. Correct `hook` in the config."
    try:
        async with asyncio.timeout(patience):
            await process.communicate(json.dumps(document).encode() + b"\n")
    except TimeoutError:
        return f"The hook {words[0]} took longer than {patience:.0f} seconds and was ended."
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
            await process.wait()
    code = process.returncode
    return f"The hook {words[0]} ended with {code}." if code else None
