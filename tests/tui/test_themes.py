"""Themes are data; a mistake in one is named by file, key and reason and never stops the board."""

from itertools import combinations, product
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from textual.widgets import Input

from quotaboard.tui.draw.colour import (
    APART,
    EYES,
    ON_CURSOR,
    READABLE,
    SIXTEEN,
    STATUS,
    WORDS,
    contrast,
    difference,
    in_sixteen,
    is_grey,
    shade_of_256,
    told_apart,
)
from quotaboard.tui.draw.palette import BASE, BOARD, BUILT_IN, Palette
from quotaboard.tui.prelude import nearest_of_256
from quotaboard.tui.theme_files import advice, bundled_folder, load_themes, read_theme
from quotaboard.tui.wardrobe import Wardrobe, first_palette
from tests.tui.conftest import Open, screen_text, wait_for

GOOD = 'name = "mine"\ndark = true\n[base]\nprimary = "#112233"\n'
BUNDLED = load_themes([bundled_folder()])
OURS = {"quotaboard-dark", "quotaboard-light", "quotaboard-contrast", "quotaboard-contrast-light"}
GREY = {"quotaboard-mono", "quotaboard-mono-light"}
EVERY = pytest.mark.parametrize("theme", BUNDLED.loaded, ids=lambda theme: theme.name)


def on_256(colour: str) -> str:
    return shade_of_256(nearest_of_256(*(int(colour[i : i + 2], 16) for i in (1, 3, 5))))


def test_every_bundled_theme_loads_and_there_are_enough() -> None:
    assert BUNDLED.problems == ()
    names = {theme.name for theme in BUNDLED.loaded}
    assert names >= OURS | GREY
    assert len(names - OURS - GREY) >= 8
    assert {Path(place).stem for place in BUNDLED.places.values()} == names


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_built_in_theme_says_what_its_file_says(name: str) -> None:
    assert next(theme for theme in BUNDLED.loaded if theme.name == name) == BUILT_IN[name]


@EVERY
def test_every_word_can_be_read_on_its_ground(theme: Palette) -> None:
    for name in WORDS:
        assert contrast(theme.board[name], theme.background) >= READABLE, name
    for name in ON_CURSOR:
        assert contrast(theme.board[name], theme.board["cursor"]) >= READABLE, name
    assert contrast(theme.foreground, theme.background) >= READABLE


@EVERY
def test_serves_warns_and_blocked_are_apart_for_every_eye(theme: Palette) -> None:
    for (one, other), eye in product(combinations(STATUS, 2), EYES):
        assert difference(theme.board[one], theme.board[other], eye) >= APART, (one, other, eye)


@EVERY
def test_256_colours_leave_the_status_words_distinct_and_readable(theme: Palette) -> None:
    ground = on_256(theme.background)
    shades = [on_256(theme.board[name]) for name in STATUS]
    assert len({*shades, ground}) == 4
    assert told_apart(tuple(shades))[0] >= 12
    assert min(contrast(shade, ground) for shade in shades) >= 4


@EVERY
def test_16_colours_are_used_as_they_are(theme: Palette) -> None:
    plain = in_sixteen(theme)
    assert {*plain.base.values(), *plain.board.values()} <= set(SIXTEEN)
    assert set(plain.board) == set(BOARD)
    assert all(contrast(plain.board[name], plain.background) >= READABLE for name in WORDS)
    kinds = {plain.board[name] for name in STATUS}
    assert len(kinds) == (2 if is_grey(theme) else 3)
    assert is_grey(theme) is is_grey(plain)


def test_the_sixteen_colours_are_those_that_rich_knows() -> None:
    for number, colour in enumerate(SIXTEEN):
        assert Color.parse(colour).downgrade(ColorSystem.STANDARD).number == number


@pytest.mark.parametrize("name", sorted(GREY))
def test_a_theme_without_colour_has_none(name: str) -> None:
    assert is_grey(next(theme for theme in BUNDLED.loaded if theme.name == name))


@EVERY
def test_a_theme_fills_every_name_of_the_board(theme: Palette) -> None:
    assert list(theme.board) == list(BOARD)
    assert list(theme.base) == list(BASE)
    assert list(advice(theme)) == []


def test_what_is_hard_to_read_or_to_tell_apart_is_said(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    colours = 'lane-open = "#777777"\nlane-near = "#757575"\nlane-blocked = "#333333"\n'
    file.write_text(f"{GOOD}[board]\n{colours}")
    theme = read_theme(file)
    assert isinstance(theme, Palette)
    told = dict(advice(theme))
    assert told["board.lane-open"].startswith("has a contrast of 4.")
    assert "apart for" in told["board"]


@pytest.mark.parametrize(("short", "long"), [("#5af", "#55aaff"), ("#ABCDEF", "#abcdef")])
def test_a_colour_may_be_written_short_or_in_capitals(tmp_path: Path, short: str, long: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace("#112233", short))
    theme = read_theme(file)
    assert isinstance(theme, Palette)
    assert theme.base["primary"] == long


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
        (GOOD.replace("true", '"yes"'), "dark", "must be true or false"),
        ('dark = true\n[base]\nprimary = "#111"\n', "name", "must be a word"),
        (GOOD.replace("#112233", "red"), "base.primary", "'red' is not a colour"),
        (GOOD.replace("true", "false"), "board.lane-open", "is required in a light theme"),
        (GOOD.replace("true", "false"), "base.background", "is required in a light theme"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, key: str, reason: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    problems = read_theme(file)
    assert not isinstance(problems, Palette)
    assert any(problem.key == key and reason in problem.reason for problem in problems)
    assert str(problems[0]).startswith(f"{file}: ")


def test_a_file_that_cannot_be_read_is_a_problem_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD)
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "notes.txt").write_text("not a theme")
    found = load_themes([tmp_path, tmp_path / "missing"])
    assert [theme.name for theme in found.loaded] == ["mine"]
    assert [problem.reason[:14] for problem in found.problems] == ["cannot be read"]


async def test_an_unknown_theme_is_told_with_the_nearest_that_there_is(opened: Open) -> None:
    app, _ = opened("tools-gated", theme="solarised-dark")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == "quotaboard-dark"
        told = [notification.message for notification in app._notifications]
        assert told == [
            'There is no theme "solarised-dark". Did you mean "solarized-dark"? t shows them all.'
        ]
        assert "GATED" in screen_text(app)


async def test_a_broken_theme_of_ones_own_leaves_the_board_as_it_was(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD + "[board]\nhere = 'nothing'\n")
    app, _ = opened("tools-gated", theme="mine", theme_folders=(tmp_path,))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == "quotaboard-dark"
        told = [notification.message for notification in app._notifications]
        assert told[0].endswith("mine.toml: board.here: 'nothing' is not a colour; write one such as #5ab4f0")
        (tmp_path / "mine.toml").write_text(GOOD)
        app.take_saved_themes()
        assert app.theme == "mine"


async def test_a_saved_theme_is_put_on_anew_and_a_broken_one_is_not(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD)
    app, _ = opened("tools-gated", theme="mine", theme_folders=(tmp_path,))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == "mine"
        file.write_text(GOOD + '[board]\nhere = "#00ff01"\n')
        app.take_saved_themes()
        await wait_for(pilot, lambda: app.theme_variables["here"] == "#00ff01", "the saved theme")
        file.write_text("name = ")
        app.take_saved_themes()
        await pilot.pause()
        assert app.theme_variables["here"] == "#00ff01"
        assert "is not TOML" in [notification.message for notification in app._notifications][-1]
        app.take_saved_themes()
        assert len(app._notifications) == 1


async def test_themes_are_tried_by_walking_and_kept_by_enter_alone(opened: Open) -> None:
    kept: list[str] = []
    app, _ = opened("tools-gated", remember_theme=kept.append)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t", "down", "down")
        tried = app.theme
        assert tried not in {"quotaboard-dark", "quotaboard-contrast"}
        await pilot.press("escape")
        assert (app.theme, kept) == ("quotaboard-dark", [])
        await pilot.press("t", *"nord")
        assert (app.theme, kept) == ("nord", [])
        await pilot.press("enter")
        assert (app.theme, kept) == ("nord", ["nord"])
        await pilot.press("t")
        assert app.screen.query_one(Input).has_focus
        await pilot.press("enter")
        assert kept == ["nord", "nord"]


async def test_without_colour_only_grey_themes_can_be_chosen(
    opened: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, _ = opened("tools-gated", theme="dracula")
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.theme == "quotaboard-mono"
        await pilot.press("t")
        assert "mono-light" in screen_text(app)
        assert "dracula" not in screen_text(app)


def test_without_colour_a_grey_theme_stays() -> None:
    def name(theme: str) -> str | None:
        found = first_palette(theme, (), without_colour=True)
        return found.name if found else None

    assert name("quotaboard-mono-light") == "quotaboard-mono-light"
    assert name("dracula") == "quotaboard-mono"
    assert name("no-such") is None


def test_nothing_is_read_twice_before_something_is_saved(tmp_path: Path) -> None:
    wardrobe = Wardrobe((tmp_path,))
    wardrobe.open()
    wardrobe.watch()
    assert wardrobe.look_again() is None
    (tmp_path / "mine.toml").write_text(GOOD)
    assert wardrobe.look_again() == ()
    assert "mine" in wardrobe.names
    (tmp_path / "mine.toml").unlink()
    assert wardrobe.look_again() == ()
    assert wardrobe.look_again() is None


async def test_sixteen_colours_are_set_as_such(opened: Open) -> None:
    app, _ = opened("tools-gated", sixteen_colours=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme_variables["lane-blocked"] == "#ff5555"
