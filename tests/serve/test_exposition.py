from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text
from prometheus_client.samples import Sample

from quotaboard.domain import metrics
from quotaboard.domain.board import Board, CredentialView, WindowView
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.reading import Origin, Overage, Sighting, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.serve.app import build_app
from quotaboard.serve.exposition import MOST_WINDOWS, Families
from quotaboard.serve.known import Known
from tests.serve.conftest import FINGERPRINT, NOW, SONNET, TOKEN, Open, a_board

Told = dict[tuple[str, frozenset[tuple[str, str]]], float]


def told(known: Known) -> Told:
    samples: Iterable[Sample] = (sample for family in Families(known).collect() for sample in family.samples)
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}


def value(of: Told, name: str, **labels: str) -> float | None:
    return of.get((name, frozenset(labels.items())))


WINDOW = {"credential": "max", "window": "5h", "model": ""}
LANE = {"credential": "max", "model": SONNET, "shape": "tools", "client": "direct"}


def test_a_window_is_a_ratio_with_its_moments(known: Known) -> None:
    now = told(known)
    assert value(now, metrics.WINDOW_USE, **WINDOW) == 0.03
    assert value(now, metrics.WINDOW_LENGTH, **WINDOW) == 18000
    assert value(now, metrics.WINDOW_RESET, **WINDOW) == datetime(2026, 11, 20, 6, 12, tzinfo=UTC).timestamp()
    assert value(now, metrics.WINDOW_SEEN, **WINDOW) == datetime(2026, 11, 20, 4, 11, tzinfo=UTC).timestamp()
    assert value(now, metrics.WINDOW_EMPTY, **WINDOW) == datetime(2026, 11, 20, 5, 42, tzinfo=UTC).timestamp()
    assert value(now, metrics.WINDOW_LASTS, **WINDOW) == 0


def test_what_is_not_known_is_not_exported_rather_than_zero(known: Known) -> None:
    now = told(known)
    sonnet = {"credential": "max", "window": "7d_sonnet", "model": "Sonnet"}
    assert value(now, metrics.WINDOW_SEEN, **sonnet) is not None
    assert value(now, metrics.WINDOW_USE, **sonnet) is None
    assert value(now, metrics.LANE_BLOCKED, **(LANE | {"shape": "plain"})) is None
    assert value(now, metrics.LANE_SEEN, **(LANE | {"shape": "plain"})) is None


def test_a_verdict_is_a_set_of_states_of_which_one_holds(known: Known) -> None:
    now = told(known)
    states = {
        one.value: value(now, metrics.LANE_VERDICT, **LANE, **{metrics.LANE_VERDICT: one.value})
        for one in Verdict
    }
    assert states == {one.value: float(one is Verdict.GATED) for one in Verdict}
    assert value(now, metrics.LANE_BLOCKED, **LANE) == 1
    agent = {"agent": "hermes", metrics.AGENT_VERDICT: "gated"}
    assert value(now, metrics.AGENT_VERDICT, **agent) == 1


def test_looking_is_counted(known: Known) -> None:
    now = told(known)
    assert value(now, "quotaboard_probe_requests_total", credential="max") == 3
    assert value(now, "quotaboard_probe_tokens_total", credential="max", type="input") == 18
    assert value(now, "quotaboard_probe_tokens_total", credential="router", type="output") == 0
    assert value(now, "quotaboard_probe_cost_dollars_total", credential="max") == 0.0001


def test_a_credential_is_told_by_its_fingerprint_and_not_by_where_it_lies(known: Known) -> None:
    [info] = [
        labels
        for name, labels in told(known)
        if name == "quotaboard_credential_info" and ("credential", "max") in labels
    ]
    assert dict(info) == {
        "credential": "max", "provider": "anthropic", "kind": "oauth", "source": "file", "plan": "max_20x",
        "fingerprint": FINGERPRINT,
    }  # fmt: skip


@pytest.mark.parametrize("readable", [True, False])
def test_a_store_that_cannot_be_read_is_told(readable: bool) -> None:
    assert value(told(Known(Board(NOW), readable=readable)), metrics.UP) == float(readable)


def test_what_a_server_says_freely_becomes_no_label(known: Known) -> None:
    key = "sk-ant-oat01-" + "x" * 40
    judgement = Judgement(Verdict.UNKNOWN, "unknown.new", reason=f"Bearer {key} \n\x1b[2J", observed_at=NOW)
    board = a_board()
    lanes = tuple(replace(view, judgement=judgement) for view in board.credentials[0].lanes)
    spoiled = replace(board.credentials[0], lanes=lanes, overage=Overage("rejected", f"a story {key}"))
    text = str(told(Known(replace(board, credentials=(spoiled,)))))
    assert key not in text
    assert "story" not in text
    assert "\\x1b" not in text


def test_a_name_with_signs_of_the_format_is_escaped() -> None:
    odd = 'a"b\\c\nd\x1b{e="f"}'
    view = CredentialView(Credential(odd, "anthropic", Kind.API_KEY, "env:X"))
    known = Known(Board(NOW, (view,)))
    families = read_text(_text(known))
    names = {
        sample.labels["credential"]
        for family in families
        for sample in family.samples
        if "credential" in sample.labels
    }
    assert names == {'a"b\\cd{e="f"}'}


def test_a_server_that_names_windows_without_end_fills_no_database() -> None:
    windows = tuple(
        WindowView(Sighting(Window(f"w{number}", 0.5), NOW, Origin.PROBE), stale=False)
        for number in range(1000)
    )
    view = CredentialView(Credential("max", "anthropic", Kind.OAUTH, "env:X"), windows=windows)
    names = [name for name, _ in told(Known(Board(NOW, (view,)))) if name == metrics.WINDOW_USE]
    assert len(names) == MOST_WINDOWS


def _text(known: Known) -> str:
    from prometheus_client.exposition import generate_latest

    return generate_latest(Families(known)).decode()


async def test_both_formats_can_be_read_back(opened: Open, known: Known) -> None:
    openmetrics = {"accept": "application/openmetrics-text;version=1.0.0"}
    async with opened() as client:
        plain, new = await client.get("/metrics"), await client.get("/metrics", headers=openmetrics)
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert new.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    wanted = {name for name, _ in told(known)}
    assert {sample.name for family in read_text(plain.text) for sample in family.samples} == wanted
    families = read_openmetrics(new.text)  # type: ignore[no-untyped-call]
    assert {sample.name for family in families for sample in family.samples} == wanted


async def test_the_document_is_that_of_the_status_command(opened: Open, known: Known) -> None:
    from quotaboard.domain.document import status

    async with opened() as client:
        answer = await client.get("/status.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == status(known.board)


async def test_health_follows_the_store() -> None:
    import httpx

    for readable, code in ((True, 200), (False, 503)):
        known = Known(Board(NOW), readable=readable)
        transport = httpx.ASGITransport(build_app(lambda known=known: known, TOKEN))  # type: ignore[misc]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:1") as client:
            assert (await client.get("/healthz")).status_code == code
