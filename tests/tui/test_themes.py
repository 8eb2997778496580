"""Themes are data; a mistake in one is named by file, key and reason and never stops the board."""

from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from quotaboard.tui.draw.palette import BASE, BOARD, GREYS
from quotaboard.tui.theme import dark_theme
from quotaboard.tui.theme_files import bundled_folder, load_themes, read_theme
from tests.tui.conftest import Open, screen_text

GOOD = 'name = "mine"\ndark = true\n[base]\nprimary = "#112233"\n'
BUNDLED = load_themes([bundled_folder()])
STATUS = (
    "lane-open",
    "lane-near",
    "lane-paid",
    "lane-blocked",
    "faint",
    "model",
    "gauge-warn",
    "gauge-over",
    "here",
)


def luminance(colour: str) -> float:
    parts = (part / 255 for part in Color.parse(colour).rgb)
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_bundled_theme_loads() -> None:
    assert BUNDLED.problems == ()
    assert {theme.name for theme in BUNDLED.loaded} >= {"quotaboard-dark", "quotaboard-light"}


def test_the_dark_file_says_what_the_first_frame_assumes() -> None:
    dark = next(theme for theme in BUNDLED.loaded if theme.name == "quotaboard-dark")
    assert dark == dark_theme()


@pytest.mark.parametrize("theme", BUNDLED.loaded, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", STATUS)
def test_status_words_can_be_read_on_their_ground(theme: Theme, name: str) -> None:
    assert contrast(theme.variables[name], theme.background or "") >= 4.5
    if name.startswith("lane-"):
        assert contrast(theme.variables[name], theme.variables["cursor"]) >= 3


@pytest.mark.parametrize("name", sorted(GREYS))
def test_greys_are_greys_that_can_be_read(name: str) -> None:
    red, green, blue = Color.parse(GREYS[name]).rgb
    assert red == green == blue
    assert contrast(GREYS[name], BASE["background"]) >= 4.5


@pytest.mark.parametrize("theme", BUNDLED.loaded, ids=lambda theme: theme.name)
def test_a_theme_fills_every_name_of_the_board(theme: Theme) -> None:
    assert set(theme.variables) == set(BOARD)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("name = ", "", "is not TOML"),
        (GOOD + "[board]\nlane-opne = '#000000'\n", "board.lane-opne", "did you mean lane-open?"),
        (GOOD + "[board]\nlane-open = 'blue-ish'\n", "board.lane-open", "'blue-ish' is not a colour"),
        (GOOD + "[board]\nlane-open = 'ansi_red'\n", "board.lane-open", "'ansi_red' is not a colour"),
        (GOOD + "[board]\nlane-open = 7\n", "board.lane-open", "7 is not a colour"),
        ("bord = 1\n" + GOOD, "bord", "did you mean board?"),
        ('name = "mine"\ndark = true\n[base]\n', "base.primary", "is required"),
        ('name = "mine"\ndark = true\nbase = 3\n', "base", "must be a table"),
        ('name = "mine"\ndark = "yes"\n[base]\nprimary = "red"\n', "dark", "must be true or false"),
        ('dark = true\n[base]\nprimary = "red"\n', "name", "must be a word"),
        (
            'name = "mine"\ndark = false\n[base]\nprimary = "red"\n',
            "board.lane-open",
            "is required in a light theme",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, key: str, reason: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    problems = read_theme(file)
    assert not isinstance(problems, Theme)
    assert any(problem.key == key and reason in problem.reason for problem in problems)
    assert str(problems[0]).startswith(f"{file}: ")


def test_a_file_that_cannot_be_read_is_a_problem_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD)
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "notes.txt").write_text("not a theme")
    found = load_themes([tmp_path, tmp_path / "missing"])
    assert [theme.name for theme in found.loaded] == ["mine"]
    assert [problem.reason[:14] for problem in found.problems] == ["cannot be read"]


async def test_an_unknown_theme_is_told_with_those_that_there_are(opened: Open) -> None:
    app, _ = opened("tools-gated", theme="solarised")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == "quotaboard-dark"
        told = [notification.message for notification in app._notifications]
        assert told == [
            "There is no theme solarised. There are quotaboard-dark, quotaboard-light, quotaboard-mono.",
        ]
        assert "GATED" in screen_text(app)


async def test_a_broken_theme_of_ones_own_leaves_the_board_as_it_was(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD + "[board]\nhere = 'nothing'\n")
    app, _ = opened("tools-gated", theme="mine", theme_folders=(tmp_path,))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == "quotaboard-dark"
        told = [notification.message for notification in app._notifications]
        assert "board.here: 'nothing' is not a colour" in told[0]
