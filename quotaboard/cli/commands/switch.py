"""`quotaboard switch AGENT PROFILE`: puts an agent on another profile, and proves that it serves."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from quotaboard.cli import diagnostics, opening, output, switched
from quotaboard.cli.agents import code_of, open_switching, refuse, tell_interrupted
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.domain.agent import Applied, Refusal, RefusalKind, SwitchPlan
from quotaboard.poll.switching import Proof, Switching
from quotaboard.store.trouble import StoreTrouble


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("agent", metavar="AGENT", help="hermes, hermes:work, claude-code, openclaw, …")
    parser.add_argument("profile", metavar="PROFILE", help="as `quotaboard profiles AGENT` lists them")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be written, and write nothing"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument(
        "--no-prove", dest="prove", action="store_false", help="do not try the new lane with one request"
    )


def run(args: Namespace) -> ExitCode:
    opened = open_switching(args.config)
    if isinstance(opened, ExitCode):
        return opened
    store, _, switching = opened
    with store:
        tell_interrupted(switching, readonly=args.readonly)
        plan = switching.plan(args.agent, args.profile)
        if isinstance(plan, Refusal):
            return _refused(args, plan)
        if args.dry_run:
            return _planned(args, plan)
        if args.readonly and plan.edits:
            sentence = (
                f"{plan.home.id} was not switched, because of --readonly. --dry-run shows what would be."
            )
            return _refused(args, Refusal(RefusalKind.READ_ONLY, sentence))
        if not args.json:
            for line in switched.plan_lines(plan):
                output.line(line)
            output.flush()
        done = switching.apply(plan)
        if isinstance(done, Refusal):
            return _refused(args, done)
        _remember(switching, done)
        proof = _proof(args, switching, plan) if done.verified else None
    return _told(args, plan, done, proof)


def _refused(args: Namespace, refusal: Refusal) -> ExitCode:
    if args.json:
        output.document(switched.refusal(args.agent, refusal, opening.now()))
    refuse(refusal)
    return code_of(refusal)


def _planned(args: Namespace, plan: SwitchPlan) -> ExitCode:
    if args.json:
        output.document(switched.document(plan, opening.now()))
        return ExitCode.OK
    for line in switched.plan_lines(plan):
        output.line(line)
    output.line()
    for line in switched.effect_lines(plan.effects):
        output.line(line)
    diagnostics.note("Nothing was written.")
    return ExitCode.OK


def _remember(switching: Switching, done: Applied) -> None:
    try:
        switching.remember(done)
    except StoreTrouble as trouble:  # the agent is switched all the same
        diagnostics.note(trouble.sentence)


def _proof(args: Namespace, switching: Switching, plan: SwitchPlan) -> Proof | None:
    if not args.prove:
        return None
    try:
        return asyncio.run(switching.prove(plan.home.id))
    except StoreTrouble as trouble:
        return Proof(missing=trouble.sentence)


def _told(args: Namespace, plan: SwitchPlan, done: Applied, proof: Proof | None) -> ExitCode:
    if args.json:
        output.document(switched.document(plan, done.at, done=done, proof=proof))
    else:
        output.line()
        for line in switched.effect_lines(plan.effects):
            output.line(line)
        if proof is not None:
            output.line(switched.proof_line(proof))
    if not done.verified:
        diagnostics.error(_unverified(done))
        return ExitCode.FAILED
    if plan.edits:
        diagnostics.note(f"`quotaboard undo {plan.home.id}` takes it back.")
    blocked = proof is not None and not proof.missing and proof.view and proof.view.judgement.blocked is True
    return ExitCode.BLOCKED if blocked else ExitCode.OK


def _unverified(done: Applied) -> str:
    agent = done.plan.home.id
    what = (
        done.now_on.sentence
        if isinstance(done.now_on, Refusal)
        else f"It is on {switched.route_words(done.now_on)}."
    )
    undo = f"`quotaboard undo {agent}` takes it back."
    return f"{agent} does not read what was written as it was meant. {what} {undo}"
