"""What can be typed after `quotaboard`, read off the parser itself, and the scripts that tell a shell."""

from __future__ import annotations

from argparse import ONE_OR_MORE, OPTIONAL, SUPPRESS, ZERO_OR_MORE, Action, ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from quotaboard.cli.parser import build_parser
from quotaboard.cli.registry import COMMANDS

FILES = frozenset({"FILE", "DIR", "PATH"})
STORED = {
    **dict.fromkeys(("CREDENTIAL|LANE", "ID", "LANE", "CREDENTIAL"), "names"),
    "AGENT": "agents",
    "PROFILE": "profiles",
}
"""What is to be typed there, and the word by which `quotaboard completions` lists what there is."""


class Option(NamedTuple):
    """An option, or a place for a word that is none."""

    flags: tuple[str, ...]
    """Empty for a word without a dash."""
    help: str
    takes: str | None
    """What its value is called; None when it has none."""
    choices: tuple[str, ...] = ()
    many: bool = False

    @property
    def kind(self) -> str:
        """`choices`, `files`, `any`, `none`, or one of the words of STORED."""
        if self.choices:
            return "choices"
        if self.takes is None:
            return "none"
        if self.takes in FILES:
            return "files"
        return STORED.get(self.takes, "any")


def asking(kind: str) -> str:
    """What a script runs to know what there is."""
    return f"quotaboard completions {kind} 2>/dev/null"


class Typed(NamedTuple):
    """A command and what belongs behind it."""

    name: str
    help: str
    options: tuple[Option, ...]

    @property
    def flags(self) -> list[str]:
        return [flag for option in self.options for flag in option.flags]

    @property
    def words(self) -> list[Option]:
        """The places for words without a dash."""
        return [option for option in self.options if not option.flags]


def everywhere() -> tuple[Option, ...]:
    """The options that stand before any command."""
    return tuple(_options(build_parser(None)))


def commands() -> list[Typed]:
    """Every listed command."""
    return [
        Typed(command.name, command.help, tuple(_options(_own(build_parser(command), command.name))))
        for command in COMMANDS
        if command.listed
    ]


def _own(parser: ArgumentParser, name: str) -> ArgumentParser:
    """The parser of the chosen command."""
    found = next(action for action in _actions(parser) if isinstance(action.choices, dict))
    own: ArgumentParser = found.choices[name]  # type: ignore[index] # the sub-parsers are a dict
    return own


def _options(parser: ArgumentParser) -> Iterator[Option]:
    for action in _actions(parser):
        if action.help == SUPPRESS or isinstance(action.choices, dict):
            continue
        takes = action.metavar if isinstance(action.metavar, str) else (action.type and action.dest.upper())
        valued = action.nargs != 0
        many = action.nargs in {ZERO_OR_MORE, ONE_OR_MORE}
        offered: Iterable[object] = action.choices or getattr(action, "offers", None) or ()
        choices = tuple(map(str, offered))
        yield Option(
            tuple(action.option_strings),
            " ".join((action.help or "").replace("%%", "%").split()),
            (str(takes) if takes else "VALUE") if valued else None,
            choices,
            many=many and action.nargs != OPTIONAL,
        )


def _actions(parser: ArgumentParser) -> Sequence[Action]:
    return parser._actions  # noqa: SLF001 - argparse offers no other way to read what was added


BASH_STORED = (
    "_quotaboard_stored() {",
    "    local word quoted",
    '    while IFS= read -r word; do [[ "$word" == "$1"* ]] || continue',
    '        printf -v quoted %q "${word#"$head"}"; COMPREPLY+=("$quoted")',
    "    done",
    "}",
)
"""Offers what is read. Names are others' words, of which `compgen -W` would run what looks like a command."""
BASH_JOINED = (
    '    while [[ "$COMP_WORDBREAKS" == *:* && $at -gt 1',
    '            && ("${COMP_WORDS[at]}" == :* || "${COMP_WORDS[at-1]}" == :*) ]]; do',
    '        cur="${COMP_WORDS[--at]}$cur" head="${cur%"${cur##*:}"}"',
    "    done",
    '    prev="${COMP_WORDS[at-1]}"',
    '    [[ "$cur" == "=" ]] && cur=""',
    '    [[ "$prev" == "=" ]] && prev="${COMP_WORDS[at-2]}"',
)
"""Puts together what bash has parted at `:` and `=`; `head`, up to a colon, stands there already."""
BASH_FILES = (
    "_quotaboard_files() {",
    "    local word form=%q",
    "    # As file names they are quoted by bash, and a folder ends in its slash; bash 3 cannot be told so.",
    "    compopt -o filenames 2>/dev/null && form=%s",
    '    while IFS= read -r word; do printf -v word "$form" "${word#"$head"}"; COMPREPLY+=("$word")',
    '    done < <(compgen -f -- "$1")',
    "}",
)
"""Offers files: a plain `$(compgen -f)` parts a name at its spaces, and quotes nothing that would run."""


def bash() -> str:
    """One function; it looks for the command word, then at what stands before the cursor."""
    valued, listed = [], []
    for command in [Typed("", "", everywhere()), *commands()]:
        for option in command.options:
            if option.flags and option.kind != "none":
                pattern = " | ".join(f'"{command.name} {flag}"' for flag in option.flags)
                valued.append(f"        {pattern}) {_bash_reply(option)}; return ;;")
        words = command.flags if command.name else [*command.flags, *(one.name for one in commands())]
        words = [*words, *(choice for option in command.words for choice in option.choices)]
        stored = [_bash_reply(option) for option in command.words if option.kind in STORED.values()]
        offers = "; ".join([f'words="{" ".join(words)}"', *stored])
        listed.append(f'        "{command.name}") {offers} ;;')
    lines = [
        "# bash completion for quotaboard: source it, or save it where your bash-completion looks",
        *BASH_STORED,
        *BASH_FILES,
        "_quotaboard() {",
        '    local at=$COMP_CWORD cur="${COMP_WORDS[COMP_CWORD]}" prev command="" words="" head=""',
        "    COMPREPLY=()",
        *BASH_JOINED,
        "    for ((at = 1; at < COMP_CWORD; at++)); do",
        '        case "${COMP_WORDS[at]}" in',
        '            --config) ((at++)); [[ "${COMP_WORDS[at]}" == "=" ]] && ((at++)) ;;',
        "            -*) ;;",
        '            *) command="${COMP_WORDS[at]}"; break ;;',
        "        esac",
        "    done",
        '    [[ "$prev" == --config ]] && { _quotaboard_files "$cur"; return; }',
        '    case "$command $prev" in',
        *valued,
        "    esac",
        '    case "$command" in',
        *listed,
        "    esac",
        '    COMPREPLY+=($(compgen -W "$words" -- "$cur"))',
        *_bash_files(),
        "}",
        "complete -F _quotaboard quotaboard",
    ]
    return "\n".join(lines)


def _bash_reply(option: Option) -> str:
    match option.kind:
        case "choices":
            return f'COMPREPLY=($(compgen -W "{" ".join(option.choices)}" -- "$cur"))'
        case "files":
            return '_quotaboard_files "$cur"'
        case kind if kind in STORED.values():
            return f'_quotaboard_stored "$cur" < <({asking(kind)})'
        case _:
            return "COMPREPLY=()"


def _bash_files() -> Iterator[str]:
    names = [command.name for command in commands() if any(one.kind == "files" for one in command.words)]
    if names:
        pattern = " | ".join(names)
        yield f'    case "$command" in {pattern}) _quotaboard_files "$cur" ;; esac'


def zsh() -> str:
    """`_arguments` for each command."""
    shared = [_zsh_option(option) for option in everywhere() if option.flags]
    lines = [
        "#compdef quotaboard",
        "# zsh completion for quotaboard: save it as _quotaboard in a folder of $fpath",
        *(line for kind in sorted(set(STORED.values())) for line in _zsh_asking(kind)),
        "_quotaboard() {",
        "    local -a commands",
        "    local state line",
        "    commands=(",
        *(f"        {_quoted(command.name + ':' + command.help)}" for command in commands()),
        "    )",
        "    _arguments -C \\",
        *(f"        {one} \\" for one in shared),
        "        '1: :->command' '*:: :->rest' && return",
        '    case "$state" in',
        "        command) _describe command commands ;;",
        "        rest)",
        '            case "${line[1]}" in',
    ]
    for command in commands():
        specs = [
            *map(_zsh_option, (one for one in command.options if one.flags)),
            *map(_zsh_word, command.words),
        ]
        lines.append(f"                {command.name}) _arguments {' '.join(specs)} ;;")
    lines += [
        "            esac ;;",
        "    esac",
        "}",
        # Loaded from $fpath this is the function, at the first press of Tab; sourced, it only tells of it.
        'if [[ "${funcstack[1]}" == _quotaboard ]]; then',
        '    _quotaboard "$@"',
        "else",
        "    compdef _quotaboard quotaboard",
        "fi",
    ]
    return "\n".join(lines)


def _zsh_asking(kind: str) -> Iterator[str]:
    yield f"_quotaboard_{kind}() {{"
    yield "    local -a found"
    yield f'    found=(${{(f)"$({asking(kind)})"}})'
    yield "    compadd -a found"
    yield "}"


def _zsh_option(option: Option) -> str:
    about = _bracketed(option.help)
    value = "" if option.takes is None else f":{_bracketed(option.takes.lower())}:{_zsh_action(option)}"
    specs = [f"{flag}[{about}]{value}" for flag in option.flags]
    return " ".join(map(_quoted, specs))


def _zsh_word(option: Option) -> str:
    count = "*" if option.many else ""
    return _quoted(f"{count}:{_bracketed((option.takes or 'word').lower())}:{_zsh_action(option)}")


def _zsh_action(option: Option) -> str:
    match option.kind:
        case "choices":
            return f"({' '.join(option.choices)})"
        case "files":
            return "_files"
        case kind if kind in STORED.values():
            return f"_quotaboard_{kind}"
        case _:
            return " "


def _bracketed(text: str) -> str:
    """A text inside a specification, where brackets and colons have a meaning."""
    return text.replace("\\", "").replace("[", "(").replace("]", ")").replace(":", " -")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def fish() -> str:
    """A line for each word."""
    lines = ["# fish completion for quotaboard: save it as ~/.config/fish/completions/quotaboard.fish"]
    lines.append("complete -c quotaboard -f")
    for option in everywhere():
        lines += _fish(option, None)
    lines += [
        f"complete -c quotaboard -n __fish_use_subcommand -a {command.name} -d {_fish_quoted(command.help)}"
        for command in commands()
    ]
    for command in commands():
        lines += [line for option in command.options for line in _fish(option, command.name)]
    return "\n".join(lines)


def _fish(option: Option, command: str | None) -> Iterator[str]:
    parts = ["complete -c quotaboard"]
    if command is not None:
        parts.append(f"-n '__fish_seen_subcommand_from {command}'")
    parts += [f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags]
    values = {
        "choices": f"-a {_fish_quoted(' '.join(option.choices))}",
        "files": "-F",
        **{kind: f"-a '({asking(kind)})'" for kind in STORED.values()},
    }.get(option.kind)
    if option.flags and option.takes is not None:
        parts.append("-r" if option.kind == "files" else "-x")
    if values:
        parts.append(values)
    if not option.flags and not values:
        return
    if option.help:
        parts.append(f"-d {_fish_quoted(option.help)}")
    yield " ".join(parts)


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SCRIPTS = {"bash": bash, "zsh": zsh, "fish": fish}
