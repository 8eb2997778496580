"""The line as particular status bars want it: their colours, their escapes, their JSON.

Nothing heavy is imported, for a bar runs this every few seconds.
"""

from __future__ import annotations

import os

from quotaboard.cli.agents_line import around_the_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Told = dict[str, str | int]

SCHEMA = "quotaboard.line/1"

BLOCKED, PAID, NEAR, OPEN, UNKNOWN = "blocked", "paid", "near", "open", "unknown"
CLASSES = {"paid": PAID, "near_limit": NEAR, "open": OPEN, "unavailable": UNKNOWN, "bad_request": UNKNOWN}
"""What the others are: `unknown` is unknown, and the rest is blocked."""
ORDER = (BLOCKED, PAID, NEAR, UNKNOWN, OPEN)
"""The one that asks for the most attention first."""

# A bar may have any ground, tmux's own is green: so a word that must be seen brings its own, white on red or
# black on yellow, from the part of the 256 colours that themes leave alone.
TMUX = {BLOCKED: "fg=colour231,bg=colour160,bold", NEAR: "fg=colour16,bg=colour220"}
TMUX_GREY = {BLOCKED: "reverse,bold", NEAR: "reverse"}
ANSI = {BLOCKED: "1;38;5;231;48;5;160", NEAR: "38;5;16;48;5;220"}
ANSI_GREY = {BLOCKED: "1;7", NEAR: "7"}


def bar(name: str, told: Sequence[Told], separator: str, agents: Sequence[Told] = ()) -> str:
    """The whole line for the bar of that name: the agents that need a person, then the credentials."""
    everybody = [*agents, *told]
    match name:
        case "tmux":
            return separator.join(_words(one, _tmux, _in_tmux, separator) for one in everybody)
        case "zellij":
            return separator.join(_words(one, _ansi, _plain, separator) for one in everybody)
        case "waybar":
            return _json(_waybar(everybody, separator))
        case "json":
            listed = {"agents": list(map(_document, agents)), "credentials": list(map(_document, told))}
            return _json({"schema": SCHEMA, **listed})
        case _:
            return separator.join(_words(one, _uncoloured, _plain, separator) for one in everybody)


def nothing(name: str, sentence: str) -> str | None:
    """What a bar is given that takes nothing but JSON; None for the others."""
    match name:
        case "waybar":
            return _json({"text": "", "tooltip": _in_pango(sentence), "class": UNKNOWN, "percentage": 0})
        case "json":
            return _json({"schema": SCHEMA, "agents": [], "credentials": []})
        case _:
            return None


def class_of(slug: str | int) -> str:
    """What a verdict asks of a person, in one word."""
    if slug in ("unknown", ""):
        return UNKNOWN
    return CLASSES.get(str(slug), BLOCKED)


def said(one: Told, separator: str) -> str:
    """The same for one of them, without colours and escapes."""
    return _words(one, _uncoloured, _plain, separator)


def _words(one: Told, coloured: Callable[[str, str], str], safe: Callable[[str], str], separator: str) -> str:
    """`max 5h 3% 1:47 GATED`, or `hermes GATED (tools) → team`: with colour on the loud word alone."""
    word = safe(str(one["verdict"]))
    last = coloured(word, class_of(one["slug"])) if word else ""
    if "way" in one:
        before, after = map(safe, around_the_word(one, separator))
        return f"{before} {last} {after}".rstrip()
    return " ".join(part for part in (safe(str(one["name"])), safe(_squeezed(one["window"])), last) if part)


def _uncoloured(word: str, _class: str) -> str:
    return word


def _squeezed(text: str | int) -> str:
    return " ".join(str(text).split())


def _plain(text: str) -> str:
    """A name may come from elsewhere; a bar must not be given control characters."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def _tmux(word: str, kind: str) -> str:
    style = (TMUX_GREY if os.environ.get("NO_COLOR") else TMUX).get(_loud(kind))
    return f"#[{style}] {word} #[default]" if style else word


def _in_tmux(text: str) -> str:
    """Tmux would take `#(…)` in a name for a command to run."""
    return _plain(text).replace("#", "##")


def _ansi(word: str, kind: str) -> str:
    style = (ANSI_GREY if os.environ.get("NO_COLOR") else ANSI).get(_loud(kind))
    return f"\x1b[{style}m {word} \x1b[0m" if style else word


def _loud(kind: str) -> str:
    """Being billed is as loud as being refused."""
    return BLOCKED if kind == PAID else kind


def _waybar(told: Sequence[Told], separator: str) -> dict[str, str | int]:
    """The line, what a pointer on it shows, a class for its CSS, and how full the fullest is."""
    classes = {class_of(one["slug"]) for one in told}
    lines = [f"{_words(one, _uncoloured, _plain, separator)}  ({one['slug']}{_because(one)})" for one in told]
    return {
        "text": _in_pango(separator.join(_words(one, _uncoloured, _plain, separator) for one in told)),
        "tooltip": _in_pango("\n".join(lines)),
        "class": next(kind for kind in ORDER if kind in classes),
        "percentage": max((_points(one.get("used", "")) for one in told), default=0),
    }


def _because(one: Told) -> str:
    return f": {_plain(str(one['reason']))}" if one["reason"] else ""


def _points(used: str | int) -> int:
    """Waybar picks an icon by it, and knows nothing beyond a hundred."""
    return min(int(str(used).strip("<%") or 0), 100)


def _document(one: Told) -> dict[str, str | int | None]:
    return {key: value if value != "" else None for key, value in one.items()}


def _in_pango(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _json(value: object) -> str:
    import json  # 3 ms, for whoever asked for JSON

    return json.dumps(value, ensure_ascii=False)
