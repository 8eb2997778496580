"""Claude Code's settings: several files and the environment, of which the first that has a key wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from quotaboard.agents.base import Surroundings
from quotaboard.agents.reading import Content, mapping, read_content, text_of
from quotaboard.agents.text.json_tree import parse_json_tree
from quotaboard.agents.text.problem import Problem
from quotaboard.domain.agent import Refusal

BASE_URL = "ANTHROPIC_BASE_URL"
AUTH_TOKEN = "ANTHROPIC_AUTH_TOKEN"  # noqa: S105 - the name of a variable
API_KEY = "ANTHROPIC_API_KEY"
OAUTH_TOKEN = "CLAUDE_CODE_OAUTH_TOKEN"  # noqa: S105
MODEL = "ANTHROPIC_MODEL"
ROUTE = (BASE_URL, AUTH_TOKEN, API_KEY, MODEL)
"""What every switch decides."""

OF_THE_OLD_ROUTE = (
    OAUTH_TOKEN,
    "ANTHROPIC_CUSTOM_HEADERS",
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "ANTHROPIC_DEFAULT_FABLE_MODEL",
    "ANTHROPIC_SMALL_FAST_MODEL",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
    "CLAUDE_CODE_USE_FOUNDRY",
)
"""What must not meet the new route where it is set: further keys, other clouds, models of one place."""


class Level(StrEnum):
    """Who set a value, from the strongest to the weakest."""

    MANAGED = "managed settings"
    LOCAL = "the project's settings.local.json"
    PROJECT = "the project's settings.json"
    USER = "settings.json"
    ENVIRONMENT = "the environment"


@dataclass(frozen=True, slots=True)
class Layer:
    """One file, or the environment."""

    level: Level
    path: Path | None
    settings: Mapping[str, Any] = field(repr=False)

    @property
    def env(self) -> Mapping[str, Any]:
        return mapping(self.settings.get("env"))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides where Claude Code's next request goes."""

    user: Content = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    """The strongest first."""
    login: Mapping[str, Any] = field(repr=False)
    """The `claudeAiOauth` of its login."""

    def find(self, name: str) -> Layer | None:
        """Whoever sets the variable, be it to nothing."""
        return next((layer for layer in self.layers if name in layer.env), None)

    def value(self, name: str) -> str:
        """What the client sees; set to nothing is as good as not set."""
        layer = self.find(name)
        value = layer.env[name] if layer else ""
        return value.strip() if isinstance(value, str) else "" if value is None else str(value)

    def setting(self, name: str) -> tuple[str, Layer] | None:
        """A setting outside `env`, and whoever sets it."""
        found = ((text_of(layer.settings.get(name)), layer) for layer in self.layers)
        return next(((value, layer) for value, layer in found if value), None)

    def stronger(self, *names: str) -> tuple[str, Layer] | None:
        """The first of these that somebody stronger than the user's file sets."""
        above = (Level.MANAGED, Level.LOCAL, Level.PROJECT)
        found = ((name, self.find(name)) for name in names)
        return next(((name, layer) for name, layer in found if layer and layer.level in above), None)


def folder(around: Surroundings) -> Path:
    """Claude Code's own folder."""
    return around.folder("CLAUDE_CONFIG_DIR", ".claude")


def read_settings(home: Path, around: Surroundings) -> Settings | Refusal:
    """All layers, read now. Any broken one is said: which would win cannot be known then."""
    files: list[tuple[Level, Path]] = [
        (Level.MANAGED, around.system("/etc/claude-code/managed-settings.json")),
        (Level.USER, home / "settings.json"),
    ]
    if around.cwd is not None and around.cwd / ".claude" != home:
        project = around.cwd / ".claude"
        files[1:1] = [
            (Level.LOCAL, project / "settings.local.json"),
            (Level.PROJECT, project / "settings.json"),
        ]
    layers: list[Layer] = []
    user = Content(None)
    for level, path in files:
        content = read_content(path)
        if isinstance(content, Refusal):
            return content
        settings = parsed(content, path)
        if isinstance(settings, Refusal):
            return settings
        user = content if level is Level.USER else user
        layers.append(Layer(level, path, settings))
    layers.append(Layer(Level.ENVIRONMENT, None, {"env": dict(around.environment)}))
    return Settings(user, tuple(layers), _login(home))


def with_user(settings: Settings, content: Content, path: Path) -> Settings | Refusal:
    """The same settings with another user file."""
    own = parsed(content, path)
    if isinstance(own, Refusal):
        return own
    layers = (
        Layer(Level.USER, path, own) if layer.level is Level.USER else layer for layer in settings.layers
    )
    return Settings(content, tuple(layers), settings.login)


def parsed(content: Content, path: Path) -> Mapping[str, Any] | Refusal:
    """The settings in a file."""
    if not content.text.strip("\ufeff \t\r\n"):
        return {}
    tree = parse_json_tree(content.text)
    if isinstance(tree, Problem):
        return tree.as_refusal(str(path))
    return mapping(tree.plain)


def _login(home: Path) -> Mapping[str, Any]:
    content = read_content(home / ".credentials.json")
    if isinstance(content, Refusal):
        return {}
    document = parsed(content, home / ".credentials.json")
    return {} if isinstance(document, Refusal) else mapping(document.get("claudeAiOauth"))
