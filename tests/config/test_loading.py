import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.config.digest import config_digest
from quotaboard.config.loading import load_config
from quotaboard.config.plain import config_from
from quotaboard.config.problems import Problem
from quotaboard.config.values import Config, CredentialEntry, PollSettings
from quotaboard.domain.agent import GivenProfile
from quotaboard.domain.lane import Client, Shape

CANARY = "sk-ant-oat01-" + "cAn4ry" * 12

DESIGN = """\
[poll]
fresh_for = "2m"              # how old a verdict on an agent's lane may be
daily_token_budget = 20000    # per credential

[[credentials]]
name = "max"
provider = "anthropic"
source = "claude-code"
probe = true
models = ["claude-haiku-4-5", "claude-sonnet-4-6"]
shapes = ["plain", "tools", "mine"]
clients = ["direct", "official"]

[[profiles]]
agent = "hermes"
name = "openrouter"
provider = "openrouter"
model = "anthropic/claude-sonnet-4.6"
credential = "openrouter"

[shapes.mine]
system = "You are mine."
tools = 3
headers = { "x-team" = "a" }

[ui]
theme = "night"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def problems_in(path: Path, text: str) -> list[Problem]:
    path.write_text(text)
    loaded = load_config(path)
    assert isinstance(loaded, list), "this config should not be accepted"
    return loaded


def said(path: Path, text: str) -> str:
    """All problems, one on a line, with the folder left out."""
    return "\n".join(str(problem).removeprefix(f"{path.parent}/") for problem in problems_in(path, text))


def test_no_file_means_the_defaults(path: Path) -> None:
    assert load_config(path) == Config()


def test_a_file_that_was_asked_for_must_exist(path: Path) -> None:
    assert load_config(path, must_exist=True) == [
        Problem(path, None, "", "There is no such file. `quotaboard init` writes one.")
    ]


def test_an_empty_file_means_the_defaults(path: Path) -> None:
    path.write_text("# nothing yet\n")
    loaded = load_config(path)
    assert isinstance(loaded, Config)
    assert (loaded.poll, loaded.credentials, loaded.ui) == (Config().poll, (), Config().ui)


def test_the_designed_config_becomes_values(path: Path) -> None:
    path.write_text(DESIGN)
    loaded = load_config(path)
    assert isinstance(loaded, Config)
    assert loaded.poll == PollSettings(fresh_for=timedelta(minutes=2), daily_token_budget=20_000)
    assert loaded.credentials == (
        CredentialEntry(
            name="max",
            source="claude-code",
            probe=True,
            models=("claude-haiku-4-5", "claude-sonnet-4-6"),
            shapes=("plain", "tools", "mine"),
            clients=(Client.DIRECT, Client.OFFICIAL),
        ),
    )
    assert loaded.profiles == (
        GivenProfile("hermes", "openrouter", "openrouter", "anthropic/claude-sonnet-4.6", "openrouter"),
    )
    assert loaded.shape("mine") == Shape("mine", system="You are mine.", tools=3, headers={"x-team": "a"})
    assert loaded.shape("tools").tools == 1
    assert loaded.ui.theme == "night"
    assert loaded.budget_of(loaded.credentials[0]) == 20_000


def test_a_checked_config_reads_the_same_without_its_schema(path: Path) -> None:
    path.write_text(DESIGN)
    checked = load_config(path)
    assert isinstance(checked, Config)
    assert checked.digest == config_digest(path)
    assert load_config(path, checked=checked.digest) == checked
    assert config_from(tomllib.loads(DESIGN), checked.digest) == checked


def test_a_changed_config_is_checked_again(path: Path) -> None:
    path.write_text(DESIGN)
    digest = config_digest(path)
    path.write_text(DESIGN + "mouse = 3\n")
    assert isinstance(load_config(path, checked=digest), list)


def test_a_budget_of_one_credential_overrides_the_common_one(path: Path) -> None:
    path.write_text('[[credentials]]\nname = "a"\nsource = "codex"\ndaily_token_budget = 0\n')
    loaded = load_config(path)
    assert isinstance(loaded, Config)
    assert loaded.budget_of(loaded.credentials[0]) == 0


def test_readings_are_not_stale_before_the_next_look_is_due(path: Path) -> None:
    path.write_text('[poll]\nfresh_for = "1h"\n')
    loaded = load_config(path)
    assert isinstance(loaded, Config)
    assert loaded.poll.stale_after == timedelta(hours=1)


CREDENTIAL = '[[credentials]]\nname = "a"\nsource = "codex"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '\n\n[poll]\nfresh_for = "5s"\n',
            "4: poll.fresh_for: must be at least 15s, got 5s. Set 15s or more.",
        ),
        (
            '[poll]\nfresh_for = "soon"\n',
            '2: poll.fresh_for: must be a time such as "90s", "2m" or "1h30m", got "soon".',
        ),
        (
            "[poll]\nfresh_for = 5\n",
            "2: poll.fresh_for: must be text, got the number 5. Write it in quotes.",
        ),
        (
            '[poll]\nusage_every = "1m"\n',
            "2: poll.usage_every: must be at least 5m, got 1m. Set 5m or more.",
        ),
        (
            '[poll]\nfresh_for = "1h"\nstale_after = "30m"\n',
            "3: poll.stale_after: must not be shorter than fresh_for. Raise it, or lower fresh_for.",
        ),
        (
            "[poll]\ndaily_token_budget = -1\n",
            "2: poll.daily_token_budget: must be at least 0, got -1. Set 0 or more.",
        ),
        (
            '[poll]\ndaily_token_budget = "20"\n',
            '2: poll.daily_token_budget: must be a whole number, got "20". Write digits without quotes.',
        ),
        (
            '[poll]\nfresh_fro = "2m"\n',
            '2: poll.fresh_fro: is not a key here. Did you mean "fresh_for"?',
        ),
        (
            "[ui]\nzebra = 1\n",
            "2: ui.zebra: is not a key here. The keys here are theme, ascii, mouse.",
        ),
        (
            '[[credential]]\nname = "a"\n',
            '1: credential: is not a key here. Did you mean "credentials"?',
        ),
        (
            '[credentials]\nname = "a"\n',
            (
                "1: credentials: must be a list of tables, got a table. "
                "Write [[credentials]] with two brackets above each."
            ),
        ),
        (
            'poll = "fast"\n',
            '1: poll: must be a table, got "fast". Write [poll] with one bracket above its keys.',
        ),
        (
            '[[credentials]]\nname = "a"\n',
            '1: credentials.0.source: is missing. Add for example source = "claude-code".',
        ),
        (
            CREDENTIAL + 'probe = "yes"\n',
            '4: credentials.0.probe: must be true or false, got "yes". Write it without quotes.',
        ),
        (
            CREDENTIAL + 'models = "claude-haiku-4-5"\n',
            '4: credentials.0.models: must be a list, got "claude-haiku-4-5". Write it as ["…", "…"].',
        ),
        (
            CREDENTIAL + 'models = [\n  "",\n]\n',
            "4: credentials.0.models.0: must not be empty. Write a value, or remove the key.",
        ),
        (
            CREDENTIAL + 'clients = ["oficial"]\n',
            (
                '4: credentials.0.clients.0: must be "direct" or "official", got "oficial". '
                'Did you mean "official"?'
            ),
        ),
        (
            CREDENTIAL + 'shapes = ["plain", "tool"]\n',
            (
                "4: credentials.0.shapes.1: must be one of plain, tools, or defined in a table "
                '[shapes.NAME], got "tool". Did you mean "tools"?'
            ),
        ),
        (
            CREDENTIAL + CREDENTIAL,
            (
                "5: credentials.1.name: must be unique, and credentials.0 has this name too. "
                "Give one of them another."
            ),
        ),
        (
            '[[credentials]]\nname = "a/b"\nsource = "codex"\n',
            '2: credentials.0.name: must be one word without "/". Write for example "work-max".',
        ),
        (
            CREDENTIAL + 'base_url = "http://example.com"\n',
            (
                "4: credentials.0.base_url: must begin with https://, since a secret is sent there. "
                "Plain http:// is for this machine only."
            ),
        ),
        (
            '[shapes.mine]\nheaders = { "User-Agent" = "other" }\n',
            (
                "2: shapes.mine.headers.User-Agent: must not be replaced: quotaboard says who it is and "
                "uses its own credential. Remove this header."
            ),
        ),
        (
            "[shapes.plain]\ntools = 1\n",
            "1: shapes.plain: is built in and cannot be redefined. Choose another name.",
        ),
        (
            "[shapes.mine]\ntools = 300\n",
            "2: shapes.mine.tools: must be at most 200, got 300. Set 200 or less.",
        ),
        (
            "[shapes]\nmine = 3\n",
            '2: shapes.mine: must be a table, got the number 3. Write it as { key = "value" }.',
        ),
        (
            "[poll\n",
            (
                "1: is not valid TOML: Expected ']' at the end of a table declaration (column 6). "
                'Text needs quotes: key = "value".'
            ),
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_way_out(path: Path, text: str, sentence: str) -> None:
    assert said(path, text) == f"config.toml:{sentence}"


def test_every_mistake_is_told_in_the_order_of_the_file(path: Path) -> None:
    text = '[poll]\nfresh_for = 3\nnope = 1\n\n[[credentials]]\nname = "a"\nsource = "x"\nshapes = ["odd"]\n'
    assert [(problem.line, problem.key) for problem in problems_in(path, text)] == [
        (2, "poll.fresh_for"),
        (3, "poll.nope"),
        (7, "credentials.0.source"),
        (8, "credentials.0.shapes.0"),
    ]


def test_a_local_server_without_a_secret_may_be_reached_over_plain_http(path: Path) -> None:
    path.write_text(
        '[[credentials]]\nname = "box"\nprovider = "ollama"\nsource = "none"\nbase_url = "http://10.0.0.7:11434"\n'
    )
    assert isinstance(load_config(path), Config)


@pytest.mark.parametrize(
    "text",
    [
        f'[[credentials]]\nname = "a"\nsource = "{CANARY}"\n',
        f'[[credentials]]\nname = "a"\nsource = "env:{CANARY}"\n',
        f'[[credentials]]\nname = "a"\nsource = "codex"\ntoken = "{CANARY}"\n',
        f'[[credentials]]\nname = "a"\nsource = "codex"\nextra = "{CANARY}"\n',
        f'[shapes.mine]\nheaders = {{ "x-key" = "{CANARY}" }}\n',
    ],
)
def test_a_secret_in_the_config_is_refused_and_never_repeated(path: Path, text: str) -> None:
    message = said(path, text)
    assert "A secret does not belong in the config; use `quotaboard key set NAME`" in message
    assert CANARY[:20] not in message


@pytest.mark.parametrize(
    "text",
    [
        f'"{CANARY}" = 1\n',
        f'[poll]\nfresh_for = "{CANARY}"\n',
        f'[poll]\ndaily_token_budget = "{CANARY}"\n',
        f'[ui]\nmouse = "{CANARY}"\n',
        f'[[credentials]]\nname = "a"\nsource = "codex"\nshapes = ["{CANARY}"]\nclients = ["{CANARY}"]\n',
        f'[[credentials]]\nname = "a"\nsource = "codex"\nbase_url = "https://{CANARY}@example.com"\n',
        f'[[credentials]]\nname = "a"\nsource = "codex"\nmodels = "{CANARY}"\n',
        f"[[credentials]]\nsource = {CANARY}\n",
    ],
)
def test_a_secret_in_an_odd_place_is_never_repeated(path: Path, text: str) -> None:
    assert CANARY[:20] not in said(path, text)


def test_bytes_that_are_no_text_are_told_with_their_line(path: Path) -> None:
    path.write_bytes(b"[poll]\n# caf\xe9\n")
    assert load_config(path) == [Problem(path, 2, "", "is not UTF-8 text here. Save the file as UTF-8.")]


def test_a_half_written_file_is_a_problem_and_not_a_traceback(path: Path) -> None:
    for end in range(len(DESIGN)):
        path.write_text(DESIGN[:end])
        loaded = load_config(path)
        assert isinstance(loaded, Config) or all(problem.message for problem in loaded)


def test_a_deeply_nested_file_is_a_problem_and_not_a_traceback(path: Path) -> None:
    assert problems_in(path, "x = " + "[" * 5000)


def test_a_folder_in_place_of_the_file_is_a_problem(path: Path) -> None:
    path.mkdir()
    loaded = load_config(path)
    assert isinstance(loaded, list)
    assert "cannot be read: Is a directory" in str(loaded[0])
