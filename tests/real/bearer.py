"""A door to the embedded provider for agents that send the token of a plan as if it were a key."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from quotaboard.simulator.facts import OAUTH_BETA

PASSED_ON = ("content-type", "user-agent", "anthropic-version", "anthropic-beta", "authorization")


@contextmanager
def as_bearer(base_url: str) -> Iterator[str]:
    """Passes everything on as it came, with `x-api-key` as a bearer's token; gives its own address."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(client))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: object) -> None:
            pass

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name: value for name in PASSED_ON if (value := self.headers.get(name))}
            if key := self.headers.get("x-api-key"):
                headers |= {"authorization": f"Bearer {key}", "anthropic-beta": OAUTH_BETA}
            answer = client.request(self.command, self.path, content=body, headers=headers)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in ("content-length", "content-encoding", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = pass_on  # noqa: N815 - the library's names

    return Handler
