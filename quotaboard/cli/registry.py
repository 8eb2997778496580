"""The table of commands. A row costs nothing; its module is imported when the command is chosen.

Each module `quotaboard.cli.commands.<name>` has `add_arguments(parser)` and `run(args)`, which returns the
exit code. A quick one also has `quick(words)`, which is given the other words before argparse is imported;
when it returns None, the work is left to `run`.
"""


class Command:
    """One command: its name is its module's too, with dashes for underscores.

    A plain class, because the module that makes dataclasses would take a third of the time that `line` has.
    """

    __slots__ = ("help", "listed", "name", "quick")

    def __init__(self, name: str, help: str, *, quick: bool = False, listed: bool = True) -> None:  # noqa: A002
        self.name = name
        self.help = help
        """One line for `--help`."""
        self.quick = quick
        self.listed = listed
        """Whether `--help` shows it."""

    @property
    def module(self) -> str:
        return f"quotaboard.cli.commands.{self.name.replace('-', '_')}"


COMMANDS = (
    Command("board", "open the board (what `quotaboard` alone does)"),
    Command("demo", "open the board on a provider of its own: no account, no config, nothing written"),
    Command("status", "print what is known as a table, or as JSON", quick=True),
    Command("line", "print one line for a status bar, from the store, without the network", quick=True),
    Command("explain", "judge a captured answer, or a pasted error or log line"),
    Command("config", "say where the config is, check it, or show what is in force"),
    Command("key", "keep a token or key of your own in the system keyring"),
)

ON_A_TERMINAL = "board"
"""What `quotaboard` alone does."""
WITHOUT_A_TERMINAL = "status"


def find(name: str) -> Command | None:
    """The command of that name, if there is one."""
    return next((command for command in COMMANDS if command.name == name), None)
