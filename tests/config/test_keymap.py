"""Keys as people write them, and what is wrong with a table of them."""

from pathlib import Path

import pytest

from quotaboard.config.effective import effective_settings
from quotaboard.config.keymap import DEFAULT_KEYS, SHOWN, keymap_troubles, parse_key, shown_key, shown_keys
from quotaboard.config.loading import load_config
from quotaboard.config.values import Config


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("r", "r"),
        ("R", "R"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("-", "minus"),
        ("+", "plus"),
        ("@", "at"),
        (" ", "space"),
        ("F5", "f5"),
        ("Ctrl+R", "ctrl+r"),
        ("ctrl + r", "ctrl+r"),
        ("shift+ctrl+a", "ctrl+shift+a"),
        ("ctrl++", "ctrl+plus"),
        ("shift+tab", "shift+tab"),
        ("question_mark", "question_mark"),
        ("é", "é"),
        ("foo", None),
        ("ctrl+", None),
        ("ctlr+r", None),
        ("ctrl+ctrl+r", None),
        ("f25", None),
        ("", None),
        ("\x1b", None),
    ],
)
def test_a_key_is_read_as_a_terminal_reports_it(text: str, key: str | None) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize("key", sorted({key for keys in DEFAULT_KEYS.values() for key in keys}))
def test_every_default_key_can_be_written_in_a_config(key: str) -> None:
    assert parse_key(key) == key
    assert parse_key(shown_key(key)) in {key, None}


def test_no_two_commands_have_a_key_in_common() -> None:
    keys = [key for keys in DEFAULT_KEYS.values() for key in keys]
    assert len(keys) == len(set(keys))
    assert list(keymap_troubles({})) == []


@pytest.mark.parametrize(
    ("table", "command", "said"),
    [
        ({"refrsh": "x"}, "refrsh", 'is not a command. Did you mean "refresh"?'),
        ({"qqqqq": "x"}, "qqqqq", "is not a command. `quotaboard config show` lists them all."),
        ({"zoom": "nokey"}, "zoom", 'names no key: "nokey".'),
        ({"zoom": "escpae"}, "zoom", 'Did you mean "escape"?'),
        ({"zoom": 3}, "zoom", 'must be a key such as "f5"'),
        ({"zoom": []}, "zoom", 'must be a key such as "f5"'),
        ({"zoom": ["x", 3]}, "zoom", 'must be a key such as "f5"'),
        ({"refresh": "q"}, "refresh", '"q" is the key of quit. Choose another, or give quit another one.'),
        ({"quit": "r"}, "quit", '"r" is the key of refresh.'),
        ({"order": "x", "reverse": "x"}, "reverse", '"x" is the key of order.'),
        ({"help": ["f1", "z"]}, "help", '"z" is the key of zoom.'),
    ],
)
def test_what_is_wrong_with_a_table_is_said(table: dict[str, object], command: str, said: str) -> None:
    ((told, trouble),) = keymap_troubles(table)
    assert told == command
    assert said in trouble


def test_a_key_is_free_once_its_command_has_another() -> None:
    assert list(keymap_troubles({"refresh": "q", "quit": "ctrl+q"})) == []


def test_what_is_shown_follows_the_table() -> None:
    assert shown_keys({"refresh": ("f5", "ctrl+r")})["refresh"] == "f5"
    assert shown_keys({"up": ("w", "up")})["up"] == "w ↑"
    assert (SHOWN["help"], SHOWN["filter"], SHOWN["back"]) == ("?", "/", "esc")


def test_a_config_may_name_other_keys(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nrefresh = "f5"\nquit = ["q", "Ctrl+X"]\n')
    config = load_config(path)
    assert isinstance(config, Config)
    assert config.keys == {"refresh": ("f5",), "quit": ("q", "ctrl+x")}
    keys = next(table for table in effective_settings(config, path) if table.header == "[keys]")
    written = {setting.key: (setting.written, setting.line) for setting in keys.settings}
    assert written["refresh"] == ('refresh = "f5"', 2)
    assert written["quit"] == ('quit = ["q", "ctrl+x"]', 3)
    assert written["help"] == ('help = "?"', None)
    assert written["up"] == ('up = ["up", "k"]', None)


def test_mistakes_are_told_with_file_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[ui]\nascii = true\n[keys]\nrefrsh = "f5"\nzoom = "q"\n')
    problems = load_config(path)
    assert isinstance(problems, list)
    assert [str(problem) for problem in problems] == [
        f'{path}:4: keys.refrsh: is not a command. Did you mean "refresh"?',
        f'{path}:5: keys.zoom: "q" is the key of quit. Choose another, or give quit another one.',
    ]


def test_a_table_must_be_a_table(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("keys = 3\n")
    problems = load_config(path)
    assert isinstance(problems, list)
    assert "[keys]" in problems[0].message
