"""What is kept at hand of each lane does not grow, and of what was served it is little."""

from datetime import timedelta

from quotaboard.domain.answer import Answer
from quotaboard.poll.casebook import KEPT
from quotaboard.poll.desk import Desk
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, SMALL, answering_server, served

LANES = {shape: f"max/{SMALL}/{shape}/direct" for shape in ("plain", "tools")}
A_WHILE = timedelta(hours=6)


def kept(desk: Desk, shape: str) -> list[Answer]:
    return desk._agendas["max"].book._answers[LANES[shape]]


async def test_of_older_answers_only_refusals_keep_what_they_said_whoever_asks_next(bench: Bench) -> None:
    async with answering_server(lambda asked: GATE if asked.has_tools else served(w5h=0.1)) as server:
        bench.add("max", server.base_url, models=(SMALL,), shapes=("plain", "tools"))
        async with bench.desk() as desk:
            await bench.live_through(desk, A_WHILE)
            plain, tools, verdicts = kept(desk, "plain"), kept(desk, "tools"), bench.verdicts()
            await desk.take_over()  # reads them from the store
            again = [kept(desk, shape) for shape in LANES]

    assert len(plain) == KEPT
    assert plain[0].headers
    assert plain[0].windows
    assert not any(answer.headers or answer.windows for answer in plain[1:])
    assert all(answer.allowed and answer.asked == plain[0].asked for answer in plain)
    assert 1 < len(tools) <= KEPT
    assert len({answer.at for answer in plain}) == KEPT
    assert all(answer.error and answer.error.message == tools[0].message for answer in tools)
    assert again == [plain, tools]
    assert bench.verdicts() == verdicts
