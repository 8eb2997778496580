"""`.env` files made at random: quotes, comments, other alphabets and line ends around the keys of a route."""

import random

LINES = [
    "# mine: AIDER_MODEL=no",
    "",
    "   ",
    "PLAIN=value",
    "SPACED = 'two words' # c",
    'DOUBLE="a \\"b\\" \\n c"',
    "SINGLE='it\\'s $HOME ${NOT}'",
    "export EXPORTED=x#y # why",
    "export\tTABBED='\t'",
    "EMPTY=",
    "NO_VALUE",
    "'QUOTED KEY'=1",
    "REF=${PLAIN}/x",
    'REF_OR="${NOPE:-default}"',
    "ключ=значение 漢字 \U0001f980",
    'MULTI="first\nAIDER_MODEL=inside\nlast"',
    "MULTI_SINGLE='a\n# b\nc'",
    "  INDENTED=1",
    "EQUALS=a=b==",
    "HASH='#'",
    "URL=https://relay.example/v1?a=b&c=%20 # the address",
    "TRAILING=x   ",
    'BROKEN="no end',
    "not an assignment",
]
VALUES = ["openai/relay-model", "a b", "it's", 'q"q', "é", "\\", "$HOME", "#x", "C:\\x y\\", "", "\U0001f980"]
NAMES = ["AIDER_MODEL", "AIDER_OPENAI_API_BASE", "AIDER_WEAK_MODEL"]
OLD = ["old", "'old'", '"old"', "old # why", "'o\\'ld'  # why", '"o\\tld"', "", "é 漢", "${PLAIN}"]


def some_text(dice: random.Random) -> str:
    lines = dice.choices(LINES, k=dice.randrange(12))
    for name in NAMES:
        for _ in range(dice.choice([0, 1, 1, 2])):
            lead = dice.choice(["", "", "export ", "  ", "'"])
            key = f"'{name}'" if lead == "'" else f"{lead}{name}"
            lines.insert(
                dice.randrange(len(lines) + 1), f"{key}{dice.choice(['=', '=', ' = '])}{dice.choice(OLD)}"
            )
    text = "\n".join(lines) + dice.choice(["", "\n", "\n\n"])
    text = text.replace("\n", dice.choice(["\n", "\n", "\n", "\r\n"]))
    return ("\ufeff" if dice.random() < 0.05 else "") + text


def some_changes(dice: random.Random) -> dict[str, str]:
    return {name: dice.choice(VALUES) for name in dice.sample(NAMES, dice.randrange(1, 4))}
