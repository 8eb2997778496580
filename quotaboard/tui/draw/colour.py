"""Arithmetic of colours: can a word be read, and can two be told apart, whoever looks and on what.

Contrast as WCAG 2 has it; colour-blindness after Machado, Oliveira and Fernandes (2009), at its fullest;
differences as distances in CIELAB (ΔE 1976), where 2 can just be seen and 20 cannot be missed.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import combinations

from quotaboard.tui.draw.palette import Palette

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

EYES: dict[str, Matrix] = {
    "usual sight": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What an eye makes of a colour, over linear light."""

READABLE = 4.5
"""WCAG's least contrast for text."""
APART = 20.0
"""The least ΔE between the words for serves, warns and blocked."""

SIXTEEN = (
    *("#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa"),
    *("#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"),
)
"""The colours of a terminal that has no more, as Rich takes them to be. A person may have set others."""

STATUS = ("lane-open", "lane-near", "lane-blocked")
WORDS = (*STATUS, "lane-paid", "gauge-warn", "gauge-over", "model", "faint", "here")
"""What is written in words."""
ON_CURSOR = (*STATUS, "lane-paid")


@lru_cache(1024)
def parts_of(colour: str) -> tuple[int, int, int]:
    """`#5ab4f0` as red, green and blue."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def difference(one: str, other: str, eye: str = "usual sight") -> float:
    """How far apart two colours are for an eye."""
    return math.dist(_lab(one, eye), _lab(other, eye))


def told_apart(colours: tuple[str, ...]) -> tuple[float, str]:
    """The least difference of any two for any eye, and whose it is."""
    return min((difference(*pair, eye), eye) for pair in combinations(colours, 2) for eye in EYES)


def shade_of_256(number: int) -> str:
    """What a terminal shows for one of the upper 240 colours."""
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    steps = (number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6
    return "#" + "".join(f"{55 + 40 * step if step else 0:02x}" for step in steps)


def in_sixteen(palette: Palette) -> Palette:
    """The theme for a terminal with sixteen colours, where the nearest ones would make words the same."""
    lights = {
        "lane-open": "#55ffff",
        "lane-near": "#ffff55",
        "lane-paid": "#ff5555",
        "lane-blocked": "#ff5555",
        "faint": "#aaaaaa",
        "here": "#ff55ff",
    }
    darks = {
        "lane-open": "#0000aa",
        "lane-near": "#aa5500",
        "lane-paid": "#aa0000",
        "lane-blocked": "#aa0000",
        "faint": "#555555",
        "here": "#aa00aa",
    }
    strong = lights if palette.dark else darks
    ground, text = ("#000000", "#ffffff") if palette.dark else ("#ffffff", "#000000")
    if is_grey(palette):
        loud, quiet = (text, "#aaaaaa") if palette.dark else (text, "#555555")
        strong = {name: loud if name != "lane-open" else quiet for name in strong} | {"faint": quiet}
    edge = "#555555" if palette.dark else "#aaaaaa"
    board = {
        **strong,
        "gauge-ok": strong["lane-open"],
        "gauge-warn": strong["lane-near"],
        "gauge-over": strong["lane-blocked"],
        "gauge-stale": strong["faint"],
        "gauge-track": edge,
        "model": text,
        "edge": edge,
        "cursor": ground,
    }
    base = {
        "primary": strong["lane-open"],
        "secondary": strong["faint"],
        "accent": strong["here"],
        "foreground": text,
        "background": ground,
        "surface": ground,
        "panel": ground,
        "success": strong["lane-open"],
        "warning": strong["lane-near"],
        "error": strong["lane-blocked"],
    }
    return Palette(palette.name, palette.dark, base, board)


def is_grey(palette: Palette) -> bool:
    """Made without colour, so that it is right for NO_COLOR too."""
    return all(
        len(set(parts_of(colour))) == 1 for colour in (*palette.base.values(), *palette.board.values())
    )


def _luminance(colour: str) -> float:
    red, green, blue = map(_linear, parts_of(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _lab(colour: str, eye: str) -> Triple:
    light = [_linear(part) for part in parts_of(colour)]
    red, green, blue = (
        min(max(sum(share * part for share, part in zip(row, light, strict=True)), 0.0), 1.0)
        for row in EYES[eye]
    )
    x = _bent((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047)
    y = _bent(0.2126729 * red + 0.7151522 * green + 0.0721750 * blue)
    z = _bent((0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _bent(value: float) -> float:
    return math.cbrt(value) if value > 0.008856 else 7.787 * value + 16 / 116
