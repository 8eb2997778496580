"""A provider on loopback that repeats the secret it was sent, in every place that an answer has."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KINDS = ("served", "refused", "unauthorized", "page", "moved", "broken", "headers-only", "throttled")
"""How it answers; the model's name chooses."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came over the wire."""

    line: str
    headers: tuple[tuple[str, str], ...]
    body: str


class EchoServer:
    """Its address, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        asked = self.asked

        class Handler(_Handler):
            record = asked

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["EchoServer"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    record: list[Asked]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's word
        pass

    def do_GET(self) -> None:
        self._answer("refused")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        model = json.loads(body or b"{}").get("model", "")
        kind = next((kind for kind in KINDS if model.endswith(kind)), "refused")
        self._answer(kind, body.decode("utf-8", "replace"), model)

    def _answer(self, kind: str, body: str = "", model: str = "") -> None:
        self.record.append(Asked(self.requestline, tuple(self.headers.items()), body))
        token = self.headers.get("x-api-key") or (self.headers.get("authorization") or "").rpartition(" ")[2]
        if kind == "broken":
            self.wfile.write(f"HTTP/1.1 four-hundred {token}\r\n{token}\r\n\r\n".encode())
            self.close_connection = True
            return
        status, content_type, text = _content(kind, token, model)
        self.send_response_only(status, token)
        for name, value in _headers(kind, token).items():
            self.send_header(name, value)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


def _content(kind: str, token: str, model: str) -> tuple[int, str, str]:
    match kind:
        case "served":
            usage = {"input_tokens": 9, "output_tokens": 1, "service_tier": token}
            said = [{"type": "text", "text": token}]
            answer = {
                "id": token,
                "type": "message",
                "model": f"{model} {token}",
                "content": said,
                "usage": usage,
            }
            return 200, "application/json", json.dumps(answer)
        case "page":
            return 502, "text/html", f"<html><title>{token}</title><body>Bearer {token}</body></html>"
        case "moved":
            return 307, "text/plain", f"go to {token}"
        case "headers-only":
            return 400, "application/json", ""
        case "unauthorized":
            return (
                401,
                "application/json",
                _error("authentication_error", f"invalid x-api-key: {token}", token),
            )
        case "throttled":
            return 429, "application/json", _error("rate_limit_error", f"Rate limited: '{token}'", token)
        case _:
            message = f"You're out of extra usage ({token}). Authorization: Bearer {token}"
            return 400, "application/json", _error("invalid_request_error", message, token)


def _error(kind: str, message: str, token: str) -> str:
    details = {"error_code": token, token: token, "nested": {"authorization": f"Bearer {token}"}}
    error = {"type": kind, "message": message, "details": details}
    return json.dumps({"type": "error", "error": error, "request_id": f"req_{token}"})


def _headers(kind: str, token: str) -> dict[str, str]:
    told = {
        "request-id": token,
        "anthropic-organization-id": token,
        "anthropic-ratelimit-unified-status": f"rejected {token}",
        "anthropic-ratelimit-unified-overage-status": token,
        "anthropic-ratelimit-unified-overage-disabled-reason": token,
        "anthropic-ratelimit-unified-representative-claim": token,
        "anthropic-ratelimit-unified-5h-utilization": "0.03",
        f"anthropic-ratelimit-unified-7d_{token}-utilization": "0.5",
        "set-cookie": f"session={token}",
        "x-echo": f"Bearer {token}",
        "retry-after": token if kind == "throttled" else "30",
    }
    return told | ({"location": f"/elsewhere?key={token}"} if kind == "moved" else {})
