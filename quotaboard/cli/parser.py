"""The argument parser: every command's name and help, but only the chosen command's own options."""

import re
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from quotaboard import __version__
from quotaboard.cli.registry import COMMANDS, Command
from quotaboard.domain.hiding import hide_secrets

HIDDEN = "…"
DESCRIPTION = "Is it spent, gated, or paid? One verdict for each provider lane that your agents use."
EPILOG = """\
`quotaboard COMMAND --help` says more. Without a terminal, quotaboard alone prints the status.
Exit codes: 0 fine, 1 failed, 2 wrong usage or config, 3 blocked, 4 not known, 5 refused."""


class Parser(ArgumentParser):
    """argparse repeats the words that it does not know, and one of them may be a token or a name."""

    hidden: Sequence[str] = ()
    """Words that no complaint may repeat."""

    def error(self, message: str) -> NoReturn:
        for word in self.hidden:
            message = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", HIDDEN, message)
        super().error(hide_secrets(message))


def hidden_words(words: Sequence[str]) -> list[str]:
    """What `--mask` keeps from being told again: what was typed but options and commands, longest first."""
    if "--mask" not in words:
        return []
    told = [word.partition("=")[2] if word.startswith("-") else word for word in words]
    ours = {command.name for command in COMMANDS}
    return sorted({word for word in told if word and word not in ours}, key=len, reverse=True)


def build_parser(chosen: Command | None, hidden: Sequence[str] = ()) -> ArgumentParser:
    """The parser that reads the words of the chosen command, or prints help when none is chosen.

    `hidden` are words that no complaint may repeat.
    """
    parser = Parser(
        prog="quotaboard",
        usage="quotaboard [OPTIONS] [COMMAND]",
        description=f"{DESCRIPTION}\n\n{_command_list()}",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[_global_options(defaults=True)],
        allow_abbrev=False,
    )
    parser.hidden = hidden
    parser.add_argument("-V", "--version", action="version", version=f"quotaboard {__version__}")
    if chosen is not None:
        commands = parser.add_subparsers(prog="quotaboard", metavar="COMMAND", parser_class=Parser)
        own = commands.add_parser(
            chosen.name,
            description=f"{chosen.help[0].upper()}{chosen.help[1:]}.",
            parents=[_global_options(defaults=False)],
            allow_abbrev=False,
        )
        own.hidden = hidden
        import_module(chosen.module).add_arguments(own)
    return parser


def _command_list() -> str:
    """Every listed command under its heading."""
    listed = [command for command in COMMANDS if command.listed]
    width = max(len(command.name) for command in listed)
    lines: list[str] = []
    for group in dict.fromkeys(command.group for command in listed):
        lines += ["", f"{group}:"] if lines else [f"{group}:"]
        lines += [f"  {each.name:<{width}}  {each.help}" for each in listed if each.group == group]
    return "\n".join(lines)


def _global_options(*, defaults: bool) -> Parser:
    """The options that stand before or after a command; left out after it, one before it stays in force."""

    def default(value: object) -> object:
        return value if defaults else SUPPRESS

    options = Parser(add_help=False)
    group = options.add_argument_group("options everywhere")
    group.add_argument(
        "--config", metavar="FILE", type=Path, default=default(None), help="use this config file"
    )
    group.add_argument(
        "--debug", action="store_true", default=default(False), help="write what happens to the log file"
    )
    group.add_argument(
        "--readonly",
        action="store_true",
        default=default(False),
        help="change no file of an agent, nor the config",
    )
    group.add_argument(
        "--no-mouse",
        dest="mouse",
        action="store_false",
        default=default(None),
        help="leave the mouse to the terminal",
    )
    group.add_argument(
        "--mask",
        action="store_true",
        default=default(False),
        help="hide who and where: names, e-mail addresses, accounts, hosts and paths become pseudonyms",
    )
    group.add_argument(
        "--ascii", action="store_true", default=default(None), help="use ASCII characters alone"
    )
    return options
