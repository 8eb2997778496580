"""A lane on loopback that speaks every protocol of the agents, and is gated or serves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from quotaboard.agents.base import Surroundings
from tests.real.upstream import RECORDED, Seen, Upstream

ITEM = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "pong", "annotations": []}],
}
USAGE = {
    "input_tokens": 5,
    "input_tokens_details": None,
    "output_tokens": 1,
    "output_tokens_details": None,
    "total_tokens": 6,
}
RESPONSES = (
    {"type": "response.created", "response": {"id": "resp_1"}},
    {"type": "response.output_item.done", "output_index": 0, "item": ITEM},
    {"type": "response.completed", "response": {"id": "resp_1", "output": [ITEM], "usage": USAGE}},
)


@dataclass
class Lane(Upstream):
    """Refuses whatever it is asked while it is gated."""

    def answer(self, seen: Seen) -> tuple[int, str, bytes]:
        path = seen.path.partition("?")[0]
        if self.gated and path.endswith(("/chat/completions", "/responses")):
            recorded = json.loads((RECORDED / "400_out_of_extra_usage.json").read_text())
            return recorded["status"], "application/json", json.dumps(recorded["body"]).encode()
        if path.endswith("/responses"):
            events = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in RESPONSES]
            return 200, "text/event-stream", "".join(events).encode()
        if path.endswith(("/messages", "/chat/completions")) and not self.streams(seen):
            return (
                (*super().answer(seen)[:1], "application/json", self.whole(path))
                if not self.gated
                else super().answer(seen)
            )
        return super().answer(seen)

    def streams(self, seen: Seen) -> bool:
        return isinstance(seen.body, dict) and bool(seen.body.get("stream"))

    def whole(self, path: str) -> bytes:
        if path.endswith("/messages"):
            recorded = json.loads((RECORDED / "200_messages.json").read_text())
            return json.dumps(recorded["body"]).encode()
        message = {"role": "assistant", "content": "pong"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}
        answer = {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [choice],
            "usage": usage,
        }
        return json.dumps(answer).encode()


def surroundings(home: Path, environment: Mapping[str, str], cwd: Path | None = None) -> Surroundings:
    """What quotaboard sees of the agent's home."""
    return Surroundings(environment, home, datetime.now(UTC), home / "quotaboard", cwd=cwd)
