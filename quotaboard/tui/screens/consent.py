"""Asks before the first token of a credential is spent."""

from __future__ import annotations

from quotaboard.domain.board import CredentialView
from quotaboard.domain.lane import Kind
from quotaboard.tui.draw.figures import price, tokens
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import EMPTY, Line, line, styled, wrapped
from quotaboard.tui.draw.words import FAINT, provider_words
from quotaboard.tui.screens.dialog import Confirm

PLANNED = frozenset({Kind.OAUTH, Kind.SETUP_TOKEN})
"""Kinds that belong to a plan, where a provider may look at who asks."""

WHAT = (
    "A look is one real request to {provider} that asks for a single token of answer, sent under "
    "quotaboard's own name. Only such a request shows whether a lane serves."
)
MAY_COUNT = (
    "{provider} may count it as third-party use of the subscription, and bill it where extra usage is on."
)
ANSWERS = line(("y", "$here"), (" allow · ", FAINT), ("n", "$here"), (" not now", FAINT))


class ConsentScreen(Confirm):
    """What a look is, what it costs, and what the provider may think of it."""

    def __init__(self, view: CredentialView, key: str) -> None:
        heading = styled(f"allow looks at {shown(view.credential.name)}?", "bold")
        super().__init__(heading, ANSWERS, lambda width: consent_lines(view, width, key))


def consent_lines(view: CredentialView, width: int, key: str) -> list[Line]:
    provider = provider_words(view.credential.provider)
    sentences = [WHAT.format(provider=provider), _cost(view)]
    if view.credential.kind in PLANNED:
        sentences.append(MAY_COUNT.format(provider=provider))
    sentences.append(f"What can be read for free is read either way. {key} takes the permission back.")
    lines: list[Line] = []
    for sentence in sentences:
        lines += [*([EMPTY] if lines else []), *wrapped(sentence, width)]
    return lines


def _cost(view: CredentialView) -> str:
    budget = f" Never more than {tokens(view.daily_budget)} a day." if view.daily_budget is not None else ""
    if view.cost_per_day is None:
        return f"One look costs about 10 tokens.{budget}"
    return f"As planned now this costs about {price(view.cost_per_day)} a day.{budget}"
