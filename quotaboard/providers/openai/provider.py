"""OpenAI with an API key: nothing to read but whether the key is known; money shows on inference alone."""

from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

PROVIDER = Speaker(
    name="openai",
    title="OpenAI",
    host="https://api.openai.com/v1",
    variable="OPENAI_BASE_URL",
    reading=Reading("openai"),
    default_models=("gpt-5-nano", "gpt-5.3"),
    key_starts=("sk-",),
    hides="OpenAI shows no balance to a key; per-minute limits appear with each answer.",
)
