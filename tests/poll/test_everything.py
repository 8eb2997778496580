"""All providers at once, on the scenario that the demo shows: one credential with each."""

import asyncio
from datetime import timedelta

from quotaboard.cli.rehearsal import demo_session
from quotaboard.domain.board import Board, CredentialView
from quotaboard.simulator import SimulatedClock, serve
from quotaboard.tui.draw.account_words import balance_words
from quotaboard.tui.draw.card import card_drawing, card_height
from quotaboard.tui.draw.page import Page
from tests.poll.servers import START, until

PLANS = {"chatgpt": "plus", "glm": "pro", "cursor": "pro", "copilot": "individual_pro"}
VERDICTS = {
    "max/claude-sonnet-4-6/tools/direct": "gated",
    "openrouter/deepseek/deepseek-v4/tools/direct": "unfunded",
    "openrouter/deepseek/deepseek-v4/plain/direct": "open",
    "openai/gpt-5.3/tools/direct": "unfunded",
    "relay/claude-sonnet-4-6/tools/direct": "not_found",
    "relay/glm-5/tools/direct": "open",
    "litellm/lane-gated/tools/direct": "gated",
    "moonshot/kimi-k3/tools/direct": "unfunded",
    "glm/glm-5/tools/direct": "spent",
    "kimi/kimi-for-coding/tools/direct": "gated",
    "gemini/gemini-3-flash-preview/tools/direct": "spent",
    "ollama/llama3.2/plain/direct": "open",
    "ollama/mistral/plain/direct": "not_found",
    "lmstudio/qwen2-vl-7b/plain/direct": "unknown",
}
METERS = {
    "chatgpt": {"5h": 0.62, "7d": 0.34},
    "openrouter": {"key-cap": 0.75},
    "new-api": {"key-cap": 0.25},
    "kimi": {"5h": 0.18, "30d": 0.3},
    "minimax": {"5h": 0.29, "7d": 0.45},
    "ollama-cloud": {"5h": 0.046, "7d": 0.31},
    "cursor": {"month": 0.4625},
    "commandcode": {"5h": 0.3, "7d": 0.15},
}
MONEY = {
    "openrouter": "$5.00 of $20.00 left this month",
    "relay": "$3.66 of $20.00 left",
    "deepseek": "$11.20 left",
    "moonshot": "0.00 CNY left",
}


def settled(board: Board) -> bool:
    seen = {lane.lane.id: lane.judgement.verdict.value for lane in board.lanes}
    by_name = {view.credential.name: view for view in board.credentials}
    return (
        all(seen.get(lane) == verdict for lane, verdict in VERDICTS.items() if verdict != "unknown")
        and all(by_name[name].windows for name in METERS)
        and all(by_name[name].balance for name in MONEY)
    )


async def board() -> Board:
    with (
        serve("everything", clock=SimulatedClock.stopped(START)) as server,
        demo_session(server) as live,
    ):
        running = asyncio.create_task(live.run(lambda: None))
        try:
            await until(lambda: settled(live.board(START)), 20)
            return live.board(START)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_each_provider_is_read_and_judged_by_its_own_words_and_has_a_card_that_reads_well() -> None:
    shown = await board()
    by_name = {view.credential.name: view for view in shown.credentials}
    verdicts = {lane.lane.id: lane.judgement.verdict.value for lane in shown.lanes}
    assert {lane: verdicts[lane] for lane in VERDICTS} == VERDICTS
    assert {name: used(by_name[name]) for name in METERS} == METERS
    assert {name: by_name[name].credential.plan for name in PLANS} == PLANS
    assert {name: balance_words(by_name[name].balance) for name in MONEY} == MONEY
    for view in by_name.values():
        for width in (76, 66):
            page = Page(width - 4, START + timedelta(minutes=1))
            lines = card_drawing(view, page, None).lines
            assert len(lines) + 2 == card_height(view, page.wide(width))
            text = "\n".join(line.plain for line in lines)
            assert "no reading" not in text, view.credential.name
            assert all(len(line.plain) <= width - 4 for line in lines)


def used(view: CredentialView) -> dict[str, float | None]:
    return {
        window.sighting.window.name: window.sighting.window.utilization
        for window in view.windows
        if window.sighting.window.model is None
    }
