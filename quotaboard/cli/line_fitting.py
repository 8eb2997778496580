"""Which agents and credentials a line tells of, where it may take so many cells only.

Nothing heavy is imported, for a bar runs this every few seconds.
"""

from __future__ import annotations

from quotaboard.cli.bars import said
from quotaboard.cli.line_words import rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Told = dict[str, str | int]

PADDING = 2
"""Blanks around a word that has a ground of its own."""
MORE = 3
"""Cells of `+12`."""


def fitted(
    agents: Sequence[Told], credentials: Sequence[Told], separator: str, columns: int
) -> tuple[list[Told], list[Told], int]:
    """As many as fit, and how many do not: agents before credentials, what is loud before what is quiet."""
    everybody = [*agents, *credentials]
    order = sorted(range(len(everybody)), key=lambda n: (n >= len(agents), rank(everybody[n]["slug"]), n))
    room, kept = columns + len(separator), set[int]()
    for number in order:
        width = len(said(everybody[number], separator)) + PADDING + len(separator)
        rest = MORE + len(separator) if len(kept) + 1 < len(everybody) else 0
        if kept and width + rest > room:
            break
        kept.add(number)
        room -= width
    first = [one for n, one in enumerate(agents) if n in kept]
    then = [one for n, one in enumerate(credentials, len(agents)) if n in kept]
    return first, then, len(everybody) - len(kept)
