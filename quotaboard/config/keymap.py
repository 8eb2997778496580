"""The keys of the board's commands: what they are, what a config may make of them, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from unicodedata import name as sign_name

from quotaboard.config.suggestions import nearest

Keys = tuple[str, ...]

DEFAULT_KEYS: dict[str, Keys] = {
    "switch": ("s",),
    "undo": ("u",),
    "agents": ("a",),
    "refresh": ("r",),
    "detail": ("enter",),
    "credential": ("d",),
    "filter": ("slash",),
    "jump": ("f",),
    "zoom": ("z",),
    "pause": ("space",),
    "alerts": ("A",),
    "mute": ("m",),
    "consent": ("c",),
    "refresh_all": ("R",),
    "copy": ("y",),
    "order": ("o",),
    "reverse": ("O",),
    "up": ("up", "k"),
    "down": ("down", "j"),
    "left": ("left", "h"),
    "right": ("right", "l"),
    "first": ("g", "home"),
    "last": ("G", "end"),
    "next_card": ("tab", "pagedown"),
    "previous_card": ("shift+tab", "pageup"),
    "back": ("escape",),
    "theme": ("t",),
    "palette": ("ctrl+p", "colon"),
    "help": ("question_mark",),
    "quit": ("q", "ctrl+q", "ctrl+c"),
}
"""By the id of a command, in the words of Textual."""

NAMED = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *("enter", "escape", "tab", "space", "backspace"),
    *(f"f{number}" for number in range(1, 25)),
)
MODIFIERS = ("ctrl", "shift", "alt", "super", "hyper", "meta")
SIGN_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Where a key is not called as Unicode calls its sign."""
SYMBOLS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "escape": "esc"}
BOTH_SHOWN = frozenset({"up", "down", "left", "right", "palette"})
"""Commands of which two keys are shown."""


def parse_key(text: str) -> str | None:
    """`?`, `ctrl+r`, `F5` as the terminal reports it; None when there is no such key.

    A letter alone may be a capital; with a modifier it is a small one, and `shift` is said.
    """
    if len(text) == 1:
        return _of_sign(text)
    *held, key = text.split("+") if not text.endswith("++") else (*text[:-2].split("+"), "+")
    held = [part.strip().lower() for part in held]
    if any(part not in MODIFIERS for part in held) or len(set(held)) != len(held):
        return None
    known = _of_sign(key.strip().lower()) if len(key.strip()) == 1 else key.strip().lower()
    if not known or (len(known) > 1 and known not in NAMED and known not in _sign_keys()):
        return None
    return "+".join([*sorted(held, key=MODIFIERS.index), known])


def keys_of(value: object) -> Keys:
    """The keys of a value that was found right: one, or a list of them."""
    given = value if isinstance(value, list) else [value]
    return tuple(key for key in map(parse_key, map(str, given)) if key is not None)


def keymap_troubles(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What is wrong with a [keys] table, by the id: unknown commands, keys that do not exist, clashes."""
    for command, value in table.items():
        if command not in DEFAULT_KEYS:
            near = nearest(command, DEFAULT_KEYS)
            yield command, f"is not a command.{near or ' `quotaboard config show` lists them all.'}"
        elif (trouble := _value_trouble(value)) is not None:
            yield command, trouble
    yield from _clashes(table)


def keys_in_force(table: Mapping[str, Keys]) -> dict[str, Keys]:
    """Every command's keys."""
    return {command: table.get(command, keys) for command, keys in DEFAULT_KEYS.items()}


def shown_keys(table: Mapping[str, Keys]) -> dict[str, str]:
    """How each command's key is written on the screen."""
    return {
        command: " ".join(map(shown_key, keys[:2] if command in BOTH_SHOWN else keys[:1]))
        for command, keys in keys_in_force(table).items()
    }


def shown_key(key: str) -> str:
    """`question_mark` as `?`."""
    *held, last = key.split("+")
    return "+".join([*held, SYMBOLS.get(last) or _sign_keys().get(last, last)])


def _value_trouble(value: object) -> str | None:
    given = value if isinstance(value, list) else [value]
    if not given or not all(isinstance(key, str) for key in given):
        return 'must be a key such as "f5", or a list of keys such as ["f5", "ctrl+r"].'
    for key in given:
        if parse_key(str(key)) is None:
            near = nearest(str(key).rpartition("+")[2], (*NAMED, *_sign_keys()))
            example = 'Write for example "x", "?", "f5", "ctrl+r" or "shift+tab".'
            return f'names no key: "{str(key)[:20]}".{near} {example}'
    return None


def _clashes(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    own = {
        command: keys_of(value)
        for command, value in table.items()
        if command in DEFAULT_KEYS and _value_trouble(value) is None
    }
    owners: dict[str, str] = {}
    for command, keys in keys_in_force(own).items():
        for key in keys:
            other = owners.setdefault(key, command)
            if other == command:
                continue
            told, whose = (command, other) if command in own else (other, command)
            way_out = f"Choose another, or give {whose} another one."
            yield told, f'"{shown_key(key)}" is the key of {whose}. {way_out}'


def _of_sign(sign: str) -> str | None:
    if sign == " ":
        return "space"
    if (named := next((key for key, symbol in SYMBOLS.items() if symbol == sign), None)) is not None:
        return named
    if sign.isalnum():
        return sign
    if not sign.isprintable():
        return None
    name = sign_name(sign, "").lower().replace("-", "_").replace(" ", "_")
    return SIGN_NAMES.get(name, name) or None


@cache
def _sign_keys() -> dict[str, str]:
    """The signs of a keyboard by the names of their keys."""
    signs = "/\\@-+_?:;.,'\"`~!#$%^&*()=[]{}<>|"
    return {key: sign for sign in signs if (key := _of_sign(sign)) is not None}


SHOWN: Mapping[str, str] = shown_keys({})
