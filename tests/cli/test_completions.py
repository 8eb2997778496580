"""Each shell is asked itself; one that is not installed is left out."""

import os
import re
import shutil
import subprocess
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from quotaboard.cli import main
from quotaboard.cli.completing import SCRIPTS, Typed, commands, everywhere
from quotaboard.cli.registry import COMMANDS
from quotaboard.store.opening import open_store
from tests.cli.conftest import Later
from tests.terminal import Terminal
from tests.tui.boards import with_agents
from tests.tui.pieces import NOW

needs = {
    shell: pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed")
    for shell in SCRIPTS
}


@pytest.fixture
def script(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / f"quotaboard.{request.param}"
    path.write_text(written(request.param))
    return path


@cache
def written(shell: str) -> str:
    return SCRIPTS[shell]()


def bash(script: Path, *words: str) -> list[str]:
    quoted = " ".join(f"'{part}'" for word in words for part in re.findall(r"[:=]|[^:=]+|^$", word))
    # The names come from a stand-in: the real one is tried below.
    last = "$((${#COMP_WORDS[@]} - 1))"
    code = (
        'quotaboard() { case "$2" in\n'
        'names) printf "max\\nmax/haiku/tools/direct\\nqwen3:8b\\nqwen3:32b\\n" ;;\n'
        "agents) echo hermes ;; profiles) echo router ;; esac; }\n"
        f"source '{script}'\nCOMP_WORDS=(quotaboard {quoted})\nCOMP_CWORD={last}\n_quotaboard\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@needs["bash"]
@pytest.mark.parametrize("script", ["bash"], indirect=True)
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["them"], ["themes"]),
        (["--deb"], ["--debug"]),
        (["--ascii", "them"], ["themes"]),
        (["--config", "x.toml", "themes", "ch"], ["check"]),
        (["status", "--l"], ["--lane"]),
        (["status", "--lane", "max/"], ["max/haiku/tools/direct"]),
        (["history", "ma"], ["max", "max/haiku/tools/direct"]),
        (["completions", "z"], ["zsh"]),
        (["status", "--lane", "qwen3:"], ["8b", "32b"]),
        (["status", "--lane", "qwen3:8"], ["8b"]),
        (["status", "--lane=ma"], ["max", "max/haiku/tools/direct"]),
        (["--config=x.toml", "themes", "ch"], ["check"]),
        (["history", "--since", ""], []),
        (["line", "--format", "w"], ["waybar"]),
        (["tmux", "unin"], ["uninstall"]),
        (["switch", "he"], ["hermes"]),
        (["switch", "hermes", "ro"], ["router"]),
        (["undo", "he"], ["hermes"]),
        (["preflight", "he"], ["hermes"]),
        (["profiles", "he"], ["hermes"]),
        (["demo", "--scenario", "tools"], ["tools-gated"]),
        (["nonsense", ""], []),
    ],
)
def test_bash_completes(script: Path, words: list[str], found: list[str]) -> None:
    assert bash(script, *words) == found


@needs["bash"]
@pytest.mark.parametrize("script", ["bash"], indirect=True)
def test_bash_completes_files_where_a_file_is_meant(script: Path) -> None:
    assert str(script) in bash(script, "explain", str(script)[:-3])
    assert str(script) in bash(script, "status", "--config", str(script)[:-3])


@needs["bash"]
@pytest.mark.parametrize("script", ["bash"], indirect=True)
@pytest.mark.parametrize("words", ["explain ''", "status --config ''", "--config ''"])
def test_bash_runs_nothing_that_stands_in_the_name_of_a_file(
    script: Path, words: str, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in HOSTILE:
        (folder / name).touch()
    typed = f"COMP_WORDS=(quotaboard {words}); COMP_CWORD={len(words.split())}"
    assert set(HOSTILE) <= bash_offers(folder, f"source '{script}'\n{typed}"), "each can be typed as it is"
    assert not (folder / "ran").exists()


HOSTILE = ("$(touch ran)", "`touch ran`", "a;touch ran", "x y", "*", "[a]", "${IFS}", "'", "-n")


def bash_offers(folder: Path, begun: str) -> set[str]:
    """What it offers for the words that were typed, each run as a word of a command."""
    code = (
        f"cd '{folder}'; {begun}\n"
        '_quotaboard\nfor one in "${COMPREPLY[@]}"; do eval "printf \'%s\\n\' $one"; done\n'
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


@needs["bash"]
@pytest.mark.parametrize("script", ["bash"], indirect=True)
@pytest.mark.parametrize("words", [["status", "--lane", ""], ["history", ""], ["switch", "hermes", ""]])
def test_bash_runs_nothing_that_stands_in_a_name(script: Path, words: list[str], tmp_path: Path) -> None:
    """The name of a model is what a server or an agent's file calls it."""
    (tmp_path / "names").write_text("".join(f"{name}\n" for name in HOSTILE))
    typed = f"COMP_WORDS=(quotaboard {' '.join(repr(word) for word in words)})\nCOMP_CWORD={len(words)}"
    begun = f"quotaboard() {{ cat names; }}; source '{script}'\n{typed}"
    assert set(HOSTILE) <= bash_offers(tmp_path, begun), "each can be typed as it is"
    assert not (tmp_path / "ran").exists()


@needs["zsh"]
@pytest.mark.parametrize("script", ["zsh"], indirect=True)
def test_zsh_runs_nothing_that_stands_in_a_name(script: Path, tmp_path: Path) -> None:
    (tmp_path / "names").write_text("\n" + "".join(f"{name}\n" for name in HOSTILE))
    # Its own completion takes seconds to load; what zsh is handed here it quotes itself.
    code = (
        f"cd '{tmp_path}'; quotaboard() {{ cat names }}; compdef() {{ }}; "
        f"compadd() {{ print -rl -- \"${{(@P)argv[-1]}}\" }}; source '{script}'; _quotaboard_names"
    )
    done = subprocess.run(["zsh", "-f", "-c", code], capture_output=True, text=True, check=True)
    assert tuple(done.stdout.splitlines()) == HOSTILE
    assert not (tmp_path / "ran").exists()


@needs["fish"]
@pytest.mark.parametrize("script", ["fish"], indirect=True)
def test_fish_runs_nothing_that_stands_in_a_name(script: Path, tmp_path: Path) -> None:
    (tmp_path / "names").write_text("".join(f"{name}\n" for name in HOSTILE))
    code = (
        f"cd '{tmp_path}'; function quotaboard; cat names; end; source '{script}'; "
        "complete -C 'quotaboard status --lane '"
    )
    done = subprocess.run(["fish", "-c", code], capture_output=True, text=True, check=True)
    assert set(HOSTILE) <= {row.partition("\t")[0] for row in done.stdout.splitlines()}
    assert not (tmp_path / "ran").exists()


@needs["fish"]
@pytest.mark.parametrize("script", ["fish"], indirect=True)
@pytest.mark.parametrize(
    ("line", "found"),
    [("quotaboard them", "themes"), ("quotaboard status --l", "--lane"), ("quotaboard themes ch", "check")],
)
def test_fish_completes(script: Path, line: str, found: str) -> None:
    code = f"source '{script}'; complete -C '{line}'"
    done = subprocess.run(["fish", "-c", code], capture_output=True, text=True, check=True)
    assert found in [row.split("\t")[0] for row in done.stdout.splitlines()]


@needs["zsh"]
@pytest.mark.parametrize("script", ["zsh"], indirect=True)
def test_zsh_can_read_its_script(script: Path) -> None:
    subprocess.run(["zsh", "-n", str(script)], capture_output=True, check=True)


STAND_IN = """quotaboard() { case "$2" in agents) echo hermes ;; profiles) echo router ;; esac }
autoload -U compinit; compinit -u -D"""


@needs["zsh"]
@pytest.mark.soak  # reading all of its functions takes zsh seconds
@pytest.mark.terminal
@pytest.mark.parametrize("script", ["zsh"], indirect=True)
@pytest.mark.parametrize(
    "begun", ["source {script}", "cp {script} {folder}/_quotaboard; fpath=({folder} $fpath)"]
)
def test_zsh_completes_at_the_first_press_however_it_was_told(
    script: Path, tmp_path: Path, begun: str
) -> None:
    told, (first, then) = begun.format(script=script, folder=tmp_path), STAND_IN.split("\n")
    lines = (first, then, told) if begun.startswith("source") else (first, told, then)
    (tmp_path / ".zshrc").write_text("\n".join([*lines, "PROMPT='ready> '", ""]))
    with Terminal(
        ["zsh", "-o", "NO_GLOBAL_RCS"], {**os.environ, "ZDOTDIR": str(tmp_path)}, columns=80, lines=6
    ) as zsh:
        zsh.wait_for("ready>")
        zsh.send("quotaboard switch he\t")
        zsh.wait_for("quotaboard switch hermes")
        zsh.send("ro\t")
        zsh.wait_for(lambda text: "switch hermes router" in " ".join(text.split()))


def test_every_listed_command_and_option_is_in_every_script() -> None:
    known = commands()
    assert [command.name for command in known] == [command.name for command in COMMANDS if command.listed]
    for shell, write in SCRIPTS.items():
        text = write()
        for command in (*known, Typed("", "", everywhere())):
            assert command.name in text
            for flag in command.flags:
                assert (flag.lstrip("-") if shell == "fish" else flag) in text, (shell, command.name, flag)


def test_what_an_option_takes_is_known() -> None:
    status = next(command for command in commands() if command.name == "status")
    lane = next(option for option in status.options if "--lane" in option.flags)
    assert (lane.kind, lane.takes) == ("names", "ID")
    assert {option.kind for option in status.options if "--json" in option.flags} == {"none"}


def test_names_are_those_of_the_store(filled: Path, later: Later, capsys: pytest.CaptureFixture[str]) -> None:
    later(timedelta(minutes=1))
    assert main(["completions", "names"]) == 0
    names = capsys.readouterr().out.split()
    assert names[:2] == ["max", "team"]
    assert "max/claude-haiku-4-5/tools/direct" in names


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_command_prints_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", shell]) == 0
    assert capsys.readouterr().out == SCRIPTS[shell]() + "\n"


def test_agents_and_what_they_could_be_put_on_are_those_of_the_store(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(filled, now=NOW) as store:
        store.agents.remember(with_agents().agents)
    assert main(["completions", "agents"]) == 0
    assert capsys.readouterr().out.split() == ["hermes", "openclaw", "claude-code"]
    assert main(["completions", "profiles"]) == 0
    assert set(capsys.readouterr().out.split()) >= {"max", "openrouter", "work"}
