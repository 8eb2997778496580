import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from quotaboard.cli import main, opening
from quotaboard.cli.table import status_lines
from quotaboard.domain.board import Board, CredentialView
from quotaboard.domain.document import status
from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.reading import Balance, Money
from quotaboard.poll.view import board_of
from quotaboard.simulator import SimulatedProvider
from tests.cli.conftest import Later
from tests.conftest import RunQuotaboard
from tests.tui.boards import STATES

MINUTE = timedelta(minutes=1)
GATED = "max/claude-sonnet-4-6/tools/direct"
OPEN = "max/claude-sonnet-4-6/plain/direct"


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


# What is known


def test_an_agent_is_told_with_its_reason_and_the_way_out() -> None:
    lines = [*status_lines(STATES["agents"]())]
    assert lines[: lines.index("")] == [
        "hermes       GATED  max         for 10m  tools refused, 5h 3 % used",
        "openclaw     OPEN   openrouter  for 10m  $5.00 of $20.00 left this month",
        "claude-code  SPENT  work        for 10m  used up until 16:12",
        "  quotaboard switch hermes openrouter    (openrouter serves)",
        "  Nothing else is open to claude-code.",
    ]


def test_what_an_agent_is_called_by_others_reaches_no_terminal() -> None:
    assert all(line.isprintable() for line in status_lines(STATES["hostile-agents"]()))


def test_the_table_is_words_that_need_neither_colour_nor_signs(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(timedelta())
    assert main(["status"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.isascii()
    assert "\x1b" not in out
    assert out.splitlines()[:7] == [
        "max: Anthropic login, found in environment (FOUR_MAX)",
        "  5h  3 % used  resets in 1h 47m",
        "  7d  0 % used  resets in 4d 2h",
        "  extra usage off until its limit resets",
        "                     plain  tools",
        "  claude-haiku-4-5   OPEN   GATED",
        "  claude-sonnet-4-6  OPEN   GATED",
    ]


def test_each_reason_is_told_once_with_the_lanes_that_it_holds_for(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["status"])
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("GATED: max/claude-haiku-4-5/tools/direct, max/claude-sonnet-4-6/tools/direct")
    assert lines[at + 1].startswith("  Your plan is 3 % used; ")
    assert lines[at + 2].startswith("    1. ")


def test_what_is_too_old_says_what_it_was(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(40 * MINUTE)
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert "  claude-haiku-4-5   was OPEN  GATED\n" in out
    assert "  5h  3 % used  resets in 1h 07m  seen 40m ago\n" in out


def test_a_window_that_has_reset_is_not_known(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(120 * MINUTE)
    main(["status"])
    assert re.search(r"^  5h  not known +seen 2h ago$", capsys.readouterr().out, re.MULTILINE)


def test_without_a_store_it_says_what_to_do_and_that_nothing_is_known(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Nothing is known yet. `quotaboard init` finds your credentials")
    assert list(home.iterdir()) == []


def test_in_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json"]) == 4
    document = printed(capsys)
    assert (document["schema"], document["credentials"], document["lanes"]) == ("quotaboard.status/1", [], [])


def test_a_provider_that_cannot_be_reached_is_told_with_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-FAKE-canary-0123456789")
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    entry = '[[credentials]]\nname = "key"\nsource = "env:ANTHROPIC_API_KEY"\nprobe = true\n'
    config.write_text(f'{entry}base_url = "http://127.0.0.1:1"\n')
    assert main(["status", "--refresh"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "  claude-haiku-4-5   DOWN   DOWN\n" in out
    assert "\nDOWN: key/claude-haiku-4-5/plain/direct, " in out
    assert "canary" not in out


# JSON


def test_json_has_every_key_of_the_interface(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json"]) == 0
    document = printed(capsys)
    assert document.keys() >= {"schema", "at", "credentials", "lanes", "agents"}
    credential = document["credentials"][0]
    assert credential.keys() >= {
        *("name", "provider", "kind", "source", "plan", "windows", "overage", "balance"),
    }
    assert credential["windows"][0].keys() >= {
        *("name", "model", "seconds", "utilization", "status", "resets_at", "observed_at", "origin"),
        *("stale", "forecast"),
    }
    assert credential["overage"].keys() >= {"status", "reason", "in_use", "utilization", "resets_at"}
    lane = next(lane for lane in document["lanes"] if lane["id"] == GATED)
    assert lane.keys() >= {
        *(
            "id",
            "credential",
            "provider",
            "model",
            "shape",
            "client",
            "verdict",
            "reason",
            "blocked",
            "retry",
        ),
        *("until", "summary", "options", "rule", "confirmed", "inferred_from", "observed_at", "stale"),
        *("http_status", "request_id", "latency_ms", "cost"),
    }
    assert (lane["verdict"], lane["reason"], lane["blocked"], lane["retry"]) == (
        "gated",
        "out_of_extra_usage",
        True,
        "no",
    )
    assert (lane["http_status"], lane["cost"]["input_tokens"]) == (400, 0)


def test_every_moment_is_utc_and_every_share_a_fraction(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["status", "--json"])
    text = capsys.readouterr().out
    moments = re.findall(r'"\w+_at": "([^"]+)"', text) + re.findall(r'"(?:at|until|since)": "([^"]+)"', text)
    assert len(moments) > 20
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment) for moment in moments)
    windows = [window for one in json.loads(text)["credentials"] for window in one["windows"]]
    assert {window["utilization"] for window in windows} >= {0.03, 0.0, 1.01}


def test_the_quick_way_prints_what_the_parsed_one_does(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(MINUTE)
    main(["status", "--json"])
    quick = printed(capsys)
    main(["--ascii", "status", "--json"])
    assert printed(capsys) == quick


# One lane


@pytest.mark.parametrize(("lane", "code"), [(OPEN, 0), (GATED, 3)])
def test_the_exit_code_of_a_lane_says_whether_it_serves(
    lane: str, code: int, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--lane", lane]) == code
    word = "OPEN" if code == 0 else "GATED"
    assert capsys.readouterr().out.startswith(f"{lane}: {word}, seen ")


def test_a_lane_of_which_nothing_is_known_any_more_is_4(
    filled: Path, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    later(40 * MINUTE)
    assert main(["status", "--lane", OPEN]) == 4
    assert capsys.readouterr().out.startswith(f"{OPEN}: was OPEN, seen 40m ago\n")


def test_one_lane_in_json_is_the_same_document_with_that_lane_alone(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--lane", GATED, "--json"]) == 3
    document = printed(capsys)
    assert document["schema"] == "quotaboard.status/1"
    assert [lane["id"] for lane in document["lanes"]] == [GATED]
    assert [credential["name"] for credential in document["credentials"]] == ["max"]


def test_a_mistyped_lane_gets_the_nearest_ones(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--lane", "max/claude-sonnet-4/tools/direct"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(
        "quotaboard: There is no lane max/claude-sonnet-4/tools/direct. Did you mean max/claude-"
    )


def test_a_lane_is_not_known_while_nothing_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--lane", OPEN]) == 4
    assert capsys.readouterr().err.startswith(f"quotaboard: Nothing is known of {OPEN}")


# Trouble


def test_a_config_problem_is_told_with_its_line(
    filled: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = home / ".config/quotaboard/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[poll]\nspeed = 1\n")
    assert main(["status", "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{config}:2: poll.speed: ")


def test_a_named_config_that_is_not_there_is_wrong_usage(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(tmp_path / "typo.toml"), "status"]) == 2
    assert "There is no such file." in capsys.readouterr().err


def test_a_config_that_cannot_be_read_is_not_taken_for_none(
    filled: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / ".config/quotaboard/config.toml").mkdir(parents=True)
    assert main(["status"]) == 2
    assert "The file cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["status"], ["status", "--json"]], ids=" ".join)
def test_a_damaged_store_is_a_sentence_and_still_an_answer(
    words: list[str], filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (filled / "store.db").write_bytes(b"not a database" * 1000)
    assert main(words) == 4
    out, err = capsys.readouterr()
    assert err.startswith(f"quotaboard: {filled}/store.db is damaged.")
    assert "Traceback" not in err
    if "--json" in words:
        document = json.loads(out)
        assert document["credentials"] == []
        assert document["trouble"].startswith(f"{filled}/store.db is damaged.")


def test_a_store_that_breaks_while_it_is_read_is_a_sentence_too(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = filled / "store.db"
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    # All but the first pages, which opening looks at.
    content = store.read_bytes()
    store.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    assert main(["status"]) == 4
    err = capsys.readouterr().err
    assert err.startswith("quotaboard: ")
    assert "bug" not in err


def test_a_store_of_a_later_version_is_a_sentence(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(filled / "store.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert main(["status"]) == 4
    assert "was written by a newer quotaboard" in capsys.readouterr().err


def test_a_store_that_cannot_be_written_can_be_shown(filled: Path, run_quotaboard: RunQuotaboard) -> None:
    filled.chmod(0o500)
    try:
        shown = run_quotaboard("status")
    finally:
        filled.chmod(0o700)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "GATED" in shown.stdout


def test_no_token_is_printed_or_kept(
    provider: SimulatedProvider, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens = [account.token for account in provider.scenario.accounts]
    main(["status", "--refresh", "--debug"])
    main(["status", "--json"])
    said = "".join(capsys.readouterr())
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for token in tokens:
        assert token not in said
        assert token.encode() not in kept


def test_the_document_is_the_boards(filled: Path, later: Later, capsys: pytest.CaptureFixture[str]) -> None:
    later(MINUTE)
    store = opening.open_for_reading(None)
    assert not isinstance(store, int)
    with store:
        expected = status(board_of(store, opening.now()))
    main(["status", "--json"])
    assert printed(capsys) == expected


def test_money_and_what_is_hidden_stand_in_the_table() -> None:
    credential = Credential("relay", "relay", Kind.API_KEY, "env:K")
    money = Balance(Money(Decimal(5), "USD"), Money(Decimal(20), "USD"), "monthly")
    views = (
        CredentialView(credential, balance=money),
        CredentialView(credential, notes=("Models are listed.",), hides="Its balance is not visible."),
    )
    lines = "\n".join(status_lines(Board(datetime(2026, 11, 20, tzinfo=UTC), views)))
    assert "$5.00 of $20.00 left this month" in lines
    assert "The key is accepted. Its balance is not visible." in lines
