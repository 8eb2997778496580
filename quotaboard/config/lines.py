"""Which line of a TOML text each key stands on; the standard parser does not tell."""

import re

KeyPath = tuple[str | int, ...]

_LITERAL = re.compile(
    r"""
      \"{3} (?: \\. | [^\\] )*? \"{3}   # a basic text over several lines
    | '{3} .*? '{3}                     # a literal one
    | " (?: \\. | [^"\\\n] )* "
    | ' [^'\n]* '
    | \# [^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_HEADER = re.compile(r"\s*(\[\[?)([^\]]+)\]\]?\s*(?:#.*)?")


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line of each table and key by its path; entries of an array of tables are numbered from 0."""
    lines: dict[KeyPath, int] = {}
    last_entry: dict[KeyPath, int] = {}
    table: KeyPath = ()
    depth = 0
    """How many brackets of a value that runs over several lines are still open."""
    for number, line in enumerate(_LITERAL.sub(_on_its_lines, text).splitlines(), 1):
        if depth:
            depth += _opened(line)
        elif header := _HEADER.fullmatch(line):
            table = _numbered(_dotted(header[2]), last_entry, opens_entry=header[1] == "[[")
            for known in (table[:-1], table) if header[1] == "[[" else (table,):
                lines.setdefault(known, number)
        elif path := _key(line):
            lines.setdefault((*table, *path), number)
            depth = max(0, _opened(line))
    return lines


def nearest_line(lines: dict[KeyPath, int], path: KeyPath) -> int | None:
    """The line of the key, else of the nearest thing around it that has one."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None


def _on_its_lines(literal: re.Match[str]) -> str:
    """Empties a text that runs over several lines, so that what it quotes is not read as keys."""
    found = literal[0]
    return '""' + "\n" * found.count("\n") if found.startswith(('"""', "'''")) else found


def _opened(line: str) -> int:
    bare = _LITERAL.sub("", line)
    return sum(bare.count(bracket) for bracket in "[{") - sum(bare.count(bracket) for bracket in "]}")


def _dotted(text: str) -> tuple[str, ...]:
    return tuple(quoted or single or bare for quoted, single, bare in _PART.findall(text))


def _key(line: str) -> tuple[str, ...]:
    """The dotted key before an equals sign, or nothing."""
    parts, position = [], 0
    while part := _PART.match(line, position):
        parts.append(part[1] or part[2] or part[3])
        position = part.end()
        if line[position : position + 1] == "=":
            return tuple(parts)
        if line[position : position + 1] != ".":
            break
        position += 1
    return ()


def _numbered(names: tuple[str, ...], last_entry: dict[KeyPath, int], *, opens_entry: bool) -> KeyPath:
    """The path with the number of the array entry that each part stands in."""
    path: KeyPath = ()
    for at, name in enumerate(names, 1):
        path = (*path, name)
        if opens_entry and at == len(names):
            last_entry[path] = last_entry.get(path, -1) + 1
        if path in last_entry:
            path = (*path, last_entry[path])
    return path
