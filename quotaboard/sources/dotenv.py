"""`.env` files: `KEY=value` lines with comments, an optional `export`, and quotes."""

from __future__ import annotations

import re

_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=(?P<value>.*)")
_QUOTED = re.compile(r"""(?P<quote>['"])(?P<inside>(?:\\.|(?!(?P=quote)).)*)(?P=quote)\s*(?:#.*)?$""")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


def parse_dotenv(text: str) -> dict[str, str]:
    """The assignments, the last of a name. Other lines are passed over, as the readers of such files do."""
    values: dict[str, str] = {}
    for line in re.split(r"\r?\n|\r", text):
        assignment = _LINE.match(line)
        if assignment:
            values[assignment["name"]] = _value(assignment["value"].strip())
    return values


def _value(written: str) -> str:
    quoted = _QUOTED.match(written)
    if quoted is None:
        # A comment begins after a blank only: a token may hold the sign.
        return re.split(r"\s+#|^#", written, maxsplit=1)[0].rstrip()
    inside = quoted["inside"]
    if quoted["quote"] == "'":
        return inside.replace(r"\'", "'").replace(r"\\", "\\")
    return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), inside)
