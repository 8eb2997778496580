"""The line for particular bars: what they are given, and what a real tmux makes of it."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.cli.bars import bar, class_of
from quotaboard.cli.line_fitting import fitted
from quotaboard.domain.verdict import Verdict
from tests.cli.conftest import Later
from tests.cli.test_line import Change, change
from tests.cli.tmux_server import QUOTABOARD, tmux_server

__all__ = ["change"]

BLOCKED = "#[fg=colour231,bg=colour160,bold]"


def told(capsys: pytest.CaptureFixture[str], name: str, *more: str) -> str:
    assert main(["line", "--format", name, *more]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out.rstrip("\n")


def test_plain_and_starship_are_the_line_as_it_is(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(timedelta())
    plain = told(capsys, "plain")
    assert plain.startswith("max 5h 3% 1:47 GATED │ team ")
    assert told(capsys, "starship") == plain
    main(["line"])
    assert capsys.readouterr().out.rstrip("\n") == plain


def test_tmux_gets_colours_on_the_words_that_must_be_seen(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(timedelta())
    line = told(capsys, "tmux")
    assert line.startswith(f"max 5h 3% 1:47 {BLOCKED} GATED #[default] │ team ")
    assert line.rpartition(" │ ")[2].startswith("home 5h 3"), "what is open needs no word"
    assert "#" not in line.rpartition(" │ ")[2]


def test_a_name_cannot_make_tmux_run_or_style_anything(
    change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    change("UPDATE credentials SET name = ? WHERE name = 'max'", "#(id)#[fg=red]#{pid}\x1b")
    assert told(capsys, "tmux").startswith("##(id)##[fg=red]##{pid}? ")


@pytest.mark.parametrize("columns", [10, 30, 60, 90, 200])
@pytest.mark.parametrize("name", ["plain", "tmux", "zellij", "starship"])
def test_a_line_takes_no_more_cells_than_it_is_given_and_keeps_what_is_loud(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str], name: str, columns: int
) -> None:
    later(timedelta())
    line = re.sub(r"#\[[^]]*\]|\x1b\[[0-9;]*m", "", told(capsys, name, f"--columns={columns}"))
    shown = line.split(" │ ")
    left_out = int(shown.pop()[1:]) if shown[-1].startswith("+") else 0
    assert len(shown) + left_out == 4
    assert len(line) <= columns or (len(shown) == 1 and "GATED" in line)
    if left_out:
        assert not [one for one in shown if one.startswith("home ")], "what is open goes first"


def test_agents_stay_before_credentials() -> None:
    why: dict[str, str | int] = {"why": "tools", "way": "key", "window": ""}
    agent = why | {"name": "hermes", "slug": "gated", "verdict": "GATED"}
    one: dict[str, str | int] = {"name": "max", "slug": "paid", "verdict": "PAID", "window": "5h 3%"}
    assert fitted([agent], [one], " │ ", 30) == ([agent], [], 1)
    assert fitted([agent], [one], " │ ", 80) == ([agent], [one], 0)


@pytest.mark.parametrize("columns", ["", "0", "all"])
def test_a_width_that_nobody_knows_is_no_limit(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    later(timedelta())
    assert told(capsys, "tmux", f"--columns={columns}") == told(capsys, "tmux")


def test_zellij_gets_ansi(filled: Path, later: Later, capsys: pytest.CaptureFixture[str]) -> None:
    later(timedelta())
    assert told(capsys, "zellij").startswith("max 5h 3% 1:47 \x1b[1;38;5;231;48;5;160m GATED \x1b[0m │ team ")


def test_without_colour_loud_words_are_reversed(
    filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "#[reverse,bold] GATED #[default]" in told(capsys, "tmux")
    assert "\x1b[1;7m GATED \x1b[0m" in told(capsys, "zellij")


def test_waybar_gets_its_document(filled: Path, later: Later, capsys: pytest.CaptureFixture[str]) -> None:
    later(timedelta())
    document = json.loads(told(capsys, "waybar"))
    assert list(document) == ["text", "tooltip", "class", "percentage"]
    assert document["text"].startswith("max 5h 3% 1:47 GATED │ team ")
    assert document["tooltip"].splitlines()[0] == "max 5h 3% 1:47 GATED  (gated: out_of_extra_usage)"
    assert document["class"] == "blocked"
    assert document["percentage"] == 100, "101 % is more than it knows"


def test_waybar_takes_no_name_for_markup(change: Change, capsys: pytest.CaptureFixture[str]) -> None:
    change("UPDATE credentials SET name = ? WHERE name = 'max'", "<b>&me")
    document = json.loads(told(capsys, "waybar"))
    assert document["text"].startswith("&lt;b&gt;&amp;me ")
    assert "<" not in document["tooltip"]


def test_json_says_what_fields_say(filled: Path, later: Later, capsys: pytest.CaptureFixture[str]) -> None:
    later(timedelta())
    document = json.loads(told(capsys, "json"))
    assert document["schema"] == "quotaboard.line/1"
    first = document["credentials"][0]
    assert first["name"] == "max"
    assert (first["slug"], first["reason"], first["blocked"], first["lanes"]) == (
        *("gated", "out_of_extra_usage", 2, 4),
    )
    assert document["credentials"][3]["reason"] is None


@pytest.mark.parametrize(("name", "said"), [("waybar", '"class": "unknown"'), ("json", '"credentials": []')])
def test_a_bar_that_takes_only_json_gets_it_even_when_nothing_is_known(
    name: str, said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["line", "--format", name]) == 4
    out, err = capsys.readouterr()
    json.loads(out)
    assert said in out
    assert "nothing is known yet" in err


def test_a_mistyped_format_is_no_line(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["line", "--format", "tmucks"]) == 2
    assert capsys.readouterr().err == (
        "quotaboard: --format is one of plain, tmux, zellij, starship, waybar, json, or has fields in braces "
        "such as {name}.\n"
    )


def test_ascii_separates_with_ascii(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "tmux", "--ascii").isascii()


def test_every_verdict_has_a_class() -> None:
    classes = {verdict: class_of(verdict) for verdict in Verdict}
    blocked = {verdict for verdict, kind in classes.items() if kind == "blocked"}
    assert blocked == {verdict for verdict in Verdict if verdict.blocked}
    assert classes[Verdict.PAID] == "paid"


def test_a_lane_that_nobody_looked_at_is_unknown() -> None:
    one: dict[str, str | int] = {
        "name": "a",
        "slug": "",
        "reason": "",
        "window": "",
        "verdict": "",
        "used": "",
    }
    assert json.loads(bar("waybar", [{**one, "name": "a"}], "|"))["class"] == "unknown"


@pytest.mark.terminal
def test_a_real_tmux_shows_it_and_runs_nothing_that_a_name_says(change: Change, home: Path) -> None:
    change("UPDATE credentials SET name = ? WHERE name = 'max'", "#(touch ~/ran)%H#[reverse]")
    with tmux_server() as tmux:
        tmux.run("set", "-g", "status-right-length", "118")
        tmux.run("set", "-g", "status-left", "")
        tmux.run("set", "-g", "window-status-current-format", "")
        tmux.run("set", "-g", "status-right", f"#({QUOTABOARD} line --format tmux)")
        with tmux.attach(120, 12) as terminal:
            terminal.wait_for("home 5h 3")
            line = terminal.lines[-1]
        assert "#(touch ~/ran)%H#[reverse] 5h 3%" in line
        assert "GATED" in line
        assert b"48;5;160" in terminal.output
    assert not (home / "ran").exists()
