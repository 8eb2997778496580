"""A provider on loopback that writes down everything it is sent, and answers as recorded."""

import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

RECORDED = Path(__file__).resolve().parents[1] / "recorded" / "hermes" / "responses"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    public_host: str | None = None
    """Whom the agent meant to reach, when this stood in its place."""

    @property
    def is_ours(self) -> bool:
        """Whether quotaboard sent it."""
        return self.headers.get("user-agent", "").startswith("quotaboard/")

    @property
    def is_to_model(self) -> bool:
        path = self.path.partition("?")[0]
        return self.method == "POST" and path.endswith(("/messages", "/chat/completions", "/responses"))

    @property
    def keys(self) -> set[str]:
        """Every credential that it carries."""
        bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
        return {key for key in (bearer, self.headers.get("x-api-key", "")) if key}


@dataclass
class Upstream:
    """Messages are gated or served; chat completions are served."""

    gated: bool = True
    tls: ssl.SSLContext | None = None
    """With it, it can be the proxy of an agent that wants a public host, and answers in its place."""
    headers: dict[str, str] = field(default_factory=dict)
    """What every answer carries besides."""
    seen: list[Seen] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked(self) -> list[Seen]:
        """An agent's requests to a model, without the look-ups around them and what we ask ourselves."""
        return [one for one in self.seen if one.is_to_model and not one.is_ours]

    @property
    def keys(self) -> set[str]:
        """Every credential that was ever sent here."""
        return {key for one in self.seen for key in one.keys}

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, seen: Seen) -> tuple[int, str, bytes]:
        path = seen.path.partition("?")[0]
        if seen.method == "GET" and path.endswith("/models"):
            models = {"object": "list", "data": [{"id": "loop-model", "object": "model"}]}
            return 200, "application/json", json.dumps(models).encode()
        if path.endswith("/messages") and self.gated:
            recorded = json.loads((RECORDED / "400_out_of_extra_usage.json").read_text())
            return recorded["status"], "application/json", json.dumps(recorded["body"]).encode()
        if path.endswith("/messages"):
            return 200, "text/event-stream", (RECORDED / "200_messages.sse").read_bytes()
        if path.endswith("/chat/completions"):
            return 200, "text/event-stream", (RECORDED / "200_chat_completions.sse").read_bytes()
        return 404, "application/json", b'{"error": {"message": "not found"}}'


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        reached: str | None = None

        def do_CONNECT(self) -> None:
            self.reached = self.path
            if upstream.tls is None:
                self.send_error(403)
                return
            self.send_response(200)
            self.end_headers()
            self.rfile.close()
            self.wfile.close()
            self.connection = upstream.tls.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", 0)
            self.close_connection = False

        def log_message(self, *_args: object) -> None:
            pass

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def handle_any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                body = json.loads(raw) if raw else None
            except ValueError:
                body = None
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, body, self.reached)
            upstream.seen.append(seen)
            status, kind, content = upstream.answer(seen)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            for name, value in upstream.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the library's names

    return Handler
