"""Mistral: per-minute buckets, whose unit stands in the header's name."""

from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

PROVIDER = Speaker(
    name="mistral",
    title="Mistral",
    host="https://api.mistral.ai/v1",
    variable="MISTRAL_BASE_URL",
    reading=Reading("mistral", bucket_seconds={"requests": 60, "tokens": 60}),
    default_models=("mistral-small-latest",),
    hides="Mistral shows no balance to a key; per-minute limits appear with each answer.",
)
