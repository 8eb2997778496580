"""The table of commands. A row costs nothing; its module is imported when the command is chosen.

Each module `quotaboard.cli.commands.<name>` has `add_arguments(parser)` and `run(args)`, which returns the
exit code. A quick one also has `quick(words)`, which is given the other words before argparse is imported;
when it returns None, the work is left to `run`.
"""


class Command:
    """One command: its name is its module's too, with dashes for underscores.

    A plain class, because the module that makes dataclasses would take a third of the time that `line` has.
    """

    __slots__ = ("group", "help", "listed", "name", "quick")

    def __init__(
        self,
        name: str,
        group: str,
        help: str,  # noqa: A002 - as argparse calls it
        *,
        quick: bool = False,
        listed: bool = True,
    ) -> None:
        self.name = name
        self.group = group
        """Under which heading `--help` shows it."""
        self.help = help
        """One line for `--help`."""
        self.quick = quick
        self.listed = listed
        """Whether `--help` shows it."""

    @property
    def module(self) -> str:
        return f"quotaboard.cli.commands.{self.name.replace('-', '_')}"


SEE, MOVE, EXPLAIN, SET_UP = "see where you stand", "move an agent", "find out why", "set up"

COMMANDS = (
    Command("board", SEE, "open the board (what `quotaboard` alone does)"),
    Command("status", SEE, "print what is known as a table, or as JSON; --refresh asks first", quick=True),
    Command("line", SEE, "print one line for a status bar, from what is stored", quick=True),
    Command("watch", SEE, "ask without a screen, and print a line for each verdict that changes"),
    Command("alerts", SEE, "list what you were alerted of, try the alerts, or mute them"),
    Command("history", SEE, "print how full each window was and how lanes closed, also as JSON or CSV"),
    Command("demo", SEE, "open a board on a pretend provider: no account, no network, nothing written"),
    Command("report", SEE, "write the board and its history as one page that needs nothing else"),
    Command("snapshot", SEE, "print or write the advisory document for other programs"),
    Command("serve", SEE, "serve metrics and JSON to this machine, and with --web the board to a browser"),
    Command("profiles", MOVE, "list the routes that your agents can be put on, best first"),
    Command("preflight", MOVE, "before a long run: will the agent's lane serve, and last; else which would"),
    Command("switch", MOVE, "put an agent on another profile, and prove that it serves"),
    Command("undo", MOVE, "take back the newest switch of an agent"),
    Command("explain", EXPLAIN, "judge a captured answer, or an error or log line that you paste"),
    Command("doctor", EXPLAIN, "say what is there, what is in the way, and what would be sent"),
    Command("record", EXPLAIN, "keep what the board saw as a file without names, to be given away"),
    Command("init", SET_UP, "find credentials, say what looking at them costs, ask, write the config"),
    Command("config", SET_UP, "say where the config is, check it, or show what is in force"),
    Command("themes", SET_UP, "list the board's themes, say where your own go, or check one"),
    Command("completions", SET_UP, "print what a shell needs to complete commands, options and lanes"),
    Command("shape", SET_UP, "make a request shape of a captured request, without what it said"),
    Command(
        "statusline", SET_UP, "let Claude Code's status line tell what it knows of the plan, free", quick=True
    ),
    Command("tmux", SET_UP, "put the line into tmux's status line, take it out, or say what is the matter"),
    Command("key", SET_UP, "keep a token or key of your own in the system keyring"),
)

ON_A_TERMINAL = "board"
"""What `quotaboard` alone does."""
WITHOUT_A_TERMINAL = "status"


def find(name: str) -> Command | None:
    """The command of that name, if there is one."""
    return next((command for command in COMMANDS if command.name == name), None)
