import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.cli.commands import line
from quotaboard.cli.line_words import WORDS
from quotaboard.domain.verdict import Verdict
from tests.cli.conftest import Later
from tests.conftest import RunQuotaboard

Change = Callable[..., None]


@pytest.fixture
def change(filled: Path) -> Change:
    """Change the store behind its back."""

    def run(sql: str, *values: str) -> None:
        with closing(sqlite3.connect(filled / "store.db")) as connection, connection:
            connection.execute(sql, values)

    return run


def test_one_line_tells_each_credential_in_the_order_of_the_board(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(timedelta())
    assert main(["line"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [part.split()[0] for part in out.split("│")] == ["max", "team", "work", "home"]
    assert out.startswith("max 5h 3% 1:47 GATED │ team ")
    assert "GATED? │ work 5h 101% " in out


def test_every_verdict_has_a_word() -> None:
    assert {str(verdict) for verdict in Verdict} == WORDS.keys()


def test_what_is_too_old_is_a_question_mark_and_a_reset_window_is_silent(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(timedelta(days=30))
    assert main(["line"]) == 0
    assert capsys.readouterr().out == "max ? │ team ? │ work ? │ home ?\n"


def test_a_spent_window_is_the_one_that_is_told(
    change: Change, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    change("UPDATE verdicts SET reason = '7d' WHERE reason = '5h'")
    later(timedelta())
    main(["line", "--format", "{name} {window}"])
    assert "work 7d 42% 3d" in capsys.readouterr().out


def test_fields_can_be_chosen(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["line", "--format", "{name}:{slug}:{reason}:{blocked}/{lanes}:{used}"]) == 0
    assert capsys.readouterr().out.startswith(
        "max:gated:out_of_extra_usage:2/4:3% │ team:gated:bare_429:2/4:"
    )


@pytest.mark.parametrize(
    "words", [["--format={name}"], ["--format", "{name}"], ["--ascii", "--format", "{name}"]]
)
def test_the_quick_way_and_the_parser_agree(
    words: list[str], filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["line", *words]) == 0
    assert capsys.readouterr().out.replace("|", "│") == "max │ team │ work │ home\n"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{nope}", "--format has no field {nope}; it knows {name}, {verdict}, "),
        ("{}", "--format has no field {}; it knows "),
        ("{0}", "--format has no field {0}; it knows "),
        ("{name.__class__}", "--format has no field {name.__class__}; it knows "),
        ("{name[0]}", "--format has no field {name[0]}; it knows "),
        ("{name", "--format cannot be followed (expected '}' before end of string); "),
        ("name}", "--format cannot be followed (Single '}' encountered in format string); "),
        ("{name:d}", "--format cannot be followed (Unknown format code 'd' "),
        ("{name:99999999999999999999}", "--format cannot be followed (Too many decimal digits "),
    ],
)
def test_a_format_that_cannot_be_followed_is_wrong_usage(
    template: str, says: str, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["line", "--format", template]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"quotaboard: {says}")


def test_braces_themselves_are_written_twice(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["line", "--format", "{{{name}}}"]) == 0
    assert capsys.readouterr().out.startswith("{max} │ {team}")


@pytest.mark.parametrize(
    ("name", "shown"), [("{name}", "{name}"), ("a\x1b[2Jb", "a?[2Jb"), ("größe", "größe"), ("{0.x}", "{0.x}")]
)
def test_a_name_is_shown_as_it_is_and_moves_no_cursor(
    name: str, shown: str, change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    change("UPDATE credentials SET name = ? WHERE name = 'max'", name)
    assert main(["line", "--format", "{name}"]) == 0
    assert capsys.readouterr().out.startswith(f"{shown} │")


def test_without_a_store_it_says_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["line"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "quotaboard: nothing is known yet; `quotaboard init` finds your credentials.\n"
    assert list(home.iterdir()) == []


def test_a_damaged_store_is_a_sentence(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (filled / "store.db").write_bytes(b"not a database" * 1000)
    assert main(["line"]) == 4
    assert capsys.readouterr().err == "quotaboard: the store cannot be read; `quotaboard doctor` says why.\n"


@pytest.mark.parametrize("words", [["line"], ["line", "--ascii"]], ids=" ".join)
def test_a_terminal_that_knows_ascii_only_gets_a_plain_bar(
    words: list[str], filled: Path, run_quotaboard: RunQuotaboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    if words == ["line"]:
        monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    shown = run_quotaboard(*words)
    assert shown.returncode == 0
    assert shown.stdout.isascii()
    assert "GATED | team " in shown.stdout


def test_shares_are_rounded_down() -> None:
    assert [line._percent(share) for share in (0.0, 0.004, 0.29, 0.999, 1.0, 1.02)] == [
        *("0%", "<1%", "29%", "99%", "100%", "102%"),
    ]


def test_what_is_left_is_told_in_hours_then_days() -> None:
    minute = 60_000
    spans = (-1, 0, 59 * 1000, 5 * minute, 107 * minute, 26 * 60 * minute)
    assert [line._left(span, 0) for span in spans] == ["", "", "0:00", "0:05", "1:47", "1d2h"]
    assert line._left(None, 0) == ""
