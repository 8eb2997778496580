"""How the board is to look: the command line's words before the config's."""

from __future__ import annotations

from argparse import Namespace

from quotaboard.config.paths import config_dir, log_file
from quotaboard.config.values import Config
from quotaboard.tui.app import Options
from quotaboard.tui.theme import DARK

SEARCHED = (
    "Claude Code's login",
    "Hermes' pool and .env",
    "the environment (CLAUDE_CODE_OAUTH_TOKEN, ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN)",
    "keys that you gave to `quotaboard key set`",
)


def board_options(args: Namespace, config: Config) -> Options:
    """The options of a board over the user's own credentials."""
    return Options(
        ascii=config.ui.ascii if args.ascii is None else args.ascii,
        theme=config.ui.theme or DARK,
        theme_folders=(config_dir() / "themes",),
        offers_demo=True,
        searched=SEARCHED,
        log_path=log_file(),
    )


def demo_options(args: Namespace) -> Options:
    """The options of a demo: nothing of the user's is read or written."""
    return Options(ascii=bool(args.ascii))
