"""What a static contract cannot see: which modules are loaded by the time a command has run."""

import pkgutil
from collections.abc import Callable, Iterable

import quotaboard.domain

HEAVY = ("httpx", "keyring", "pydantic", "rich", "starlette", "textual", "tomlkit", "hypercorn")
"""What no command loads before it needs it: each costs more than the rest of a start-up together."""

ACTING = ("_socket", "_sqlite3", "asyncio", "httpx", "keyring", "pydantic", "ssl", "subprocess", "tempfile")
"""What the domain has no use for, since it neither acts nor waits."""

LIGHT = (
    ["--version"],
    ["--help"],
    ["config", "--help"],
    ["config", "path"],
    ["explain", "/dev/null"],
    ["status"],
    ["status", "--json"],
    ["line"],
    ["watch", "--help"],
    ["profiles"],
    ["switch", "--help"],
    ["undo", "--help"],
    ["preflight", "--help"],
    ["snapshot"],
    ["report"],
    ["report", "--format", "svg", "--mask"],
    ["record"],
    ["tmux", "doctor"],
    ["line", "--format", "waybar"],
    ["statusline"],
    ["shape", "--help"],
    ["statusline", "install", "--dry-run"],
    ["demo", "--list"],
    ["serve", "--help"],
    ["serve", "--print", "alerts"],
    ["status", "--help"],
    ["init", "--json"],
    ["doctor", "--requests"],
    ["no-such-command"],
)
"""Commands that somebody waits for, or a program: run one after the other, none may load what is heavy."""

LOADED = "import sys; print(*sorted(name for name in {names!r} if name in sys.modules))"


def loaded_by(run_python: Callable[..., str], code: str, names: Iterable[str]) -> list[str]:
    return run_python(f"{code}\n{LOADED.format(names=tuple(names))}").splitlines()[-1].split()


def test_a_light_command_loads_nothing_heavy(run_python: Callable[..., str]) -> None:
    code = f"""
import sys
from quotaboard.cli import main
for words in {LIGHT!r}:
    main(words)
    if loaded := [name for name in {HEAVY!r} if name in sys.modules]:
        sys.exit(f"{{words}} loaded {{loaded}}")
"""
    run_python(code)


def test_dispatching_does_not_load_what_a_status_line_cannot_afford(run_python: Callable[..., str]) -> None:
    costly = ("argparse", "dataclasses", "json", "logging", "platformdirs", "typing")
    code = "import quotaboard.cli.dispatch, quotaboard.config.paths as p; p.state_dir()"
    assert loaded_by(run_python, code, costly) == []


def test_a_status_line_loads_next_to_nothing(run_python: Callable[..., str]) -> None:
    costly = ("argparse", "dataclasses", "json", "logging", "platformdirs", "typing")
    assert loaded_by(run_python, "from quotaboard.cli import main; main(['line'])", costly) == []


def test_the_bridge_around_a_status_line_reads_no_json_itself(run_python: Callable[..., str]) -> None:
    costly = ("argparse", "dataclasses", "json", "logging", "platformdirs", "sqlite3", "typing")
    told = (
        """import io, sys; sys.stdin = io.TextIOWrapper(io.BytesIO(b'{"rate_limits": {"five_hour": 1}}'))"""
    )
    code = f"{told}; from quotaboard.cli import main; main(['statusline', '--then', 'true'])"
    assert loaded_by(run_python, code, costly) == []


def test_a_status_for_programs_loads_neither_parser_nor_config(run_python: Callable[..., str]) -> None:
    costly = ("argparse", "asyncio", "hashlib", "quotaboard.config.values", "tomllib")
    assert loaded_by(run_python, "from quotaboard.cli import main; main(['status', '--json'])", costly) == []


def test_the_domain_loads_nothing_that_acts(run_python: Callable[..., str]) -> None:
    modules = [
        module.name for module in pkgutil.walk_packages(quotaboard.domain.__path__, "quotaboard.domain.")
    ]
    assert len(modules) > 20
    assert loaded_by(run_python, f"import {', '.join(modules)}", ACTING) == []


def test_checking_an_unchanged_config_does_not_load_its_schema(run_python: Callable[..., str]) -> None:
    code = (
        "from pathlib import Path; from quotaboard.config.loading import load_config\n"
        "from quotaboard.config.digest import config_digest\n"
        "path = Path('config.toml'); path.write_text('[poll]\\nfresh_for = \"3m\"\\n')\n"
        "assert load_config(path, checked=config_digest(path)).poll.fresh_for.seconds == 180"
    )
    assert loaded_by(run_python, code, HEAVY) == []
