import json
from pathlib import Path

import pytest

from quotaboard.cli import main

GOOD = 'name = "mine"\ndark = true\n[base]\nprimary = "#112233"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder beside the config that is in force."""
    monkeypatch.setenv("QUOTABOARD_CONFIG", str(tmp_path / "config.toml"))
    folder = tmp_path / "themes"
    folder.mkdir()
    return folder


def test_path_is_beside_the_config(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["themes", "path"]) == 0
    assert capsys.readouterr().out == f"{folder}\n"


def test_the_list_names_shipped_themes_and_ones_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine.toml").write_text(GOOD)
    assert main(["themes", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "quotaboard.themes/1"
    themes = {theme["name"]: theme for theme in document["themes"]}
    assert themes["mine"] == {"name": "mine", "dark": True, "file": str(folder / "mine.toml")}
    assert themes["quotaboard-light"]["dark"] is False


def test_a_broken_theme_is_named_and_the_others_are_listed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.toml").write_text(GOOD + "[board]\nlane-opne = '#000'\n")
    assert main(["themes"]) == 2
    told = capsys.readouterr()
    assert "nord" in told.out
    assert told.err == f"{folder / 'mine.toml'}: board.lane-opne: no such key; did you mean lane-open?\n"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (GOOD, 0, "all is well"),
        (GOOD + '[board]\nfaint = "#333333"\n', 0, "board.faint: has a contrast of"),
        ("name = ", 2, "is not TOML"),
    ],
)
def test_check_tells_mistakes_and_advice(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, code: int, said: str
) -> None:
    file = folder / "mine.toml"
    file.write_text(text)
    assert main(["themes", "check", str(file)]) == code
    told = capsys.readouterr()
    assert said in told.out + told.err
    assert main(["themes", "check", str(file), "--json"]) == code
    assert bool(json.loads(capsys.readouterr().out)["problems"]) is (code == 2)


@pytest.mark.parametrize("words", [["themes", "check"], ["themes", "list", "x.toml"]])
def test_a_file_is_named_for_check_alone(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "themes check FILE" in capsys.readouterr().err
