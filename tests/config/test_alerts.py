"""`[alerts]`: its values, and what is said of a wrong one."""

import tomllib
from datetime import time, timedelta
from pathlib import Path

import pytest

from quotaboard.config.alerts import TerminalStyle, mark_text, parse_mark, parse_quiet_hours
from quotaboard.config.effective import effective_settings
from quotaboard.config.loading import load_config
from quotaboard.config.values import AlertSettings, Config
from quotaboard.domain.alert import AlertKind, QuietHours

FULL = """\
[alerts]
kinds = ["runs_out", "open"]
marks = ["95%", "80 %", "62.5%", "80%"]
before_expiry = "30m"
quiet_hours = "22:00-7:00"
bell = false
terminal = "kitty"
desktop = true
hook = ["notify-send", "quotaboard"]
"""
VALUES = AlertSettings(
    kinds=(AlertKind.OPEN, AlertKind.RUNS_OUT),
    marks=(0.625, 0.8, 0.95),
    before_expiry=timedelta(minutes=30),
    quiet_hours=QuietHours(time(22), time(7)),
    bell=False,
    terminal=TerminalStyle.KITTY,
    desktop=True,
    hook=("notify-send", "quotaboard"),
)

KINDS = "blocked, open, paid, mark, runs_out, expires"
STYLES = '"auto", "osc9", "osc777", "kitty" or "off"'
HOURS = 'alerts.quiet_hours: must be two different times of day such as "22:00-07:00", in local time.'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_every_key_becomes_a_value(path: Path) -> None:
    path.write_text(FULL)
    loaded = load_config(path)
    assert isinstance(loaded, Config)
    assert loaded.alerts == VALUES
    assert load_config(path, checked=loaded.digest) == loaded


def test_what_is_left_out_is_the_default(path: Path) -> None:
    path.write_text("[alerts]\n")
    loaded = load_config(path)
    assert isinstance(loaded, Config)
    assert loaded.alerts == AlertSettings()
    assert (loaded.alerts.marks, loaded.alerts.kinds) == ((0.9,), tuple(AlertKind))


def test_what_is_shown_reads_back(path: Path) -> None:
    path.write_text(FULL)
    loaded = load_config(path)
    assert isinstance(loaded, Config)
    (table,) = (one for one in effective_settings(loaded, path) if one.header == "[alerts]")
    written = "\n".join(["[alerts]", *(one.written for one in table.settings)])
    assert tomllib.loads(written)["alerts"]["quiet_hours"] == "22:00-07:00"
    path.write_text(written)
    again = load_config(path)
    assert isinstance(again, Config)
    assert again.alerts == VALUES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kinds = ["opened"]', f'alerts.kinds.0: must be one of {KINDS}. Did you mean "open"?'),
        ('marks = ["0.9"]', 'alerts.marks.0: must be a share from "1%" to "100%", such as "90%".'),
        ("marks = [90]", "alerts.marks.0: must be text, got the number 90. Write it in quotes."),
        ('marks = ["140%"]', 'alerts.marks.0: must be a share from "1%" to "100%", such as "90%".'),
        ('quiet_hours = "10pm-7am"', HOURS),
        ('quiet_hours = "24:00-07:00"', HOURS),
        ('quiet_hours = "07:00-07:00"', HOURS),
        ('before_expiry = "5s"', "alerts.before_expiry: must be at least 1m, got 5s. Set 1m or more."),
        ('terminal = "kity"', f'alerts.terminal: must be {STYLES}, got "kity". Did you mean "kitty"?'),
        ('bell = "yes"', 'alerts.bell: must be true or false, got "yes". Write it without quotes.'),
        ('hook = "tell me"', 'alerts.hook: must be a list, got "tell me". Write it as ["…", "…"].'),
        ("desktpo = true", 'alerts.desktpo: is not a key here. Did you mean "desktop"?'),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_line_and_the_way_out(path: Path, text: str, said: str) -> None:
    path.write_text(f"[alerts]\n\n{text}\n")
    problems = load_config(path)
    assert isinstance(problems, list)
    assert [str(problem) for problem in problems] == [f"{path}:3: {said}"]


@pytest.mark.parametrize("share", [0.01, 0.5, 0.625, 0.9, 1.0, 0.999])
def test_a_mark_is_written_as_it_is_read(share: float) -> None:
    assert parse_mark(mark_text(share)) == pytest.approx(share)


def test_hours_may_be_written_as_people_do() -> None:
    assert parse_quiet_hours(" 9:30 - 17:00 ") == QuietHours(time(9, 30), time(17))
