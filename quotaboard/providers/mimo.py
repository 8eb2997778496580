"""Xiaomi MiMo's token plan: no meter is known, and a list of models proves nothing about a lane."""

from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

PROVIDER = Speaker(
    name="xiaomi-mimo",
    title="Xiaomi MiMo",
    host="https://token-plan-sgp.xiaomimimo.com/v1",
    reading=Reading("xiaomi-mimo"),
    hides="MiMo shows no meter of its plan to a key.",
)
