"""Elements of a page. The standard library writes them, and with that escapes every text and every value."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.line import Line

Part = Element | Line | str | None


def tag(kind: str, /, *parts: Part, **attributes: str | float | None) -> Element:
    """An element; `class_` is its class, `_` in a name stands for `-`. None leaves a part or a value out."""
    told = {
        key.rstrip("_").replace("_", "-"): f"{value:g}" if isinstance(value, float | int) else value
        for key, value in attributes.items()
        if value is not None
    }
    made = Element(kind, told)
    for part in parts:
        add(made, part)
    return made


def add(parent: Element, part: Part) -> None:
    """A text goes behind what is there already."""
    match part:
        case None | "":
            return
        case Element():
            parent.append(part)
        case Line():
            for text, style in part.runs:
                add(parent, tag("span", text, class_=style_class(style)) if style else text)
        case text:
            last = parent[-1] if len(parent) else None
            if last is None:
                parent.text = (parent.text or "") + shown(text)
            else:
                last.tail = (last.tail or "") + shown(text)


def style_class(style: str) -> str:
    """`bold $lane-paid` as the names of classes."""
    return " ".join(word.removeprefix("$") for word in style.partition(" on ")[0].split())
