"""`quotaboard config path|check|show`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from quotaboard.cli import diagnostics, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.paths import exists, log_file, state_dir
from quotaboard.config.place import ConfigPlace, config_place
from quotaboard.config.values import Config


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("path", "check", "show"),
        metavar="path|check|show",
        help="where it is; whether it is right; what is in force, and where each value comes from",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: Namespace) -> ExitCode:
    place = config_place(args.config)
    match args.action:
        case "path":
            return _path(place, as_json=args.json)
        case "check":
            return _check(place, as_json=args.json)
        case _:
            return _show(place, as_json=args.json)


def _path(place: ConfigPlace, *, as_json: bool) -> ExitCode:
    if as_json:
        output.document(
            {
                "config": str(place.path),
                "chosen_by": place.chosen_by,
                "exists": exists(place.path),
                "state_dir": str(state_dir()),
                "log": str(log_file()),
            }
        )
    else:
        output.line(str(place.path))
    return ExitCode.OK


def _check(place: ConfigPlace, *, as_json: bool) -> ExitCode:
    from quotaboard.config.loading import load_config

    loaded = load_config(place.path, must_exist=place.must_exist)
    problems = loaded if isinstance(loaded, list) else []
    hints = [] if isinstance(loaded, list) else list(_hints(loaded, place.path))
    if as_json:
        output.document(
            {
                "config": str(place.path),
                "problems": [
                    {"line": problem.line, "key": problem.key, "message": problem.message}
                    for problem in problems
                ],
                "hints": hints,
            }
        )
        return ExitCode.USAGE if problems else ExitCode.OK
    if problems:
        return diagnostics.config_problems(problems)
    if exists(place.path):
        output.line(f"{place.path}: all is well.")
    else:
        output.line(f"{place.path}: there is no file yet, so the defaults are in force.")
    for hint in hints:
        output.line(hint)
    return ExitCode.OK


def _hints(config: Config, path: Path) -> Iterator[str]:
    """What works as it is, and was probably meant otherwise."""
    from quotaboard.cli.checks.plugins import broken
    from quotaboard.providers import prices
    from quotaboard.providers.openai.addresses import address_of  # only who asks for hints pays for it

    prices.use(config.prices)
    if trouble := prices.trouble():
        yield trouble
    for plugin in broken():
        yield plugin.sentence
    for entry in config.credentials:
        if entry.base_url is not None and (advice := address_of(entry.base_url).advice):
            yield f"{entry.name}: {advice}"
    if config.ui.theme is not None:
        from quotaboard.cli.look import theme_folders
        from quotaboard.tui.theme_files import bundled_folder, load_themes
        from quotaboard.tui.wardrobe import no_such_theme

        found = load_themes((bundled_folder(), *theme_folders(path)))
        names = [palette.name for palette in found.loaded]
        if config.ui.theme not in names:
            yield f"{no_such_theme(config.ui.theme, names)} `quotaboard themes` lists them."


def _show(place: ConfigPlace, *, as_json: bool) -> ExitCode:
    from quotaboard.config.effective import effective_settings
    from quotaboard.config.loading import load_config

    loaded = load_config(place.path, must_exist=place.must_exist)
    if isinstance(loaded, list):
        return diagnostics.config_problems(loaded)
    tables = effective_settings(loaded, place.path)
    if as_json:
        output.document(
            {
                "config": str(place.path),
                "chosen_by": place.chosen_by,
                "settings": [table.json for table in tables],
            }
        )
        return ExitCode.OK
    output.line(f"# {place.path} (chosen by {place.chosen_by})")
    for table in tables:
        output.line()
        output.line(table.header)
        for setting in table.settings:
            output.line(f"{setting.written:<50}  # {setting.origin}")
    return ExitCode.OK
