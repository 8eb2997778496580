import json
import tomllib
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.tui.theme_files import bundled_folder

TEXT = """\
[poll]
fresh_for = "3m"

[[credentials]]
name = "max"
source = "claude-code"
base_url = "http://127.0.0.1:1"

[shapes.odd-name]
headers = { "x-team" = "a" }
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT)
    monkeypatch.setenv("QUOTABOARD_CONFIG", str(path))
    return path


def test_path_prints_only_the_path(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "path"]) == 0
    assert capsys.readouterr() == (f"{path}\n", "")


def test_path_in_json_names_the_other_places_too(
    path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "path", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "config": str(path),
        "chosen_by": "QUOTABOARD_CONFIG",
        "exists": True,
        "state_dir": str(home / ".local/state/quotaboard"),
        "log": str(home / ".local/state/quotaboard/quotaboard.log"),
    }


@pytest.mark.parametrize(
    "words", [["--config", "{}", "config", "path"], ["config", "path", "--config", "{}"]]
)
def test_a_global_option_stands_before_or_after_the_command(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.toml"
    assert main([word.format(other) for word in words]) == 0
    assert capsys.readouterr().out == f"{other}\n"


def test_check_says_that_all_is_well(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check"]) == 0
    assert capsys.readouterr().out == f"{path}: all is well.\n"


def test_check_says_when_there_is_no_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.unlink()
    assert main(["config", "check"]) == 0
    assert capsys.readouterr().out == f"{path}: there is no file yet, so the defaults are in force.\n"


@pytest.mark.parametrize("action", ["check", "show"])
def test_a_wrong_config_is_told_on_stderr_and_is_wrong_usage(
    action: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text('[poll]\nfresh_for = "3x"\nspeed = 1\n')
    assert main(["config", action]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"{path}:2", f"{path}:3"]


def test_check_in_json_lists_the_problems(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text("[poll]\nspeed = 1\n")
    assert main(["config", "check", "--json"]) == 2
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["line"], problem["key"]) == (2, "poll.speed")


def test_a_named_file_that_is_not_there_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--config", str(tmp_path / "typo.toml"), "config", "check"]) == 2
    assert "There is no such file." in capsys.readouterr().err


def test_show_prints_what_is_in_force_as_toml_that_reads_back(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "show"]) == 0
    out = capsys.readouterr().out
    shown = tomllib.loads(out)
    assert shown["poll"] == {
        "fresh_for": "3m",
        "stale_after": "15m",
        "usage_every": "5m",
        "daily_token_budget": 20_000,
    }
    assert shown["credentials"][0]["base_url"] == "http://127.0.0.1:1"
    assert shown["shapes"]["odd-name"] == {
        "tools": 0,
        "headers": {"x-team": "a"},
        "system_length": 0,
        "tool_bytes": 0,
    }
    path.write_text(out)
    assert main(["config", "check"]) == 0


def test_show_says_where_each_value_comes_from(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["config", "show"])
    comments = {
        line.split("=")[0].strip(): line.rpartition("#")[2].strip()
        for line in capsys.readouterr().out.splitlines()
        if "=" in line
    }
    assert comments["fresh_for"] == "line 2"
    assert comments["stale_after"] == "default"
    assert comments["base_url"] == "line 7"


def test_show_in_json_has_the_line_of_each_value(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "--json"]) == 0
    tables = {table["table"]: table["values"] for table in json.loads(capsys.readouterr().out)["settings"]}
    assert {"key": "fresh_for", "value": "3m", "line": 2} in tables["poll"]
    assert {"key": "theme", "value": None, "line": None} in tables["ui"]


def test_check_names_the_base_url_when_the_address_of_one_request_was_pasted(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text(TEXT.replace("http://127.0.0.1:1", "https://relay.example/v1/chat/completions"))
    assert main(["config", "check"]) == 0
    assert "max: This address ends in /chat/completions" in capsys.readouterr().out


def test_a_theme_that_is_not_there_is_told_and_one_of_ones_own_is_not(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text('[ui]\ntheme = "nrod"\n')
    assert main(["config", "check"]) == 0
    said = 'There is no theme "nrod". Did you mean "nord"? `quotaboard themes` lists them.'
    assert capsys.readouterr().out.splitlines()[1:] == [said]
    own = path.parent / "themes" / "file.toml"
    own.parent.mkdir()
    own.write_text((bundled_folder() / "nord.toml").read_text().replace('"nord"', '"nrod"'))
    assert main(["config", "check"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
