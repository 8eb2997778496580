"""Groq: requests count by the day and tokens by the minute; the day's tokens stand only in a refusal."""

from __future__ import annotations

import re
from dataclasses import replace

from quotaboard.domain.answer import Answer, Asked
from quotaboard.domain.reading import Window
from quotaboard.providers.base import Received
from quotaboard.providers.meters import DAY, from_amounts
from quotaboard.providers.openai.reading import Reading, read_answer
from quotaboard.providers.openai.speaker import Speaker

_SPENT_TODAY = re.compile(
    r"for model `?(?P<model>[^`\s]+)`?.*?per day \([TR]PD\): Limit (?P<limit>\d+), Used (?P<used>\d+)"
)
"""A bucket that refills all the time: it has no reset of its own."""


def daily_window(answer: Answer) -> tuple[Window, ...]:
    """How much of the day's allowance for one model a refusal says is used."""
    found = _SPENT_TODAY.search(answer.message)
    if found is None:
        return ()
    return (Window("1d", from_amounts(found["used"], found["limit"]), model=found["model"], seconds=DAY),)


class Groq(Speaker):
    """Reads one number more out of a refusal."""

    __slots__ = ()

    def read(self, received: Received, asked: Asked) -> Answer:
        answer = read_answer(self.reading, received, asked)
        return replace(answer, windows=(*answer.windows, *daily_window(answer)))


PROVIDER = Groq(
    name="groq",
    title="Groq",
    host="https://api.groq.com/openai/v1",
    variable="GROQ_BASE_URL",
    reading=Reading("groq", bucket_seconds={"requests": DAY, "tokens": 60}),
    default_models=("llama-3.1-8b-instant",),
    key_starts=("gsk_",),
    hides="Groq shows no plan window: the day's tokens are told only when they are used up.",
)
