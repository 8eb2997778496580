"""`quotaboard doctor`: what is there, and what is in the way. Nothing is sent, and nothing is written."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from quotaboard.cli import diagnostics, opening, output
from quotaboard.cli.checks import program
from quotaboard.cli.checks.agents import TITLE as AGENT
from quotaboard.cli.checks.agents import agent_sections, undo_section
from quotaboard.cli.checks.alerts import alert_section
from quotaboard.cli.checks.client import official_client
from quotaboard.cli.checks.credentials import client_section, credential_section
from quotaboard.cli.checks.forecasts import forecast_section
from quotaboard.cli.checks.keeping import keyring_section, store_section
from quotaboard.cli.checks.plugins import plugin_section
from quotaboard.cli.checks.prices import price_section
from quotaboard.cli.checks.section import Section, Wrong
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.cli.offers import Offer, offers, prices
from quotaboard.config.loading import load_config
from quotaboard.config.place import config_place
from quotaboard.config.values import Config
from quotaboard.domain.board import CredentialView
from quotaboard.domain.lane import Client
from quotaboard.poll.place import Place
from quotaboard.poll.view import board_of
from quotaboard.store.opening import open_memory, open_store
from quotaboard.store.store import Store
from quotaboard.store.trouble import StoreTrouble, TroubleKind
from quotaboard.tui.draw.foreign import shown

SCHEMA = "quotaboard.doctor/1"
NOTHING_TO_WATCH = Wrong("No credential was found, so there is nothing to look at.", "quotaboard init")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument(
        "--requests",
        action="store_true",
        help="list the requests that would be sent next, whole and with secrets hidden, and stop",
    )


def run(args: Namespace) -> ExitCode:
    place, now, named = opening.place(), opening.now(), config_place(args.config)
    loaded = load_config(named.path, must_exist=named.must_exist)
    problems, config = (loaded, Config()) if isinstance(loaded, list) else ([], loaded)
    if args.requests:
        if problems:
            return diagnostics.config_problems(problems)
        return _requests(offers(config, place, now), config, place, as_json=args.json)
    sections = [
        program.versions(),
        program.places(named, place.home, problems),
        program.terminal(),
        *_kept(config, place, now),
    ]
    wrong = [one for section in sections for one in section.wrong]
    if args.json:
        output.document(_document(sections, wrong))
    else:
        for line in _lines(sections, wrong):
            output.line(line)
    return ExitCode.FAILED if wrong else ExitCode.OK


def _kept(config: Config, place: Place, now: datetime) -> Iterator[Section]:
    """The store, the keyring, every credential, the official client."""
    store, trouble = _store(place, now)
    with store:
        yield store_section(
            trouble or store, place.state_dir, now, missing=store.in_memory and trouble is None
        )
        yield forecast_section(store, now)
        yield alert_section(config.alerts, store, place.environment, now)
        views = _views(store, now)
        yield from _agents(store, config, now)
    found = offers(config, place, now)
    yield keyring_section(place.state_dir, _in_the_keyring(found))
    for offer in found:
        watched = offer.configured or (offer.supported and not config.credentials)
        yield credential_section(
            offer, prices(offer, config, place, now), views.get(offer.name), watched=watched
        )
    if not found:
        yield Section("credentials", wrong=(NOTHING_TO_WATCH,))
    yield price_section()
    yield plugin_section()
    wanted = any(Client.OFFICIAL in entry.clients for entry in config.credentials)
    yield client_section(wanted, official_client(place.environment))


def _agents(store: Store, config: Config, now: datetime) -> Iterator[Section]:
    """The agents as their files say now, with what the store knows of their lanes."""
    from quotaboard.poll.switching import Switching

    switching = Switching(store, config, opening.place(), lambda: now)
    with suppress(StoreTrouble):  # its own section says so
        yield from agent_sections(switching.board(), switching.cut_short())
    yield undo_section(switching.settles_last_at())


def _store(place: Place, now: datetime) -> tuple[Store, StoreTrouble | None]:
    try:
        return open_store(place.state_dir, now=now, readonly=True), None
    except StoreTrouble as trouble:
        return open_memory(), None if trouble.kind is TroubleKind.MISSING else trouble


def _views(store: Store, now: datetime) -> dict[str, CredentialView]:
    with suppress(StoreTrouble):  # its own section says so
        return {view.credential.name: view for view in board_of(store, now).credentials}
    return {}


def _in_the_keyring(found: Sequence[Offer]) -> list[str]:
    return [offer.name for offer in found if offer.credential.source.partition(":")[0] == "keyring"]


def _requests(found: Sequence[Offer], config: Config, place: Place, *, as_json: bool) -> ExitCode:
    from quotaboard.cli.requests import SCHEMA as REQUESTS
    from quotaboard.cli.requests import planned, request_document, request_lines

    requests = list(planned(found, config, place))
    if as_json:
        output.document({"schema": REQUESTS, "requests": [request_document(one) for one in requests]})
        return ExitCode.OK
    for number, one in enumerate(requests):
        if number:
            output.line()
        for line in request_lines(one):
            output.line(line)
    if not requests:
        diagnostics.note("Nothing would be sent: no credential can be used.")
    return ExitCode.OK


def _document(sections: Sequence[Section], wrong: Sequence[Wrong]) -> dict[str, Any]:
    credentials = [section.facts for section in sections if section.title.startswith("credential ")]
    agents = [section.facts for section in sections if section.title.startswith(AGENT)]
    others = {
        section.title.replace(" ", "_").replace("-", ""): section.facts
        for section in sections
        if not section.title.startswith(("credential", AGENT))
    }
    return {
        "schema": SCHEMA,
        "ok": not wrong,
        "problems": [{"what": one.what, "fix": one.fix} for one in wrong],
        **others,
        "agents": agents,
        "credentials": credentials,
    }


def _lines(sections: Sequence[Section], wrong: Sequence[Wrong]) -> Iterator[str]:
    yield "Nothing is in the way." if not wrong else f"{len(wrong)} in the way:"
    for one in wrong:
        yield f"  {shown(one.what)}"
        if one.fix:
            yield f"    try: {shown(one.fix)}"
    for section in sections:
        if not section.facts:
            continue
        yield ""
        yield shown(section.title)
        width = max(map(len, section.facts))
        for name, value in section.facts.items():
            yield f"  {name.replace('_', ' '):<{width}}  {_words(value)}"


def _words(value: object) -> str:
    match value:
        case None | []:
            return "-"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(shown(str(item)) for item in value)
        case dict():
            return ", ".join(f"{key} {shown(str(item))}" for key, item in value.items())
        case _:
            return shown(str(value))
