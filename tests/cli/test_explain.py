import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from quotaboard.cli import main
from quotaboard.cli.commands import explain
from tests.cli.person import as_a_person
from tests.conftest import ROOT
from tests.providers.recorded import HERMES, cases

GATE = {
    "type": "error",
    "error": {
        "type": "invalid_request_error",
        "message": "You're out of extra usage. Add more and keep going.",
    },
}
PLAIN = {
    "status": 200,
    "headers": {
        "anthropic-ratelimit-unified-5h-utilization": "0.03",
        "anthropic-ratelimit-unified-5h-reset": "1795154400",
        "anthropic-ratelimit-unified-7d-utilization": "0.0",
        "anthropic-ratelimit-unified-overage-status": "rejected",
        "anthropic-ratelimit-unified-overage-disabled-reason": "org_level_disabled",
    },
    "request": {"model": "claude-sonnet-4-6", "tools": 0},
    "at": "2026-11-20T04:00:00Z",
}
TOOLS = {
    "status": 400,
    "body": GATE,
    "request": {"model": "claude-sonnet-4-6", "tools": 1},
    "at": "2026-11-20T04:00:10Z",
}
KEYS = {"verdict", "reason", "blocked", "retry", "until", "summary", "options", "rule", "windows", "overage"}
WINDOW_KEYS = {"name", "model", "seconds", "utilization", "status", "resets_at"}


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    def give(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))

    return give


def explained(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["explain", *words, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    document: dict[str, Any] = json.loads(out)
    return document


def test_the_document_has_the_keys_that_programs_rely_on(
    stdin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(json.dumps([PLAIN, TOOLS]).encode())
    document = explained(capsys)
    assert document["schema"] == "quotaboard.explain/1"
    assert set(document) == {"schema", "answers", "overall"}
    assert len(document["answers"]) == 2
    for part in (*document["answers"], document["overall"]):
        assert set(part) >= KEYS
    (five, seven) = document["answers"][0]["windows"]
    assert set(five) >= WINDOW_KEYS
    assert (five["name"], five["utilization"], five["seconds"]) == ("5h", 0.03, 18000)
    assert five["resets_at"] == "2026-11-20T06:00:00Z"
    assert (seven["utilization"], seven["resets_at"]) == (0.0, None)
    assert document["answers"][0]["overage"]["reason"] == "org_level_disabled"
    assert document["answers"][1]["windows"] == []
    assert document["answers"][1]["overage"] is None


def test_answers_are_judged_each_on_its_own_and_together(
    stdin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(json.dumps([PLAIN, TOOLS]).encode())
    document = explained(capsys)
    assert [answer["verdict"] for answer in document["answers"]] == ["open", "gated"]
    overall = document["overall"]
    assert (overall["verdict"], overall["blocked"], overall["retry"]) == ("gated", True, "no")
    assert overall["summary"].startswith("Your plan is 3 % used; Anthropic refuses requests that carry tools")
    assert {window["name"] for window in overall["windows"]} == {"5h", "7d"}
    assert overall["overage"]["status"] == "rejected"


def test_several_files_are_answers_on_one_account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plain.json").write_text(json.dumps(PLAIN))
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS))
    document = explained(capsys, str(tmp_path / "plain.json"), str(tmp_path / "tools.json"))
    assert [answer["verdict"] for answer in document["answers"]] == ["open", "gated"]
    assert document["overall"]["verdict"] == "gated"


def test_a_dash_is_stdin_among_files(tmp_path: Path, stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plain.json").write_text(json.dumps(PLAIN))
    stdin(b"HTTP/2 400 \r\ncontent-type: application/json\r\n\r\n" + json.dumps(GATE).encode())
    document = explained(capsys, str(tmp_path / "plain.json"), "-")
    assert document["overall"]["verdict"] == "gated"


@pytest.mark.parametrize("name", ["an-e01", "an-h16", "an-u13", "hermes:logs/agent.gate400_fallback.log"])
def test_recordings_come_through_the_command(
    name: str, stdin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(cases()[name].encode())
    assert explained(capsys)["overall"]["summary"]


def test_a_time_is_printed_in_utc_and_an_absent_value_is_null(
    stdin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(cases()["an-h16"].encode())
    overall = explained(capsys)["overall"]
    assert overall["until"] == "2026-10-03T23:10:00Z"
    assert overall["overage"]["utilization"] is None


def test_a_window_that_has_reset_is_not_shown_as_full(stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    headers = {
        "anthropic-ratelimit-unified-5h-status": "rejected",
        "anthropic-ratelimit-unified-5h-utilization": "1.0",
        "anthropic-ratelimit-unified-5h-reset": "1795150000",
    }
    stdin(json.dumps({"status": 429, "headers": headers, "at": "2026-11-20T05:00:00Z"}).encode())
    (window,) = explained(capsys)["overall"]["windows"]
    assert (window["utilization"], window["status"], window["stale"]) == (None, None, True)


def test_a_person_reads_the_verdict_first_and_what_helps(
    stdin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(json.dumps([PLAIN, TOOLS]).encode())
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "GATED"
    assert lines[1].startswith("Your plan is 3 % used")
    assert "  1  put the agent on a lane that is open" in lines
    assert "  5h        3 %  resets Fri 20 Nov 06:00 UTC" in lines
    assert "  1  OPEN  claude-sonnet-4-6 200" in lines


def test_one_answer_is_read_from_what_it_said(stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stdin(cases()["an-e12"].encode())
    main(["explain"])
    out = capsys.readouterr().out
    assert out.startswith("UNKNOWN\nA bare 429 without limits")
    assert "Read from: 429 rate_limit_error “Error” req_REDACTED (rule anthropic.unknown.bare_429)." in out


@pytest.mark.parametrize("raw", [b"", b"\n", b"nothing to see", "\ufeffhello".encode(), b"caf\xe9 au lait\n"])
def test_a_text_without_an_error_is_unknown(
    raw: bytes, stdin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(raw)
    document = explained(capsys)
    assert len(document["answers"]) == 1
    assert document["overall"]["verdict"] == "unknown"


def test_the_encoding_of_another_shell_is_read(stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stdin(json.dumps(TOOLS).encode("utf-16"))
    assert explained(capsys)["overall"]["verdict"] == "gated"


def test_the_end_of_a_long_log_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "MOST_BYTES", 80_000)
    path = tmp_path / "agent.log"
    log = (HERMES / "logs" / "agent.gate400_fallback.log").read_text()
    path.write_text("2026-11-20 INFO nothing\n" * 3_500 + log)
    assert explained(capsys, str(path))["overall"]["verdict"] == "gated"


@pytest.mark.parametrize("raw", [b"\x00\x01\x02" * 100, b"\x7fELF\x02\x01\x01\x00", bytes(range(256)) * 4])
def test_what_is_no_text_is_refused_in_a_sentence(
    raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "program"
    path.write_bytes(raw)
    assert main(["explain", str(path)]) == 2
    assert capsys.readouterr() == (
        "",
        f"quotaboard: {path} is not text. Give it an answer or a log as text.\n",
    )


def test_a_missing_file_or_a_folder_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(tmp_path / "nope.json")]) == 2
    assert (
        capsys.readouterr().err == f"quotaboard: There is no file {tmp_path / 'nope.json'}. Check its name.\n"
    )
    assert main(["explain", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert main(["explain", "a\0b"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_may_not_be_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "private"
    path.write_text("{}")
    path.chmod(0)
    command = [*as_a_person(), sys.executable, "-m", "quotaboard", "explain", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "cannot be read" in done.stderr


@pytest.mark.terminal
def test_on_a_terminal_without_input_it_says_how_to_use_it() -> None:
    leader, follower = pty.openpty()
    finished = subprocess.run(
        [sys.executable, "-m", "quotaboard", "explain"],
        stdin=follower,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    os.close(leader)
    os.close(follower)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "curl -i … | quotaboard explain" in finished.stderr


def test_a_secret_in_an_error_is_not_repeated(stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    body = {
        "error": {"type": "new_error", "message": "Incorrect key sk-ant-api03-CANARYCANARY for this address"}
    }
    stdin(json.dumps({"status": 403, "body": body}).encode())
    assert main(["explain"]) == 0
    stdin(json.dumps({"status": 403, "body": body}).encode())
    assert main(["explain", "--json"]) == 0
    assert "CANARY" not in capsys.readouterr().out


def test_control_characters_do_not_reach_the_terminal(stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    body = {"error": {"type": "new\x1b[31m", "message": "Bad \x1b]0;title\x07 thing\x9b2J"}}
    stdin(json.dumps({"status": 418, "body": body, "request": {"model": "claude\x1b[2J"}}).encode())
    assert main(["explain"]) == 0
    assert not {"\x1b", "\x07", "\x9b"} & set(capsys.readouterr().out)
