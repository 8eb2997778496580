"""Reading the config file: values when it is right, every problem with its line when it is not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from quotaboard.config.digest import digest_of
from quotaboard.config.lines import KeyPath, key_lines, nearest_line
from quotaboard.config.plain import config_from
from quotaboard.config.problems import Problem
from quotaboard.config.values import Config

PRICES = "prices.toml"
"""What the user's own table of prices is called, beside the config."""

_SYNTAX = re.compile(r"(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")


def load_config(
    path: Path, *, must_exist: bool = False, checked: str | None = None
) -> Config | list[Problem]:
    """The config in the file, defaults when there is no file, or all that is wrong with it.

    `checked` is the digest of the last config that was found right: the same file is then not checked again,
    which saves the import of the schema. The digest of what was read now is in the config.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        if not must_exist:
            return Config(prices=path.with_name(PRICES))
        return [Problem(path, None, "", "There is no such file. `quotaboard init` writes one.")]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return [
            Problem(path, None, "", f"The file cannot be read: {reason}. Make it readable for your user.")
        ]
    digest = digest_of(raw)
    document = _parsed(path, raw)
    if isinstance(document, Problem):
        return [document]
    if digest != checked and (problems := _problems(path, raw.decode(), document)):
        return problems
    return replace(config_from(document, digest), prices=path.with_name(PRICES))


def _parsed(path: Path, raw: bytes) -> dict[str, Any] | Problem:
    try:
        return tomllib.loads(raw.decode())
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(path, line, "", "is not UTF-8 text here. Save the file as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        return _syntax_problem(path, raw, str(error))
    except RecursionError:
        return Problem(
            path, None, "", "is nested too deeply to be a config. Start again from `quotaboard init`."
        )


def _syntax_problem(path: Path, raw: bytes, said: str) -> Problem:
    found = _SYNTAX.fullmatch(said)
    if found is None:
        return Problem(path, None, "", f"is not valid TOML: {said}.")
    line = int(found["line"]) if found["line"] else raw.rstrip().count(b"\n") + 1
    column = f" (column {found['column']})" if found["column"] else " (at the end of the file)"
    return Problem(
        path, line, "", f'is not valid TOML: {found["what"]}{column}. Text needs quotes: key = "value".'
    )


def _problems(path: Path, text: str, document: Mapping[str, Any]) -> list[Problem]:
    lines = key_lines(text)
    found = dict(reversed(list(_troubles(document))))
    problems = [
        Problem(path, nearest_line(lines, key), _shown(key), message) for key, message in found.items()
    ]
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.key))


def _troubles(document: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    from quotaboard.config.between import troubles_between
    from quotaboard.config.checking import schema_troubles  # pydantic, 80 ms: only for a file that changed

    yield from schema_troubles(document)
    yield from troubles_between(document)


def _shown(key: KeyPath) -> str:
    from quotaboard.config.rules import looks_secret

    return ".".join("<secret>" if isinstance(part, str) and looks_secret(part) else str(part) for part in key)
