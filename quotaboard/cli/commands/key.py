"""`quotaboard key set NAME | rm NAME | list`: our own items in the system keyring."""

import sys
from argparse import REMAINDER, ArgumentParser, Namespace
from datetime import UTC, datetime

from quotaboard.cli import diagnostics, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.paths import private_folder, state_dir
from quotaboard.config.rules import looks_secret, name_trouble
from quotaboard.domain.lane import Credential
from quotaboard.domain.secret import Secret
from quotaboard.sources import keyring_index, keyring_store
from quotaboard.sources.documents import Trouble
from quotaboard.sources.tokens import LONGEST, hold, kind_of, owner_of

SCHEMA = "quotaboard.keys/1"
_ACTIONS = {
    "set": "Store a token or key, typed unseen or read from a pipe.",
    "rm": "Delete a token or key from the system keyring.",
    "list": "List the names; the keyring itself is not opened.",
}
_HOW = (
    "Run `quotaboard key set NAME` and type or paste it when asked, or pipe it in. "
    "Other programs can read the words of a command, and shells remember them."
)


def add_arguments(parser: ArgumentParser) -> None:
    # Without choices and with a remainder, because argparse prints the words that it does not know,
    # and one of them may be a token.
    parser.add_argument("action", metavar="set|rm|list", help="store a secret, delete one, or list the names")
    parser.add_argument(
        "words",
        nargs=REMAINDER,
        metavar="...",
        help="NAME [--provider P] to store, NAME to delete, [--json] to list",
    )


def run(args: Namespace) -> ExitCode:
    action = args.action
    if action not in _ACTIONS:
        diagnostics.error("`quotaboard key` is followed by set, rm or list.")
        return ExitCode.USAGE
    words, surplus = _parser(action).parse_known_args(args.words)
    if surplus or looks_secret(words.name or ""):
        diagnostics.error(f"Only a name belongs there: no secret is taken from the command line. {_HOW}")
        return ExitCode.USAGE
    if action == "list":
        return _list(as_json=words.json)
    if trouble := _word_trouble("name", words.name) or _word_trouble(
        "provider", words.provider or "anthropic"
    ):
        diagnostics.error(trouble)
        return ExitCode.USAGE
    return _set(words.name, words.provider) if action == "set" else _remove(words.name)


def _word_trouble(what: str, word: str) -> str | None:
    if not word.isprintable():
        return f"The {what} must be letters, digits and signs that can be printed."
    trouble = name_trouble(word)
    return trouble and f"The {what} {trouble}"


def _parser(action: str) -> ArgumentParser:
    parser = ArgumentParser(prog=f"quotaboard key {action}", description=_ACTIONS[action], allow_abbrev=False)
    parser.set_defaults(name=None, provider=None)
    if action == "list":
        parser.add_argument("--json", action="store_true", help="list in JSON")
        return parser
    parser.add_argument("name", metavar="NAME", help='one word, as in source = "keyring:NAME"')
    if action == "set":
        parser.add_argument("--provider", metavar="P", help="whose it is, where its looks do not tell")
    return parser


def _set(name: str, provider: str | None) -> ExitCode:
    token = _ask(name).strip()
    now = datetime.now(UTC)
    owner = owner_of(token)
    whose = provider or owner or "anthropic"
    credential = Credential(name, whose, kind_of(token), "keyring", ("The input",))
    held = hold(credential, token, now, renew="type, paste or pipe the token or key itself")
    if held.secret is None:
        diagnostics.error(held.trouble or "")
        return ExitCode.USAGE
    if owner not in (None, whose):
        diagnostics.error(
            f"This is a key of {owner}, not of {whose}: leave out --provider, or check the key."
        )
        return ExitCode.USAGE
    return _store(name, whose, held.secret, now)


def _store(name: str, provider: str, secret: Secret, now: datetime) -> ExitCode:
    try:
        folder = private_folder(state_dir())
    except OSError as error:
        diagnostics.error(f"{state_dir()} cannot be made ({error.strerror}): check the folder above it.")
        return ExitCode.FAILED
    stored = keyring_store.store(name, provider, secret, state_dir=folder, now=now)
    if isinstance(stored, Trouble):
        diagnostics.error(stored.sentence)
        return ExitCode.FAILED
    output.line(f'Stored "{name}" ({provider}) in {stored.backend}.')
    diagnostics.note(f'To use it, put `source = "keyring:{name}"` into the config.')
    return ExitCode.OK


def _remove(name: str) -> ExitCode:
    trouble = keyring_store.remove(name, state_dir=state_dir())
    if trouble:
        diagnostics.error(trouble.sentence)
        return ExitCode.FAILED
    output.line(f'Removed "{name}".')
    return ExitCode.OK


def _list(*, as_json: bool) -> ExitCode:
    known = keyring_index.keys(state_dir())
    if isinstance(known, Trouble):
        diagnostics.error(known.sentence)
        return ExitCode.FAILED
    if as_json:
        entries = [{"name": key.name, "provider": key.provider, "where": key.backend} for key in known]
        output.document({"schema": SCHEMA, "keys": entries})
        return ExitCode.OK
    if not known:
        diagnostics.note("No keys are stored yet. `quotaboard key set NAME` stores one.")
    widths = [max((len(text) for text in column), default=0) for column in _columns(known)]
    for key in known:
        output.line(f"{key.name:<{widths[0]}}  {key.provider:<{widths[1]}}  {key.backend}")
    return ExitCode.OK


def _columns(known: tuple[keyring_index.Key, ...]) -> tuple[list[str], list[str]]:
    return [key.name for key in known], [key.provider for key in known]


def _ask(name: str) -> str:
    """What was typed at a terminal, unseen, or what a pipe holds."""
    if not sys.stdin.isatty():
        return sys.stdin.buffer.read(LONGEST + 1).decode(errors="replace")
    from getpass import getpass  # termios, for a terminal only

    try:
        return getpass(f"Token or key for {name} (it is not shown): ")
    except EOFError:
        return ""
