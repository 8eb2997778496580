"""Everything that opens over the board, at every size that the board was designed for."""

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.conftest import Open, TextSnapshot, screen_text
from tests.tui.test_screens import SIZES


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        pytest.param("fleet", ("G", "c"), id="consent"),
        pytest.param("fleet", ("ctrl+p",), id="palette"),
        pytest.param("fleet", ("t",), id="themes"),
        pytest.param("agents", ("a",), id="agents"),
        pytest.param("agents", ("g", "s"), id="which-agent"),
        pytest.param("fleet", ("f",), id="jump"),
        pytest.param("fleet", ("slash", *"gated"), id="filter"),
        pytest.param("fleet", ("z",), id="zoom"),
        pytest.param("fleet", ("m",), id="mute"),
    ],
)
async def test_what_opens_over_the_board_reads_well_at_every_size(
    opened: Open, snapshot: SnapshotAssertion, state: str, keys: tuple[str, ...]
) -> None:
    app, _ = opened(state, remembers=True)
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press(*keys)
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert screen_text(app) == snapshot(name=f"{width}x{height}", extension_class=TextSnapshot)
