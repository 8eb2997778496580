"""Opencode Go: nothing public to read.

It passes on its suppliers' errors, which are not about the subscriber.
"""

from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

PROVIDER = Speaker(
    name="opencode-go",
    title="opencode Go",
    host="https://opencode.ai/zen/go/v1",
    reading=Reading("opencode-go"),
    hides="Opencode Go shows its five-hour, weekly and monthly windows in no API: they appear only "
    "in a refusal.",
)
