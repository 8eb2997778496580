"""`quotaboard undo AGENT`: takes back the newest switch that quotaboard made."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from quotaboard.cli import diagnostics, opening, output, switched
from quotaboard.cli.agents import code_of, finish_undos, open_switching, refuse, tell_interrupted
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.domain.agent import Refusal, RefusalKind, Undone
from quotaboard.store.trouble import StoreTrouble


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("agent", metavar="AGENT", help="hermes, hermes:work, claude-code, openclaw, …")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: Namespace) -> ExitCode:
    opened = open_switching(args.config)
    if isinstance(opened, ExitCode):
        return opened
    store, _, switching = opened
    with store:
        tell_interrupted(switching, readonly=args.readonly)
        done: Undone | Refusal
        if args.readonly:
            sentence = f"The switch of {args.agent} was not taken back, because of --readonly."
            done = Refusal(RefusalKind.READ_ONLY, sentence)
        else:
            done = switching.undo(args.agent)
        if isinstance(done, Refusal):
            if args.json:
                output.document(switched.refusal(args.agent, done, opening.now(), switched.UNDO_SCHEMA))
            refuse(done)
            return code_of(done)
        try:
            switching.remember(done)
        except StoreTrouble as trouble:  # it is taken back all the same
            diagnostics.note(trouble.sentence)
        if done.settles_at is not None:
            finish_undos(switching)
    return _told(args, done)


def _told(args: Namespace, done: Undone) -> ExitCode:
    if args.json:
        output.document(switched.undo_document(done))
    else:
        kept = " What others have edited since is kept." if done.merged else ""
        now = (
            f" It is on {switched.route_words(done.now_on)}." if not isinstance(done.now_on, Refusal) else ""
        )
        output.line(f"The switch of {done.home.id} to {done.profile} was taken back.{now}{kept}")
        for line in switched.effect_lines(done.effects):
            output.line(line)
    if isinstance(done.now_on, Refusal):
        diagnostics.note(done.now_on.sentence)
    return ExitCode.OK
