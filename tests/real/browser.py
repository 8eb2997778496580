"""A headless Chromium, driven over its DevTools protocol through a pair of pipes."""

import base64
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 30.0

ON_THE_PIPES = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The protocol's pipes are descriptors 3 and 4, by definition."""


class Page:
    """One page: scripts run in it, keys are typed into it."""

    def __init__(self, pipe: "Pipe", session: str) -> None:
        self._pipe = pipe
        self._session = session

    def go(self, address: str) -> None:
        self._pipe.ask("Page.navigate", {"url": address}, self._session)

    def run(self, script: str) -> Any:
        told = {"expression": script, "returnByValue": True, "awaitPromise": True}
        answer = self._pipe.ask("Runtime.evaluate", told, self._session)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def text(self) -> str:
        """What stands on the page, the terminal's rows included."""
        shown: str = self.run("document.body ? document.body.innerText : ''")
        return shown.replace("\u00a0", " ")

    def wait_for(self, words: str) -> str:
        """The text of the page once these words stand on it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if words in (shown := self.text()):
                return shown
            assert time.monotonic() < deadline, f"{words!r} did not appear in:\n{shown}"
            time.sleep(0.05)

    def wait_until(self, script: str) -> None:
        """Until that expression is true on the page."""
        deadline = time.monotonic() + PATIENCE
        while not self.run(script):
            assert time.monotonic() < deadline, f"{script} did not become true:\n{self.text()}"
            time.sleep(0.05)

    def press(self, text: str, key: str | None = None, code: int | None = None) -> None:
        pressed = {"key": key or text, "windowsVirtualKeyCode": code or ord(text.upper())}
        self._pipe.ask("Input.dispatchKeyEvent", {**pressed, "type": "keyDown", "text": text}, self._session)
        self._pipe.ask("Input.dispatchKeyEvent", {**pressed, "type": "keyUp"}, self._session)

    def click(self, x: float, y: float) -> None:
        where = {"x": x, "y": y, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self._pipe.ask("Input.dispatchMouseEvent", {**where, "type": kind}, self._session)

    def resize(self, width: int, height: int) -> None:
        told = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._pipe.ask("Emulation.setDeviceMetricsOverride", told, self._session)

    def picture(self) -> bytes:
        return base64.b64decode(self._pipe.ask("Page.captureScreenshot", {}, self._session)["data"])


class Pipe:
    """Questions to the browser and its answers: JSON, each ended by a zero byte."""

    def __init__(self, writing: int, reading: int) -> None:
        self._writing = writing
        self._reading = reading
        self._left = b""
        self._number = 0

    def ask(self, method: str, told: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        self._number += 1
        question = {"id": self._number, "method": method, "params": told}
        if session:
            question["sessionId"] = session
        os.write(self._writing, json.dumps(question).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, message["error"]
                answer: dict[str, Any] = message["result"]
                return answer

    def _next(self) -> dict[str, Any]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._reading, selectors.EVENT_READ)
            while b"\0" not in self._left:
                assert selector.select(PATIENCE), "the browser does not answer"
                part = os.read(self._reading, 65536)
                assert part, "the browser has ended"
                self._left += part
        whole, _, self._left = self._left.partition(b"\0")
        message: dict[str, Any] = json.loads(whole)
        return message


@contextmanager
def chromium(program: str, folder: Path) -> Iterator[Page]:
    """A browser with one empty page. It reaches this machine alone."""
    to_read, write = os.pipe()
    read, to_write = os.pipe()
    command = [
        program,
        "--headless=new",
        "--no-sandbox",  # in a container there is none to be had
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--host-resolver-rules=MAP stranger.example 127.0.0.1",
        "--remote-debugging-pipe",
        f"--user-data-dir={folder}",
        "--window-size=1280,800",
    ]
    launcher = [sys.executable, "-c", ON_THE_PIPES, str(to_read), str(to_write), *command]
    environment = {**os.environ, "HOME": str(folder)}
    with subprocess.Popen(
        launcher,
        pass_fds=(to_read, to_write),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as browser:
        os.close(to_read)
        os.close(to_write)
        pipe = Pipe(write, read)
        try:
            target = pipe.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
            told = {"targetId": target, "flatten": True}
            page = Page(pipe, pipe.ask("Target.attachToTarget", told)["sessionId"])
            yield page
        finally:
            browser.kill()
            os.close(write)
            os.close(read)
