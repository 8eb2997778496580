"""Letters to jump by: one on everything in sight. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, product
from types import MappingProxyType

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first."""

Labels = Mapping[str, str]
"""What is typed, by lane id or credential name."""
NO_LABELS: Labels = MappingProxyType({})
LABEL_STYLE = "bold $background on $here"


def labels_for(places: Sequence[str]) -> Labels:
    """A letter each; two for all where one would not do, so that none is the beginning of another."""
    length = 1 if len(places) <= len(LETTERS) else 2
    typed = islice(product(LETTERS, repeat=length), len(places))
    return dict(zip(places, ("".join(letters) for letters in typed), strict=False))


def place_of(labels: Labels, typed: str) -> str | None:
    """Where a whole label leads."""
    return next((place for place, label in labels.items() if label == typed), None)


def leads_on(labels: Labels, typed: str) -> bool:
    """Whether more letters could make a label of it."""
    return any(label.startswith(typed) for label in labels.values())
