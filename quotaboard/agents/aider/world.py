"""Everything that aider reads at its start, in its order (0.86.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.reading import mapping, read_content, text_of
from quotaboard.agents.text.dotenv_edit import values
from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.yaml_tree import Mapping as Table
from quotaboard.agents.text.yaml_tree import parse, plain_value
from quotaboard.domain.agent import Home, Refusal

NAME: Final = "aider"
CONF: Final = ".aider.conf.yml"


@dataclass(frozen=True, slots=True)
class World:
    """What aider has in hand once it has read everything but its flags, which only its starter knows."""

    target: Path
    """The `.env` that is loaded last, so that what it sets counts."""
    conf: Mapping[str, Any] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    """The environment with every `.env` loaded over it: here they beat the shell."""
    environment: Mapping[str, str] = field(repr=False)
    """The variables that the request is made from."""
    places: Mapping[str, str]
    """Where each variable that a `.env` sets was set last."""

    def setting(self, name: str) -> str:
        """An option: its variable beats every config file."""
        return self.variables.get(variable_of(name), "").strip() or text_of(_option(self.conf, name))

    def source(self, name: str) -> str:
        """Where the option was set, as people read it."""
        variable = variable_of(name)
        if self.variables.get(variable, "").strip():
            return f"{variable} in {self.places.get(variable, 'the environment')}"
        return f"{name} in {CONF}"


def variable_of(name: str) -> str:
    """The variable of an option."""
    return "AIDER_" + name.upper().replace("-", "_")


def project_of(around: Surroundings) -> Path | None:
    """The root of the repository around the current folder; that folder where there is none."""
    if around.cwd is None or around.cwd == around.home:
        return None
    for folder in (around.cwd, *around.cwd.parents):
        if folder == around.home:
            break
        if (folder / ".git").exists():
            return folder
    return around.cwd


def read_world(
    home: Home, around: Surroundings, instead: Mapping[Path, str] | None = None
) -> World | Refusal:
    """What aider finds when it is started there; `instead`: with these texts in place of the files'."""
    conf = _conf(home, around)
    if isinstance(conf, Refusal):
        return conf
    variables = {name: value for name, value in around.environment.items() if value}
    places: dict[str, str] = {}
    files = _dotenvs(home, around, conf)
    for path in files:
        text = (instead or {}).get(path)
        if text is None:
            content = read_content(path)
            if isinstance(content, Refusal):
                return content
            text = content.text
        for name, value in values(text, variables).items():
            variables[name] = value
            places[name] = str(path)
    return World(files[-1], conf, variables, _requested(conf, variables), places)


def _dotenvs(home: Home, around: Surroundings, conf: Mapping[str, Any]) -> list[Path]:
    """In the order in which they are loaded; of two that are the same file, the later counts."""
    root = Path(home.path)
    named = around.variable("AIDER_ENV_FILE") or text_of(_option(conf, "env-file"))
    files = [around.home / ".aider/oauth-keys.env", around.home / ".env"]
    if root != around.home:
        # The one of the root is the default of --env-file, and therefore loaded last.
        files += [root / ".env", (around.cwd or root) / ".env", root / ".env"]
    if named:
        files.append(root / around.expand(named))
    unique = dict.fromkeys(reversed(files))
    return list(reversed(unique))


def _conf(home: Home, around: Surroundings) -> dict[str, Any] | Refusal:
    """The config files merged key by key, the nearest last."""
    root = Path(home.path)
    merged: dict[str, Any] = {}
    folders = [around.home]
    if root != around.home:
        folders += [root, around.cwd or root]
    for folder in dict.fromkeys(folders):
        content = read_content(folder / CONF)
        if isinstance(content, Refusal):
            return content
        if content.raw is None:
            continue
        tree = parse(content.text)
        if isinstance(tree, Problem):
            return tree.as_refusal(str(folder / CONF))
        if not isinstance(tree, Table):
            sentence = "aider does not start with a file that holds no `key: value`. Write one, or remove it."
            return Problem(sentence, 1).as_refusal(str(folder / CONF))
        for key, value in mapping(plain_value(tree)).items():
            merged[str(key).replace("_", "-")] = value
    return merged


def _requested(conf: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """What aider makes of its options in the environment, which its library then reads."""
    made = dict(variables)
    for line in _list(conf, variables, "set-env"):
        name, _, value = line.partition("=")
        made[name.strip()] = value.strip()
    for line in _list(conf, variables, "api-key"):
        provider, _, key = line.partition("=")
        made[f"{provider.strip().upper()}_API_KEY"] = key.strip()
    for option in ("anthropic-api-key", "openai-api-key", "openai-api-base"):
        if value := variables.get(variable_of(option), "").strip() or text_of(_option(conf, option)):
            made[option.upper().replace("-", "_")] = value
    return made


def _list(conf: Mapping[str, Any], variables: Mapping[str, str], name: str) -> list[str]:
    written = variables.get(variable_of(name))
    value: object = written.strip("[]").split(",") if written else _option(conf, name)
    lines = value if isinstance(value, list) else [value]
    return [text_of(line).strip("'\"") for line in lines if "=" in text_of(line)]


def _option(conf: Mapping[str, Any], name: str) -> object:
    return conf.get(name)
