"""The escape sequences, and which of them a terminal is given."""

import os
import re
import shutil
import stat
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.config.alerts import TerminalStyle
from quotaboard.domain.alert import Alert, AlertKind
from quotaboard.poll.alerts.terminal import Way, notification, through_tmux, way_of
from tests.cli.tmux_server import tmux_server
from tests.signs import ANY

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
GATED = Alert(NOW, AlertKind.BLOCKED, "max gated: sonnet tools", "Your plan is 3 % used; tools are refused.")
SENT = (TerminalStyle.OSC9, TerminalStyle.OSC777, TerminalStyle.KITTY)


def test_each_kind_of_terminal_gets_its_own_words() -> None:
    assert notification(GATED, TerminalStyle.OSC9) == (
        "\x1b]9;quotaboard: max gated: sonnet tools. Your plan is 3 % used; tools are refused.\x1b\\"
    )
    assert notification(GATED, TerminalStyle.OSC777) == (
        "\x1b]777;notify;quotaboard: max gated: sonnet tools;Your plan is 3 % used, tools are refused.\x1b\\"
    )
    title, body = re.findall(r"\x1b\]99;([^;]*);([^\x1b]*)\x1b\\", notification(GATED, TerminalStyle.KITTY))
    assert ("d=0:p=title" in title[0], "d=1:p=body" in body[0]) == (True, True)
    assert (b64decode(title[1]).decode(), b64decode(body[1]).decode()) == (GATED.title, GATED.text)


@given(st.text(ANY), st.text(ANY), st.sampled_from(SENT))
def test_nothing_in_an_alert_can_end_its_sequence_or_begin_another(
    title: str, text: str, style: TerminalStyle
) -> None:
    sent = notification(Alert(NOW, AlertKind.OPEN, title, text), style)
    parts = re.fullmatch(r"(\x1b\][^\x00-\x1f\x7f-\x9f]*\x1b\\)+", sent)
    assert parts is not None
    assert sent.count("\x1b") == (4 if style is TerminalStyle.KITTY else 2)


@given(st.text(ANY, max_size=30))
def test_a_name_cannot_become_a_command_of_the_terminal(name: str) -> None:
    """`9;4;1;50` would show progress, `9;9;…` set a folder."""
    assert notification(Alert(NOW, AlertKind.OPEN, name, ""), TerminalStyle.OSC9).startswith(
        "\x1b]9;quotaboard: "
    )


def test_tmux_is_asked_to_hand_it_on() -> None:
    assert through_tmux("\x1b]9;x\x1b\\") == "\x1bPtmux;\x1b\x1b]9;x\x1b\x1b\\\x1b\\"
    assert Way(TerminalStyle.OSC9, inside_tmux=True).sequences([]) == ""


@pytest.mark.parametrize(
    ("environment", "style"),
    [
        ({"TERM": "xterm-kitty"}, TerminalStyle.KITTY),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, TerminalStyle.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, TerminalStyle.OSC9),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, TerminalStyle.OSC9),
        ({"TERM": "xterm-ghostty"}, TerminalStyle.OSC9),
        ({"TERM": "foot"}, TerminalStyle.OSC777),
        ({"TERM": "rxvt-unicode-256color"}, TerminalStyle.OSC777),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, TerminalStyle.OSC777),
    ],
)
def test_a_known_terminal_is_found(environment: dict[str, str], style: TerminalStyle) -> None:
    assert way_of(TerminalStyle.AUTO, environment) == Way(style)


@pytest.mark.parametrize("term", ["linux", "dumb", "xterm-256color", "screen", ""])
def test_a_terminal_that_nobody_knows_is_left_in_peace_unless_somebody_insists(term: str) -> None:
    assert "not known to show notifications" in str(way_of(TerminalStyle.AUTO, {"TERM": term}))
    assert way_of(TerminalStyle.OSC777, {"TERM": term}) == Way(TerminalStyle.OSC777)
    assert "switched off" in str(way_of(TerminalStyle.OFF, {"TERM": "xterm-kitty"}))


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("xterm-kitty\tkitty(0.32)\ton", Way(TerminalStyle.KITTY, inside_tmux=True)),
        ("xterm-kitty\tkitty\udcff\ton", Way(TerminalStyle.KITTY, inside_tmux=True)),
        ("xterm-kitty\t\t1", Way(TerminalStyle.KITTY, inside_tmux=True)),
        ("xterm-kitty\t\t0", "lets no notification pass"),
        ("xterm-256color\tWezTerm 2024\tall", Way(TerminalStyle.OSC9, inside_tmux=True)),
        ("xterm-kitty\tkitty(0.32)\toff", "lets no notification pass"),
        ("xterm-kitty\tkitty(0.32)\t", "lets no notification pass"),
        ("xterm-256color\t\ton", "not known to show notifications"),
        ("no such thing", "did not say"),
    ],
)
def test_in_tmux_it_is_asked_what_is_outside_and_what_passes(
    said: str, outcome: Way | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f"#!/bin/sh\nprintf '%s\\n' '{said}'\n", errors="surrogateescape")
    tmux.chmod(tmux.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = way_of(TerminalStyle.AUTO, {**os.environ, "TMUX": "/tmp/x,1,0", "TERM": "tmux-256color"})
    assert found == outcome if isinstance(outcome, Way) else outcome in str(found)


def test_a_tmux_that_is_not_there_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("tmux") is None
    assert "did not say" in str(way_of(TerminalStyle.AUTO, {"TMUX": "x", "PATH": str(tmp_path)}))


@pytest.mark.terminal
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_real_tmux_says_what_it_lets_pass_in_any_locale(home: Path, locale: str) -> None:
    with tmux_server(size=(80, 6)) as tmux:
        tmux.run("set-option", "-g", "allow-passthrough", "on")
        pane = tmux.run("display-message", "-p", "#{pane_id}").strip()
        environment = {"PATH": os.environ["PATH"], "TMUX": tmux.socket, "TMUX_PANE": pane, "LC_ALL": locale}
        with tmux.attach(80, 6) as client:
            client.wait_for("[")
            assert way_of(TerminalStyle.OSC777, environment) == Way(TerminalStyle.OSC777, inside_tmux=True)
