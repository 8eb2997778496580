"""Azure OpenAI: everybody has a host of their own; a limit of -1 in a header is not known."""

from quotaboard.providers.openai.reading import Reading
from quotaboard.providers.openai.speaker import Speaker

PROVIDER = Speaker(
    name="azure",
    title="Azure OpenAI",
    host="",
    variable="AZURE_OPENAI_BASE_URL",
    reading=Reading("azure"),
    secret_header=("api-key", ""),
    hides="Azure shows no balance and often no limits to a key.",
)
