"""A window's last day or week in a few cells."""

from __future__ import annotations

from quotaboard.tui.draw.line import Line, styled

SHADES = "▁▂▃▄▅▆▇█"


def spark_content(shares: tuple[float | None, ...], style: str = "$edge") -> Line:
    """`▁▂▅█`: a cell for each share, blank where nothing was seen; one alone is no course of time."""
    if sum(share is not None for share in shares) < 2:
        return styled(" " * len(shares))
    return styled("".join(" " if share is None else _shade(share) for share in shares), style)


def _shade(share: float) -> str:
    return SHADES[min(max(int(share * len(SHADES)), 0), len(SHADES) - 1)]
