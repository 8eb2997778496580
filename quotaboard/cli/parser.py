"""The argument parser: every command's name and help, but only the chosen command's own options."""

from argparse import SUPPRESS, ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from quotaboard import __version__
from quotaboard.cli.registry import COMMANDS, Command
from quotaboard.domain.hiding import hide_secrets

DESCRIPTION = "Is it spent, gated, or paid? One verdict for each provider lane that your agents use."
EPILOG = """\
Without a command, quotaboard opens the board; without a terminal it prints the status.
Exit codes: 0 fine, 1 failed, 2 wrong usage or config, 3 blocked, 4 not known, 5 refused."""


class Parser(ArgumentParser):
    """argparse repeats the words that it does not know, and one of them may be a token."""

    def error(self, message: str) -> NoReturn:
        super().error(hide_secrets(message))


def build_parser(chosen: Command | None) -> ArgumentParser:
    """The parser that reads the words of the chosen command, or prints help when none is chosen."""
    from argparse import RawDescriptionHelpFormatter

    parser = Parser(
        prog="quotaboard",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[_global_options(defaults=True)],
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"quotaboard {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        if command is chosen:
            own = commands.add_parser(
                command.name,
                help=command.help,
                description=f"{command.help[0].upper()}{command.help[1:]}.",
                parents=[_global_options(defaults=False)],
                allow_abbrev=False,
            )
            import_module(command.module).add_arguments(own)
        elif command.listed:
            commands.add_parser(command.name, help=command.help)
    return parser


def _global_options(*, defaults: bool) -> ArgumentParser:
    """The options that stand before or after a command; left out after it, one before it stays in force."""

    def default(value: object) -> object:
        return value if defaults else SUPPRESS

    options = ArgumentParser(add_help=False)
    group = options.add_argument_group("everywhere")
    group.add_argument(
        "--config", metavar="FILE", type=Path, default=default(None), help="read this config file"
    )
    group.add_argument(
        "--debug", action="store_true", default=default(False), help="write what happens to the log file"
    )
    group.add_argument(
        "--readonly", action="store_true", default=default(False), help="change no file of any agent"
    )
    group.add_argument(
        "--no-mouse",
        dest="mouse",
        action="store_false",
        default=default(None),
        help="leave the mouse to the terminal",
    )
    group.add_argument(
        "--ascii", action="store_true", default=default(None), help="draw without box characters"
    )
    return options
