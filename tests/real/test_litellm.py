"""The LiteLLM proxy as it is shipped: what quotaboard makes of its keys, its limits and its suppliers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard.config.values import Config, CredentialEntry
from quotaboard.domain.board import Board
from quotaboard.poll.once import refresh
from quotaboard.poll.place import Place
from quotaboard.poll.view import board_of
from quotaboard.store.opening import open_memory
from tests.real.conftest import installed
from tests.real.litellm_proxy import free_port, proxy

pytestmark = pytest.mark.real_agent
HOW = "pip install 'litellm[proxy]==1.100.5', in a venv of its own"
HIDES = "Windows are not visible through this gateway."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One proxy for all: it takes seconds to start."""
    with proxy(installed("litellm", HOW), tmp_path_factory.mktemp("litellm")) as address:
        yield address


def now() -> datetime:
    return datetime.now(UTC)


async def seen(
    address: str,
    key: str,
    *models: str,
    shapes: tuple[str, ...] = ("tools",),
    probe: bool = True,
    times: int = 1,
) -> Board:
    """The board after asking these lanes with that key."""
    entry = CredentialEntry("it", "env:KEY", "litellm", probe, models, shapes, base_url=f"{address}/v1")
    place = Place({"KEY": key}, Path("/nonexistent"), Path("/nonexistent"))
    with open_memory() as store:
        await refresh(store, Config(credentials=(entry,)), place, now)
        return board_of(store, now())


def verdicts(board: Board) -> dict[str, tuple[str, str | None]]:
    return {
        f"{view.lane.model}/{view.lane.shape}": (view.judgement.verdict.value, view.judgement.reason)
        for view in board.lanes
    }


async def test_a_good_key_serves_and_what_the_proxy_hides_is_said(address: str) -> None:
    board = await seen(address, "sk-good", "lane-ok", "lane-served")
    assert {verdict for verdict, _ in verdicts(board).values()} == {"open"}
    view = board.credentials[0]
    assert view.hides == HIDES
    assert all(window.sighting.window.utilization != 0 for window in view.windows)
    assert board.tokens_today > 0


async def test_the_gate_of_a_supplier_passes_through_with_its_name(address: str) -> None:
    board = await seen(address, "sk-good", "lane-extra-usage")
    assert verdicts(board) == {"lane-extra-usage/tools": ("gated", "out_of_extra_usage")}


async def test_the_suppliers_trouble_is_not_taken_for_the_proxys_key(address: str) -> None:
    board = await seen(address, "sk-good", "lane-ok", "lane-badkey", "lane-down", "lane-bare429", "lane-ctx")
    told = verdicts(board)
    assert told["lane-ok/tools"][0] == "open"
    assert told["lane-down/tools"][0] == "unavailable"
    assert "your key for the gateway is fine" in board.lanes[1].judgement.summary
    assert told["lane-bare429/tools"][0] in ("throttled", "unknown")
    assert told["lane-ctx/tools"][0] == "bad_request"


async def test_a_bare_429_for_tools_alone_is_suspected_to_be_a_gate(address: str) -> None:
    board = await seen(address, "sk-good", "lane-bare429-tools", shapes=("plain", "tools"))
    assert verdicts(board) == {
        "lane-bare429-tools/plain": ("open", None),
        "lane-bare429-tools/tools": ("gated", "bare_429"),
    }
    assert not any(lane.judgement.confirmed for lane in board.lanes if lane.judgement.blocked)


@pytest.mark.parametrize("probe", [True, False])
async def test_a_wrong_key_is_known_even_without_a_look(address: str, probe: bool) -> None:
    board = await seen(address, "sk-wrong", "lane-ok", probe=probe)
    assert verdicts(board) == {"lane-ok/tools": ("unauthorized", "invalid")}
    assert board.tokens_today == 0


@pytest.mark.parametrize("probe", [True, False])
async def test_a_key_over_its_budget_is_unfunded(address: str, probe: bool) -> None:
    board = await seen(address, "sk-overbudget", "lane-ok", probe=probe)
    assert verdicts(board)["lane-ok/tools"][0] == "unfunded"


async def test_the_proxys_own_limit_is_a_throttle(address: str) -> None:
    board = await seen(address, "sk-slow", "lane-ok", "lane-served")
    assert "throttled" in {verdict for verdict, _ in verdicts(board).values()}


async def test_a_proxy_that_is_down_is_unavailable() -> None:
    installed("litellm", HOW)
    board = await seen(f"http://127.0.0.1:{free_port()}", "sk-good", "lane-ok")
    assert verdicts(board) == {"lane-ok/tools": ("unavailable", "connect")}
