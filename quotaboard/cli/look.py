"""How the board is to look: the command line's words before the config's."""

from __future__ import annotations

import logging
from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path

from quotaboard.config.paths import log_file
from quotaboard.config.place import config_place
from quotaboard.config.values import Config
from quotaboard.tui.draw.page import DEMO
from quotaboard.tui.draw.palette import DARK
from quotaboard.tui.options import Options

SEARCHED = (
    "Claude Code's login",
    "Hermes' pool and .env",
    "the logins of OpenClaw and Codex",
    "the environment (CLAUDE_CODE_OAUTH_TOKEN, ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN)",
    "keys that you gave to `quotaboard key set`",
)

log = logging.getLogger(__name__)


def add_line_mode(parser: ArgumentParser) -> None:
    """The option, for the commands that open a board."""
    parser.add_argument(
        "--line-mode", action="store_true", help="one to three lines, for a pane as low as a status bar"
    )


def board_options(args: Namespace, config: Config) -> Options:
    """The options of a board over the user's own credentials."""
    path = config_place(args.config).path
    return Options(
        ascii=config.ui.ascii if args.ascii is None else args.ascii,
        theme=config.ui.theme or DARK,
        theme_folders=theme_folders(args.config),
        offers_demo=True,
        searched=SEARCHED,
        log_path=log_file(),
        keymap=config.keys,
        alerts=config.alerts,
        readonly=bool(args.readonly),
        line_mode=args.line_mode,
        remember_theme=None if args.readonly else partial(remember_theme, path),
    )


def theme_folders(named: Path | None) -> tuple[Path, ...]:
    """Where a user's own themes are: beside the config that is in force."""
    return (config_place(named).path.parent / "themes",)


def demo_options(args: Namespace) -> Options:
    """The options of a demo: nothing of the user's is read or written."""
    return Options(
        ascii=bool(args.ascii), readonly=bool(args.readonly), line_mode=args.line_mode, played=DEMO
    )


def remember_theme(path: Path, name: str) -> None:
    """Keep the theme in the config. Where that cannot be done it lasts as long as the board."""
    from quotaboard.config.loading import load_config
    from quotaboard.config.writing import save_config, with_setting  # tomlkit, for whoever changes the theme

    if isinstance(load_config(path), list):
        log.warning("the theme was not kept: %s is no longer right", path)
        return
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if problem := save_config(path, with_setting(text, "ui", "theme", name)):
        log.warning("the theme was not kept: %s", problem)
