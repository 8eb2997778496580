"""Configs as people write them: comments, anchors, flow maps, quotes, line ends, other alphabets."""

import json
import random
from typing import Any

WORDS = [
    "max",
    "claude-sonnet-4-6",
    "http://127.0.0.1:8787/v1",
    "ünïcode",
    "漢字",
    "a b",
    "yes",
    "007",
    "1e5",
    "x#y",
]
COMMENTS = ["", "", "", "  # mine", " # é: {not a map}", "   # model: x"]


def scalar(chance: random.Random, *, flow: bool = False) -> str:
    word = chance.choice(WORDS)
    style = chance.randrange(4)
    if style == 0:
        return json.dumps(word, ensure_ascii=False)
    if style == 1:
        return "'" + word.replace("'", "''") + "'"
    if style == 2 and not flow:
        return chance.choice(["", "null", "~", "42", "true", "0x1F", "2026-01-01", "3.5"])
    return word if not (flow and ":" in word) else "plain"


def flow_map(chance: random.Random, keys: list[str]) -> str:
    inside = ", ".join(f"{key}: {scalar(chance, flow=True)}" for key in keys)
    return f"{{{inside}}}"


def yaml_text(seed: int) -> str:
    """A config of an agent with a `model` block, or none, somewhere in it."""
    chance = random.Random(seed)
    blocks = [_other(chance, number) for number in range(chance.randrange(1, 5))]
    if chance.random() < 0.95:
        blocks.insert(chance.randrange(len(blocks) + 1), _model(chance))
    if chance.random() < 0.3:
        blocks.insert(0, [f"usual: &usual {scalar(chance) or 'x'}{chance.choice(COMMENTS)}"])
        blocks.append(["uses: [*usual, *usual]"])
    if chance.random() < 0.2:
        blocks.insert(0, ["base_url: https://root.example/v1"])
    lines = [line for block in blocks for line in [*block, *([""] * chance.randrange(2))]]
    if chance.random() < 0.2:
        lines.insert(0, chance.choice(["---", "# my config", "%YAML 1.1\n---"]))
    newline = "\r\n" if chance.random() < 0.2 else "\n"
    text = newline.join("\n".join(lines).split("\n")) + (newline if chance.random() < 0.9 else "")
    return ("\ufeff" if chance.random() < 0.1 and not text.startswith("%") else "") + text


def _model(chance: random.Random) -> list[str]:
    keys = chance.sample(
        ["provider", "default", "base_url", "api_mode", "api_key", "context_length", "max_tokens", "x"],
        chance.randrange(0, 8),
    )
    style = chance.randrange(6)
    if style == 0:
        return [f"model: {flow_map(chance, keys)}{chance.choice(COMMENTS)}"]
    if style == 1:
        return [f"model: {scalar(chance)}{chance.choice(COMMENTS)}"]
    if not keys:
        return ["model:" + chance.choice(COMMENTS)]
    indent = " " * chance.choice([1, 2, 2, 2, 4])
    lines = [chance.choice(["model:", "model :", '"model":', "model:   # the route"])]
    for key in keys:
        if chance.random() < 0.15:
            lines.append(chance.choice(["", f"{indent}# about {key}", "# at the edge"]))
        lines += _pair(chance, indent, key)
    return lines


def _pair(chance: random.Random, indent: str, key: str) -> list[str]:
    quoted = chance.choice([key, key, key, f'"{key}"', f"'{key}'"])
    style = chance.random()
    if style < 0.06:
        return [
            f"{indent}{quoted}: {chance.choice(['|', '>-', '|+'])}",
            f"{indent}  some text",
            f"{indent}  more",
        ]
    if style < 0.1:
        return [f"{indent}{quoted}:", f"{indent}  {scalar(chance) or 'x'}"]
    blank = chance.choice([" ", " ", "  ", "\t"])
    return [f"{indent}{quoted}:{blank}{scalar(chance)}{chance.choice(COMMENTS)}"]


def _other(chance: random.Random, number: int) -> list[str]:
    name = f"{chance.choice(['agent', 'terminal', 'ключ', 'providers'])}{number}"
    match chance.randrange(5):
        case 0:
            return [f"{name}: {flow_map(chance, ['model', 'provider'])}{chance.choice(COMMENTS)}"]
        case 1:
            return [
                f"{name}:",
                f"  - provider: {scalar(chance)}",
                f"    model: {scalar(chance)}",
                "  - plain",
            ]
        case 2:
            return [f"{name}: |", "  model:", "    provider: not me", "", "  end"]
        case 3:
            return [f"{name}:", f"  deep: {{model: {{default: {scalar(chance, flow=True)}}}}}"]
        case _:
            return [f"{name}: {scalar(chance)}{chance.choice(COMMENTS)}"]


def json_text(seed: int) -> str:
    """A settings file with an `env` object, or none."""
    chance = random.Random(seed)

    def value(depth: int) -> Any:
        kind = chance.randrange(6 if depth < 3 else 4)
        if kind < 4:
            return chance.choice([*WORDS, 1, 1.5, True, None, "", '\n\t"\\', "\u2028"])
        if kind == 4:
            return [value(depth + 1) for _ in range(chance.randrange(3))]
        return {chance.choice(WORDS): value(depth + 1) for _ in range(chance.randrange(3))}

    document: dict[str, Any] = {f"k{number}": value(0) for number in range(chance.randrange(5))}
    if chance.random() < 0.8:
        names = ["ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_MODEL", "FOO", "BAR"]
        document["env"] = {name: chance.choice(WORDS) for name in chance.sample(names, chance.randrange(6))}
    keys = list(document)
    chance.shuffle(keys)
    document = {key: document[key] for key in keys}
    indent = chance.choice([None, 1, 2, 2, 4, "\t"])
    separators = chance.choice([None, (",", ":"), (" , ", " : ")])
    text = json.dumps(document, indent=indent, separators=separators, ensure_ascii=chance.random() < 0.5)
    text = text.replace("\n", "\r\n") if chance.random() < 0.2 else text
    return ("\ufeff" if chance.random() < 0.05 else "") + text + chance.choice(["", "\n", "\n\n"])
