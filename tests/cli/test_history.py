import csv
import io
import json
import re
import sqlite3
from contextlib import closing
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


def test_what_was_not_known_is_told_in_words_and_is_no_change_at_first(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", "--ascii"]) == 0
    out = capsys.readouterr().out
    assert "(first seen, 400 invalid_request_error" in out
    assert "(first seen)" not in out
    assert out.isascii()


def test_a_range_that_ends_elsewhere_names_its_day(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "max", "--since", "3d", "--until", "2d"]) == 4
    first = capsys.readouterr().out.splitlines()[0]
    assert re.fullmatch(r"max, \w{3} \d\d:\d\d to \w{3} \d\d:\d\d", first)


def test_no_cell_is_a_formula_and_quotes_are_kept(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(filled / "store.db")) as connection, connection:
        connection.execute("UPDATE credentials SET name = ? WHERE name = 'max'", ('=jörg",né',))
        connection.execute(
            "UPDATE lanes SET name = replace(name, 'max/', ?) WHERE name LIKE 'max/%'", ('=jörg",né/',)
        )
    later(timedelta(minutes=1))
    assert main(["history", "--csv", '=jörg",né']) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["credential"] for row in rows} == {"'=jörg\",né"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]


@pytest.mark.parametrize(
    "since", ["2026-11-20T04:12Z", "2026-11-20T06:12+02:00", "2026-11-19T20:12:00-08:00"]
)
def test_a_time_may_name_its_zone(kept: Path, since: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["history", "--json", "--since", since, "--until", "2026-11-20T04:13Z"])
    assert json.loads(capsys.readouterr().out)["since"] == "2026-11-20T04:12:00Z"
