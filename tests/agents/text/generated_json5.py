"""JSON5 configs made at random, written in the many ways in which people write them."""

import json
import random
from typing import Any

PATH = ["agents", "defaults", "model"]


class Writer:
    """Writes a value as JSON5 in one of the many ways in which people do."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.newline = self.random.choice(["\n", "\n", "\r\n"])
        self.unit = self.random.choice(["  ", " ", "\t", "    "])
        self.strict = self.random.random() < 0.2
        self.flat = self.random.random() < 0.15

    def blank(self) -> str:
        if self.strict or self.random.random() < 0.8:
            return ""
        return self.random.choice(
            [" ", "\t", " /* ä, \"x\": 'y' } */ ", "/*\n two\n*/", "\u00a0", " // to the end: {\n"]
        )

    def remark(self) -> str:
        if self.strict or self.flat or self.random.random() < 0.75:
            return ""
        return self.random.choice(
            [" // why, because: [", "  /* one */", " /* a */ // b \U0001f980", "\t// '"]
        )

    def text(self, value: str) -> str:
        if self.strict or self.random.random() < 0.6:
            return json.dumps(value, ensure_ascii=self.random.random() < 0.3)
        quoted = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\x0d")
        quoted = quoted.replace("\t", "\\t").replace("\u2028", "\\u2028")
        if len(quoted) > 3 and "\\" not in quoted and self.random.random() < 0.1:
            quoted = quoted[:2] + "\\\n" + quoted[2:]
        return f"'{quoted}'"

    def key(self, key: str) -> str:
        bare = key.isidentifier() and key.isascii()
        return key if bare and not self.strict and self.random.random() < 0.6 else self.text(key)

    def number(self, value: int | float) -> str:  # noqa: PYI041 - they are written differently
        if isinstance(value, float) or self.strict or self.random.random() < 0.6:
            return repr(value)
        return self.random.choice([hex(value), f"+{value}"]) if value >= 0 else repr(value)

    def value(self, value: object, depth: int = 0) -> str:
        match value:
            case dict():
                return self.collection(
                    [
                        f"{self.key(k)}{self.blank()}:{self.blank()} {self.value(v, depth + 1)}"
                        for k, v in value.items()
                    ],
                    "{}",
                    depth,
                )
            case list():
                return self.collection([self.value(each, depth + 1) for each in value], "[]", depth)
            case str():
                return self.text(value)
            case bool() | None:
                return {True: "true", False: "false", None: "null"}[value]
            case int() | float():
                return self.number(value)
            case _:
                raise AssertionError(value)

    def collection(self, each: list[str], brackets: str, depth: int) -> str:
        trailing = "," if each and not self.strict and self.random.random() < 0.4 else ""
        if self.flat or (len(each) < 3 and self.random.random() < 0.4):
            return brackets[0] + self.blank() + ", ".join(each) + trailing + self.blank() + brackets[1]
        inner, outer = self.newline + self.unit * (depth + 1), self.newline + self.unit * depth
        lines = "".join(
            f"{inner}{one}{self.blank()}{',' if index < len(each) - 1 else trailing}{self.remark()}"
            for index, one in enumerate(each)
        )
        return brackets[0] + self.remark() + lines + outer + brackets[1]

    def document(self, value: object) -> str:
        head = "" if self.strict else self.random.choice(["", "", "// top\n", "/* é */ ", "\ufeff"])
        return head + self.value(value) + self.random.choice(["", self.newline])


NAMES = [
    "main",
    "läden",
    "a b",
    "$x",
    "_",
    "models",
    "x-y",
    "emoji \U0001f980",
    "'",
    '"',
    "\\",
    "constructor",
]
MODELS = ["anthropic/claude-sonnet-4-6", "openrouter/auto", "relay/é", 'lane/"q"', "x/it's", "q/n", "p/a,b]"]


def some_value(random: random.Random, depth: int = 0) -> object:
    kind = random.randrange(8 if depth < 3 else 6)
    match kind:
        case 0:
            return random.choice([True, False, None])
        case 1:
            return random.choice([0, 1, -7, 8080, 1.5, 10**12])
        case 6:
            return {random.choice(NAMES): some_value(random, depth + 1) for _ in range(random.randrange(4))}
        case 7:
            return [some_value(random, depth + 1) for _ in range(random.randrange(4))]
    return random.choice(
        [*NAMES, *MODELS, "http://127.0.0.1:1/v1 // not a comment", "", "\u2028", "line\nbreak"]
    )


def some_config(random: random.Random) -> dict[str, Any]:
    config: dict[str, Any] = {name: some_value(random) for name in random.sample(NAMES, random.randrange(4))}
    if random.random() < 0.9:
        defaults: dict[str, Any] = (
            {"workspace": "~/w", "models": {"a/b": {}}} if random.random() < 0.5 else {}
        )
        if random.random() < 0.85:
            model: dict[str, Any] = {"primary": random.choice(MODELS)}
            if random.random() < 0.7:
                model["fallbacks"] = random.sample(MODELS, random.randrange(4))
            defaults["model"] = model
        config["agents"] = {"defaults": defaults, "entries": some_value(random)}
    items = list(config.items())
    random.shuffle(items)
    return dict(items)


def some_changes(random: random.Random) -> dict[str, Any]:
    return {"primary": random.choice(MODELS), "fallbacks": random.sample(MODELS, random.randrange(4))}
