"""Bodies of answers that serve: messages, plain and streamed, and the list of models."""

import json
from collections.abc import Sequence

from quotaboard.simulator.answers import Answer, Headers, json_answer
from quotaboard.simulator.catalog import CatalogModel
from quotaboard.simulator.facts import MessageFacts

TEXT = "The simulated provider heard you."
TEXT_TOKENS = 8


def output_tokens(facts: MessageFacts) -> int:
    """How many tokens the answer spends: the whole sentence, or what `max_tokens` leaves of it."""
    return TEXT_TOKENS if facts.max_tokens is None else min(TEXT_TOKENS, facts.max_tokens)


def message_answer(facts: MessageFacts, message_id: str, headers: Headers) -> Answer:
    """A 200 to a messages request, as an event stream if it asked for one."""
    if facts.stream:
        stream = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
        return Answer(200, {**stream, **headers}, _events(facts, message_id))
    return json_answer(200, _message(facts, message_id, _text(facts)), headers)


def models_body(models: Sequence[CatalogModel], limit: int) -> dict[str, object]:
    """One page of the models endpoint."""
    page = models[:limit]
    return {
        "data": [model_body(model) for model in page],
        "has_more": len(page) < len(models),
        "first_id": page[0].id if page else None,
        "last_id": page[-1].id if page else None,
    }


def model_body(model: CatalogModel) -> dict[str, object]:
    """One model."""
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "created_at": f"{model.created_on}T00:00:00Z",
    }


def _text(facts: MessageFacts) -> str:
    spent = output_tokens(facts)
    return TEXT if spent == TEXT_TOKENS else " ".join(TEXT.split()[:spent])


def _stop_reason(facts: MessageFacts) -> str:
    return "end_turn" if output_tokens(facts) == TEXT_TOKENS else "max_tokens"


def _usage(facts: MessageFacts, spent: int) -> dict[str, object]:
    return {
        "input_tokens": facts.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": spent,
        "service_tier": "standard",
    }


def _message(facts: MessageFacts, message_id: str, text: str | None) -> dict[str, object]:
    """The message object; with no text it is the one that opens a stream."""
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": facts.model,
        "content": [{"type": "text", "text": text}] if text else [],
        "stop_reason": None if text is None else _stop_reason(facts),
        "stop_sequence": None,
        "usage": _usage(facts, 1 if text is None else output_tokens(facts)),
    }


def _events(facts: MessageFacts, message_id: str) -> tuple[bytes, ...]:
    text = _text(facts)
    block = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
        {"type": "content_block_stop", "index": 0},
    ]
    return tuple(
        _event(event)
        for event in (
            {"type": "message_start", "message": _message(facts, message_id, None)},
            *(block if text else ()),
            {
                "type": "message_delta",
                "delta": {"stop_reason": _stop_reason(facts), "stop_sequence": None},
                "usage": {"output_tokens": output_tokens(facts)},
            },
            {"type": "message_stop"},
        )
    )


def _event(event: dict[str, object]) -> bytes:
    data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event['type']}\ndata: {data}\n\n".encode()
