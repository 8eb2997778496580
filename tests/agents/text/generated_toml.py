"""TOML configs made at random, with every kind of value around the keys of a route."""

import random

VALUES = [
    "relay",
    "gpt-5.3-codex",
    "anthropic/claude",
    "é",
    'a "b"',
    "C:\\x",
    "it's",
    "\U0001f980",
    "tab\there",
]
LINES = [
    "sandbox_mode = 'workspace-write'",
    'notify = ["sh", "-c", "echo [x] # no"] # yes',
    "list = [ # open\n  1, # one\n  [2, 3],\n] # close",
    'text = """\nmodel = "no"\n[not.a.table]\n"""',
    "raw = '''model = 'no'\n# ] '''",
    'inline = { model = "no", list = [1, 2], "#" = "}" }',
    "a.b.model = 1 # dotted",
    '"quoted key" = true',
    "date = 2026-11-20T04:12:00Z",
    '# model = "commented"',
    "",
    "number = -1_000.5e3",
    '  indented = "x"',
    "tools.'web search' = true",
]
TABLES = [
    '[model_providers.relay]\nname = "Relay"\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "no"',
    "[[hooks]] # of hooks\nmodel_provider = 'no'\n[[hooks]]",
    "[features]\n\n# the end",
    '["a.b".c]\nmodel = """no"""',
]


def some_text(dice: random.Random) -> str:
    lines = dice.sample(LINES, dice.randrange(len(LINES)))
    for key in ("model", "model_provider"):
        if dice.random() < 0.6:
            name = dice.choice([key, key, f'"{key}"', f"'{key}'"])
            quote = dice.choice(['"old"', "'old'", '"""old"""', "'''old'''", '"ol\\u0064"'])
            lines.insert(
                dice.randrange(len(lines) + 1),
                f"{name}{dice.choice([' = ', '=', '  = '])}{quote}{dice.choice(['', ' # why'])}",
            )
    lines += dice.sample(TABLES, dice.randrange(3))
    text = "\n".join(lines) + dice.choice(["", "\n", "\n\n"])
    return text.replace("\n", "\r\n") if dice.random() < 0.3 else text


def some_changes(dice: random.Random) -> dict[str, str | None]:
    return {"model_provider": dice.choice(VALUES), "model": dice.choice(VALUES)}
