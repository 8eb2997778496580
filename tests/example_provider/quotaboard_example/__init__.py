"""A provider in one file: where it is, how its free endpoint is read, and one refusal of its own."""

from collections.abc import Mapping
from typing import Any

from quotaboard.providers.base import Received
from quotaboard.providers.meters import FIVE_HOURS, Meters, from_percent, window
from quotaboard.providers.moments import moment
from quotaboard.providers.openai.meanings import row
from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.rules import RULES
from quotaboard.providers.openai.speaker import Speaker
from quotaboard.providers.openai.told import says


def meters(body: Mapping[str, Any], _received: Received) -> Meters | None:
    """`/v1/allowance`: `{"session": {"used": 12, "ends": "2026-…"}}`, in percent."""
    session = body.get("session")
    if not isinstance(session, Mapping):
        return None
    used, ends = from_percent(session.get("used")), moment(session.get("ends"))
    return Meters(windows=(window(FIVE_HOURS, used, ends),))


PROVIDER = Speaker(
    name="example-lab",
    title="Example Lab",
    host="https://api.example.invalid/v1",
    reading=Reading("example-lab", meters),
    rules=(row("example-lab.gated.lab_hours", "client_gated", says(r"outside lab hours")), *RULES),
    default_models=("example-small",),
    usage_urls=("allowance",),
    key_starts=("lab-",),
)
