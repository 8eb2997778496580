"""A LiteLLM proxy of its own on loopback, with pretend keys and a supplier that answers as it is told."""

import json
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

GATE = "You're out of extra usage. Add more at claude.ai/settings/usage and keep going."
SUPPLIER: dict[str, tuple[int, dict[str, Any]]] = {
    "m-extra-usage": (400, {"type": "invalid_request_error", "message": GATE}),
    "m-bare429": (429, {"type": "rate_limit_error", "message": "Error"}),
    "m-bare429-tools": (429, {"type": "rate_limit_error", "message": "Error"}),
    "m-badkey": (401, {"type": "authentication_error", "message": "invalid x-api-key"}),
}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [{"type": "text", "text": "OK"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 5, "output_tokens": 1},
}
KEYS = """
import litellm
from litellm.proxy._types import ProxyException, UserAPIKeyAuth


async def user_api_key_auth(request, api_key):
    key = (api_key or "").removeprefix("Bearer ").strip()
    if key == "sk-good":
        return UserAPIKeyAuth(api_key=key, key_alias="good", spend=0.25, max_budget=10.0)
    if key == "sk-slow":
        return UserAPIKeyAuth(api_key=key, key_alias="slow", rpm_limit=1, tpm_limit=100)
    if key == "sk-overbudget":
        raise litellm.BudgetExceededError(current_cost=10.02, max_budget=10.0)
    message = "Authentication Error, Invalid proxy server token passed."
    raise ProxyException(message=message, type="auth_error", param="None", code=401)
"""


def config(supplier: str) -> str:
    """Lanes by the name of what they do."""
    lanes: dict[str, dict[str, str]] = {
        "lane-ok": {"model": "openai/fake", "mock_response": "OK"},
        "lane-ctx": {"model": "openai/fake", "mock_response": "litellm.ContextWindowExceededError"},
        "lane-down": {"model": "openai/fake", "api_base": "http://127.0.0.1:9/v1"},
        **{
            name.replace("m-", "lane-"): {"model": f"anthropic/{name}", "api_base": supplier}
            for name in SUPPLIER
        },
        "lane-served": {"model": "anthropic/m-ok", "api_base": supplier},
    }
    models = [
        {"model_name": name, "litellm_params": {**told, "api_key": "sk-fake"}} for name, told in lanes.items()
    ]
    document = {
        "model_list": models,
        "general_settings": {
            "master_key": "sk-master-fake",
            "custom_auth": "pretend_keys.user_api_key_auth",
            "custom_auth_run_common_checks": True,
        },
        "litellm_settings": {"num_retries": 0, "request_timeout": 10, "return_response_headers": True},
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
    }
    return json.dumps(document)  # which is YAML too


@contextmanager
def proxy(command: Path, folder: Path) -> Iterator[str]:
    """Its address; it ends with the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Supplier)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    (folder / "config.yaml").write_text(config(f"http://127.0.0.1:{server.server_address[1]}"))
    (folder / "pretend_keys.py").write_text(KEYS)
    port = free_port()
    environment = {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
        "NO_DOCS": "True",
    }
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [command, "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address, running, folder / "log")
        yield address
    finally:
        running.terminate()
        running.wait(20)
        server.shutdown()
        server.server_close()


def wait_until_ready(address: str, running: subprocess.Popen[bytes], log: Path, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health/liveliness", timeout=2):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            assert running.poll() is None, log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < deadline, log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


class Supplier(BaseHTTPRequestHandler):
    """Anthropic's Messages API as far as the proxy needs it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)))
        model = str(body.get("model"))
        status, error = SUPPLIER.get(model, (200, {}))
        if model.endswith("-tools") and not body.get("tools"):
            status, error = 200, {}
        told = (
            {"type": "error", "error": error, "request_id": "req_x"} if error else {**MESSAGE, "model": model}
        )
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        if not error:
            self.send_header("anthropic-ratelimit-unified-5h-utilization", "0.03")
            self.send_header("anthropic-ratelimit-unified-status", "allowed")
        self.end_headers()
        self.wfile.write(data)
