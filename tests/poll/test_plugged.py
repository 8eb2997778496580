"""A provider of a third party that loads and fails later: its lanes say so, and all others go on."""

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from typing import Any

import pytest

from quotaboard import plugins
from quotaboard.domain.answer import Answer, Asked, Fault
from quotaboard.domain.board import Cost
from quotaboard.domain.lane import PLAIN_SHAPE, Credential, Kind
from quotaboard.domain.rules import Rule, judge
from quotaboard.domain.secret import Secret
from quotaboard.domain.verdict import Verdict
from quotaboard.plugins import Broken
from quotaboard.providers import registry
from quotaboard.providers.base import Received
from quotaboard.providers.mistral import PROVIDER
from quotaboard.providers.plugged import UNTOLD, Plugged
from tests.poll.conftest import Bench
from tests.poll.servers import START, Reply, answering_server, served

MESSAGE = {"id": "1", "model": "m", "choices": [{"message": {"content": "."}}], "usage": {"prompt_tokens": 9}}
CREDENTIAL = Credential("lab", "late", Kind.API_KEY, "env:LAB")
SAID = (
    "The plug-in that speaks for this provider failed: see the log, and tell its author. "
    "This says nothing about your quota."
)
METHODS = ("base_url", "probe", "probe_cost", "cost", "usages", "read", "read_told", "demand", "secret_fits")


class Late:
    """A provider whose one member fails, or returns what nobody promised."""

    def __init__(self, member: str, *, returns: object = None) -> None:
        self._member, self._returns = member, returns

    def __str__(self) -> str:
        return self._member if self._returns is None else f"{self._member} odd"

    def __getattr__(self, name: str) -> Any:
        if name != self._member:
            return getattr(PROVIDER, name)
        if name == "rules":
            return (Rule("late.odd", Verdict.OPEN, lambda *_: "", when=_fail), *PROVIDER.rules)
        return _fail if self._returns is None else lambda *_: self._returns


def _fail(*_: object) -> Any:
    raise RuntimeError("not on a Friday")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], None]]:
    def install(provider: Any) -> None:
        entry = EntryPoint("late", "late_plugin:PROVIDER", registry.GROUP)
        monkeypatch.setitem(sys.modules, "late_plugin", SimpleNamespace(PROVIDER=provider))
        monkeypatch.setattr(
            plugins, "entries", lambda group: {"late": entry} if group == registry.GROUP else {}
        )
        registry.forget()

    yield install
    monkeypatch.undo()
    registry.forget()


@pytest.mark.parametrize(
    ("late", "verdict"),
    [
        (Late("read"), "unavailable"),
        (Late("read", returns={"status": 200}), "unavailable"),
        (Late("probe"), "unavailable"),
        (Late("probe", returns="POST"), "unavailable"),
        (Late("rules"), "unavailable"),
        (Late("probe_cost"), "open"),
        (Late("usages", returns=[None]), "open"),
        (Late("cost"), "open"),
        (Late("demand", returns="much"), "open"),
        (Late("base_url"), "open"),
    ],
    ids=str,
)
async def test_its_lane_says_that_it_failed_and_others_go_on(
    bench: Bench, installed: Callable[[Any], None], late: Late, verdict: str
) -> None:
    installed(late)
    replies = {"completions": Reply(body=MESSAGE), "messages": served()}
    async with answering_server(
        lambda asked: replies.get(asked.path.rpartition("/")[2], Reply(404))
    ) as server:
        bench.add("lab", server.base_url, provider="late", models=("m",), token="lab-key")
        bench.add("max", server.base_url, models=("claude-haiku-4-5",))
        async with bench.desk() as desk:
            await desk.take_over()
            await desk.finish_due()
    lanes = {lane.lane.credential: lane.judgement for lane in bench.board().lanes}
    assert lanes["max"].verdict == "open"
    assert lanes["lab"].verdict == verdict
    if verdict == "unavailable":
        assert (lanes["lab"].reason, lanes["lab"].summary) == ("plugin", SAID)
    spent = bench.store.budget.spent("lab", START.date())
    assert (spent.input_tokens == 0) == (late._member == "probe"), "what was not sent costs nothing"


def test_what_fails_is_answered_by_what_costs_or_gives_away_least() -> None:
    late = {name: Plugged(Late(name)) for name in METHODS}
    received = Received(200, {}, {}, START)
    assert late["base_url"].base_url({}) == ""
    assert late["probe"].probe(CREDENTIAL, "m", PLAIN_SHAPE, "http://127.0.0.1").failed
    assert late["probe_cost"].probe_cost("m", PLAIN_SHAPE) == UNTOLD
    assert late["cost"].cost("m", 3, 4) == Cost(3, 4)
    assert late["usages"].usage(CREDENTIAL, "http://127.0.0.1") is None
    assert late["read"].read(received, Asked()) == Answer("mistral", START, fault=Fault.PLUGIN)
    assert late["read_told"].read_told("", Asked(), START, None) is None
    assert late["demand"].demand("m") is None
    assert not late["secret_fits"].secret_fits(Secret("canary"))


def test_its_own_rules_have_no_say_on_what_it_could_not_read() -> None:
    class Trusting(Late):
        rules = (Rule("late.open", Verdict.OPEN, lambda *_: "It serves."),)

    rules = Plugged(Trusting("read")).rules
    assert judge(Answer("late", START, fault=Fault.PLUGIN), rules).verdict is Verdict.UNAVAILABLE
    assert judge(Answer("late", START, status=200), rules).verdict is Verdict.OPEN


def test_one_that_works_is_asked_and_heard_as_it_is() -> None:
    plugged, bare = Plugged(PROVIDER), PROVIDER
    address = "https://relay.example"
    assert plugged.probe(CREDENTIAL, "m", PLAIN_SHAPE, address) == bare.probe(
        CREDENTIAL, "m", PLAIN_SHAPE, address
    )
    received = Received(200, {}, MESSAGE, START)
    assert plugged.read(received, Asked("m")) == bare.read(received, Asked("m"))
    assert (plugged.title, plugged.rules[1:]) == (bare.title, tuple(bare.rules))


@pytest.mark.parametrize("member", ["name", "title", "rules", "probes", "default_models"])
def test_one_whose_facts_are_not_what_was_promised_is_broken(
    installed: Callable[[Any], None], member: str
) -> None:
    odd = SimpleNamespace(**{name: getattr(PROVIDER, name) for name in dir(PROVIDER) if name[0] != "_"})
    setattr(odd, member, [None])
    installed(odd)
    found = registry.find("late")
    assert isinstance(found, Broken)
    assert "was promised" in found.sentence


def test_one_whose_facts_cannot_even_be_looked_at_is_broken(installed: Callable[[Any], None]) -> None:
    class Rude:
        @property
        def name(self) -> str:
            raise RuntimeError("not on a Friday")

    installed(Rude())
    found = registry.find("late")
    assert isinstance(found, Broken)
    assert "RuntimeError: not on a Friday" in found.sentence
