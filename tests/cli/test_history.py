import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.cli import main
from tests.cli.conftest import Later


@pytest.fixture
def kept(filled: Path, later: Later) -> Path:
    """A store in which every lane was looked at a minute ago."""
    later(timedelta(minutes=1))
    return filled


def test_the_table_names_windows_and_changes(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"]) == 0
    out = capsys.readouterr().out
    assert "max, " in out
    assert "3 % at the end, 3 % at most" in out
    assert "GATED" in out
    assert "(first seen" in out


def test_json_has_readings_and_changes(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--json", "max"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "quotaboard.history/1"
    (credential,) = document["credentials"]
    five = next(window for window in credential["windows"] if window["name"] == "5h")
    assert five["readings"][0]["utilization"] == pytest.approx(0.03)
    gated = next(change for change in credential["changes"] if change["after"] == "gated")
    assert (gated["before"], gated["reason"]) == ("unknown", "out_of_extra_usage")


def test_a_lane_has_only_its_own_changes(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lane = "max/claude-haiku-4-5/tools/direct"
    assert main(["history", "--json", lane]) == 0
    (credential,) = json.loads(capsys.readouterr().out)["credentials"]
    assert {change["lane"] for change in credential["changes"]} == {lane}


def test_csv_is_a_row_for_each_reading_and_change(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["kind"] for row in rows} == {"reading", "change"}
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert {row["after"] for row in rows if row["kind"] == "change"} >= {"open", "gated", "spent"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--since", "soon"], 2, "A time must be a span"),
        (["--since", "1h", "--until", "2h"], 2, "--since must lie before --until"),
        (["--every", "x"], 2, "--every takes a span"),
        (["hoem"], 2, 'Did you mean "home"?'),
        (["--since", "2026-11-20T04:12:00Z"], 0, ""),
    ],
)
def test_what_cannot_be_meant_is_said(
    kept: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert main(["history", *words]) == code
    assert said in capsys.readouterr().err


def test_before_anything_is_known_it_is_not_known(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"]) == 4
    assert "Nothing is known yet" in capsys.readouterr().out


def test_a_time_before_the_store_began_holds_nothing(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--since", "9d", "--until", "8d", "--json"]) == 4
    document = json.loads(capsys.readouterr().out)
    assert all(not window["readings"] for one in document["credentials"] for window in one["windows"])


def test_doctor_says_how_good_the_forecasts_were(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--json"])
    forecasts = json.loads(capsys.readouterr().out)["forecasts"]
    assert (forecasts["settled"], forecasts["came_true"]) == (0, None)
