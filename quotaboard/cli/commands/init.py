"""`quotaboard init`: finds credentials, says what looking at them would cost, asks, and writes the config."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace

from quotaboard.cli import diagnostics, opening, output, questions
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.offered import document, offer_lines
from quotaboard.cli.offers import Offer, offers, prices
from quotaboard.config.digest import config_digest
from quotaboard.config.loading import load_config
from quotaboard.config.place import ConfigPlace, config_place
from quotaboard.config.suggestions import nearest
from quotaboard.config.values import CredentialEntry

INTRO = """\
A look is one real request for a single token, sent under quotaboard's own name. It shows whether a lane
serves, it spends a few tokens, and a provider may count it as third-party use. What costs nothing is read
without asking. Nothing is sent now."""
NOTHING_FOUND = (
    "No credential was found: not of Claude Code, Hermes, OpenClaw or Codex, not in the environment, and "
    "none that `quotaboard key set NAME` keeps. Sign in to one of them; `quotaboard demo` shows a board."
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", help="ask nothing: add what was found, and look at nothing"
    )
    parser.add_argument(
        "--probe",
        action="append",
        default=[],
        metavar="NAME",
        help="let quotaboard spend tokens on looking at this credential; may be given several times",
    )
    parser.add_argument(
        "--probe-all", action="store_true", help="let it spend tokens on every credential that can be used"
    )
    parser.add_argument(
        "--json", action="store_true", help="print what was found, and write nothing unless --yes is given"
    )


def run(args: Namespace) -> ExitCode:
    if not (args.yes or args.json or sys.stdin.isatty()):
        diagnostics.error("`quotaboard init` asks questions, and needs a terminal. --yes asks none.")
        return ExitCode.USAGE
    place, now = opening.place(), opening.now()
    named = config_place(args.config)
    before = config_digest(named.path)
    config = load_config(named.path)
    if isinstance(config, list):
        return diagnostics.config_problems(config)
    found = offers(config, place, now)
    if trouble := _wrong_names(args.probe, found):
        diagnostics.error(trouble)
        return ExitCode.USAGE
    costs = [prices(offer, config, place, now) for offer in found]
    if not args.json:
        if not found:
            diagnostics.note(NOTHING_FOUND)
            return ExitCode.UNKNOWN
        for line in offer_lines(found, costs):
            output.line(line)
    wanted = {offer.name for offer in found if offer.usable} if args.probe_all else set(args.probe)
    try:
        entries = _decided(found, wanted, asks=not (args.yes or args.json))
    except questions.Unanswered:
        diagnostics.note("Nothing was written.")
        return ExitCode.FAILED
    writes = bool(entries) and (args.yes or not args.json)
    code = _write(args, named, before, entries) if writes else ExitCode.OK
    if args.json:
        written = named.path if writes and code is ExitCode.OK else None
        output.document(document(found, costs, entries, named.path, written))
    elif not entries:
        known = any(offer.configured for offer in found)
        output.line()
        output.line("The config names all of this already." if known else "Nothing of this can be used yet.")
    return code


def _wrong_names(wanted: Sequence[str], found: Sequence[Offer]) -> str | None:
    """Why these cannot be probed: a sentence, or None when they can."""
    known = {offer.name: offer for offer in found}
    for name in wanted:
        if name not in known:
            near = nearest(name, known) or " `quotaboard init --json` lists what was found."
            return f'No credential "{name}" was found.{near}'
        if (trouble := known[name].trouble) is not None:
            return f"{name} cannot be looked at. {trouble}"
    return None


def _decided(found: Sequence[Offer], wanted: set[str], *, asks: bool) -> list[CredentialEntry]:
    """The entries that are new or become others."""
    if asks and any(offer.usable and not offer.watched.entry.probe for offer in found):
        output.line()
        output.line(INTRO)
        output.line()
        output.flush()
    entries = []
    for offer in found:
        entry = offer.watched.entry
        if offer.usable and not entry.probe:
            entry = _with_consent(offer, given=offer.name in wanted, asks=asks)
        if entry != offer.watched.entry or (offer.belongs and not offer.configured):
            entries.append(entry)
    return entries


def _with_consent(offer: Offer, *, given: bool, asks: bool) -> CredentialEntry:
    entry = offer.watched.entry
    if given or not asks:
        return replace(entry, probe=given)
    if not questions.yes(f"May quotaboard look at {offer.name}?"):
        return entry
    models = questions.words("  Which models?", offer.models)
    return replace(entry, probe=True, models=entry.models if models == tuple(offer.models) else models)


def _write(
    args: Namespace, named: ConfigPlace, before: str | None, entries: Sequence[CredentialEntry]
) -> ExitCode:
    """Put these entries into the file, unless it is no longer the one that was read."""
    from quotaboard.config.writing import save_config, with_credentials  # tomlkit, 30 ms

    if args.readonly:
        diagnostics.error(f"{named.path} was not written, because of --readonly.")
        return ExitCode.REFUSED
    if config_digest(named.path) != before:
        diagnostics.error(
            f"{named.path} was edited meanwhile and was not written. Run `quotaboard init` again."
        )
        return ExitCode.REFUSED
    text = named.path.read_text(encoding="utf-8") if before is not None else ""
    if problem := save_config(named.path, with_credentials(text, entries)):
        diagnostics.error(str(problem))
        return ExitCode.FAILED
    looked_at = [entry.name for entry in entries if entry.probe]
    diagnostics.note(f"Wrote {', '.join(entry.name for entry in entries)} to {named.path}.")
    if looked_at:
        diagnostics.note(
            f"{', '.join(looked_at)} may be looked at. Next: `quotaboard` opens the board and begins."
        )
    else:
        diagnostics.note(
            "Only free readings are made; `quotaboard init --probe NAME --yes` allows looks. "
            "Next: `quotaboard` opens the board."
        )
    return ExitCode.OK
