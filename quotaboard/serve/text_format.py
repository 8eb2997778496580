"""The text formats of Prometheus and of OpenMetrics, as far as they are needed here.

Lines are written straight: a thousand lanes are 25,000 of them, and to make an object of each first costs ten
times as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import isfinite, isnan

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class Family:
    """One metric: what it is, and its samples as lines."""

    kind: str
    """In the words of OpenMetrics; Prometheus' own format knows only gauges and counters."""
    ending = ""
    """What the name of a sample has more than that of its family."""

    def __init__(self, name: str, about: str) -> None:
        self._name = name
        self._about = about
        self._lines: list[str] = []

    def lines(self, *, openmetrics: bool) -> Iterable[str]:
        """With the two that stand before them."""
        kind = self.kind if openmetrics or self.kind == Counter.kind else Gauge.kind
        name = self._name if openmetrics else self._name + self.ending
        return chain((f"# HELP {name} {self._about}\n# TYPE {name} {kind}\n",), self._lines)

    def _put(self, labels: str, value: float) -> None:
        within = f"{{{labels}}}" if labels else ""
        self._lines.append(f"{self._name}{self.ending}{within} {_number(value)}\n")


class Gauge(Family):
    """A number that goes up and down."""

    kind = "gauge"

    def add(self, labels: str, value: float) -> None:
        """Labels as `labelled` writes them, or none."""
        self._put(labels, value)


class Counter(Gauge):
    """A number that only grows."""

    kind, ending = "counter", "_total"


class Info(Family):
    """What is told by labels alone."""

    kind, ending = "info", "_info"

    def add(self, labels: str, told: Mapping[str, str]) -> None:
        more = labelled(tuple(told), tuple(told.values()))
        self._put(f"{labels},{more}" if labels else more, 1)


class States(Family):
    """Which one of several states holds."""

    kind = "stateset"

    def add(self, labels: str, states: Iterable[str], holds: str) -> None:
        before = f'{self._name}{{{labels},{self._name}="'
        self._lines += [f'{before}{state}"}} {1 if state == holds else 0}\n' for state in states]


def labelled(names: Sequence[str], values: Sequence[str]) -> str:
    """`credential="max",model="…"`."""
    return ",".join([f'{name}="{_escaped(value)}"' for name, value in zip(names, values, strict=True)])


def accepted(header: str) -> str:
    """The content type for whoever sends this `Accept`: OpenMetrics 1.0 where it is named."""
    for offer in header.split(","):
        kind, *details = (part.strip() for part in offer.split(";"))
        versions = [detail for detail in details if detail.startswith("version=")]
        if kind == "application/openmetrics-text" and versions in ([], ["version=1.0.0"]):
            return OPENMETRICS
    return PLAIN


def written(families: Iterable[Family], content_type: str) -> bytes:
    """The whole answer, in one of the two formats."""
    openmetrics = content_type == OPENMETRICS
    lines = chain.from_iterable(family.lines(openmetrics=openmetrics) for family in families)
    return "".join([*lines, "# EOF\n" if openmetrics else ""]).encode()


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float) -> str:
    if isfinite(value):
        return repr(float(value))
    return "NaN" if isnan(value) else "+Inf" if value > 0 else "-Inf"
