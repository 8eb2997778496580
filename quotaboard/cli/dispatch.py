"""From words to the one command that they name."""

from __future__ import annotations

from importlib import import_module

from quotaboard.cli import diagnostics, output, registry
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.registry import Command

TYPE_CHECKING = False  # importing `typing` for it takes 5 ms
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

INTERRUPTED = 130
"""What shells expect of a process that ctrl+c ended; it says nothing about a lane."""

_TAKES_A_VALUE = {"--config", "--from"}


def dispatch(words: Sequence[str]) -> int:
    """Run the command that the words name; no exception leaves here."""
    output.prepare()
    code = _outcome(words)
    lost = output.finish()
    return diagnostics.output_lost(lost) if lost else code


def _outcome(words: Sequence[str]) -> int:
    try:
        return _run(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as finished:
        # argparse leaves this way after `--help` and after wrong usage.
        return finished.code if isinstance(finished.code, int) else ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - the last edge: a sentence for the person, the traceback in the log
        return diagnostics.crashed(error, traceback_wanted="--debug" in words)


def _run(words: Sequence[str]) -> int:
    named = _command_word(words)
    if named is None and any(word in {"-h", "--help"} for word in words):
        return _with_parser(words, None)
    name = named or (registry.ON_A_TERMINAL if output.holds_a_board() else registry.WITHOUT_A_TERMINAL)
    command = registry.find(name)
    if command is None:
        return _unknown(named, masked="--mask" in words) if named else _with_parser(["--help"], None)
    if command.quick and named:
        at = words.index(name)
        code: int | None = import_module(command.module).quick([*words[:at], *words[at + 1 :]])
        if code is not None:
            return code
    return _with_parser(words if named else [name, *words], command)


def _with_parser(words: Sequence[str], command: Command | None) -> int:
    from quotaboard.cli.parser import build_parser, hidden_words

    args: Namespace = build_parser(command, hidden_words(words)).parse_args(words)
    assert command is not None, "without a command the parser has printed help and left"  # noqa: S101 - a bug
    _forbid_core_dumps()
    if args.debug:
        diagnostics.start_log()
    if args.mask:
        return _masked(command, args)
    code: int = import_module(command.module).run(args)
    return code


def _forbid_core_dumps() -> None:
    """A picture of this process's memory would hold its secrets; who wants one may raise the limit again."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    # One byte is too little for a file, and the only limit at which no collecting program is started.
    least = 1 if hard == resource.RLIM_INFINITY else min(1, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (least, hard))


def _masked(command: Command, args: Namespace) -> int:
    """The same, with everybody behind a pseudonym."""
    from quotaboard.cli import masking

    masking.put_on(args, command.name)
    try:
        code: int = import_module(command.module).run(args)
    finally:
        masking.take_off()
    return code


def _command_word(words: Sequence[str]) -> str | None:
    """The first word that is neither an option nor an option's value."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _TAKES_A_VALUE
        else:
            return word
    return None


def _unknown(name: str, *, masked: bool) -> ExitCode:
    from quotaboard.config.suggestions import nearest

    near = nearest(name, [command.name for command in registry.COMMANDS if command.listed])
    told = "…" if masked else name
    diagnostics.error(f'There is no command "{told}".{near} `quotaboard --help` lists them all.')
    return ExitCode.USAGE
