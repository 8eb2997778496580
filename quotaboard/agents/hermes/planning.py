"""A switch of Hermes: the whole `model` block of `config.yaml` at once, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from quotaboard.agents.base import Surroundings
from quotaboard.agents.hermes.effects import effects
from quotaboard.agents.hermes.leaks import leak_of
from quotaboard.agents.hermes.options import Block, Option, options
from quotaboard.agents.hermes.places import write_lock
from quotaboard.agents.hermes.runtime import Runtime, resolve
from quotaboard.agents.hermes.world import World, read_world, with_config
from quotaboard.agents.reading import Content, mapping, text_of
from quotaboard.agents.switching.target import examine
from quotaboard.agents.text.diffing import masked_diff
from quotaboard.agents.text.problem import Problem
from quotaboard.agents.text.yaml_edit import Value, edit_yaml
from quotaboard.domain.agent import (
    Edit,
    Home,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    SwitchPlan,
    shown_address,
)

_OF_ONE_ROUTE = ("base_url", "api_mode", "api_key", "api", "context_length", "api_base", "model", "name")
"""What of the old route must not meet the new one's key; some are names that Hermes accepts for another."""

_AT_THE_ROOT = ("base_url", "api_base", "context_length")
"""Hermes fills an empty key of `model` from these."""


def locked(home: Path, around: Surroundings, world: World | None) -> Refusal | None:
    """Why the home can be read but not switched."""
    if refusal := write_lock(home, around):
        return refusal
    target = examine(home / "config.yaml")
    if isinstance(target, Refusal):
        return target
    if world is None:
        return None
    if pinned := sorted(world.pinned & {"provider", "default", *_OF_ONE_ROUTE}):
        return Refusal(
            RefusalKind.OVERRIDDEN,
            f"An administrator pins model.{pinned[0]} for Hermes on this machine, and that wins: ask them.",
            str(home / "config.yaml"),
        )
    if _is_multiplexed(world):
        return Refusal(
            RefusalKind.UNSUPPORTED,
            "Hermes's gateway serves several profiles (gateway.multiplex_profiles), each with its own keys: "
            "switch inside Hermes with /model.",
            str(home / "config.yaml"),
        )
    return None


def _is_multiplexed(world: World) -> bool:
    """Whether one gateway serves all profiles, as Hermes decides it: the variable, the root, its section."""
    told = world.variable("GATEWAY_MULTIPLEX_PROFILES").lower()
    if told in ("1", "true", "yes", "on"):
        return True
    if told in ("0", "false", "no", "off"):
        return False
    wanted = world.settings.get("multiplex_profiles")
    if wanted is None:
        wanted = mapping(world.settings.get("gateway")).get("multiplex_profiles")
    return wanted is True or str(wanted).lower() in ("1", "true", "yes", "on")


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:
    """The switch to the profile of this name."""
    folder = Path(home.path)
    world = read_world(folder, around)
    refusal = world if isinstance(world, Refusal) else locked(folder, around, world)
    if isinstance(world, Refusal) or refusal:
        return refusal or Refusal(RefusalKind.FAILED, "Hermes's home cannot be read: look at it.")
    option = next((one for one in options(world, around) if one.profile.name == profile.name), None)
    if option is None:
        sentence = f'{home.id} no longer has a profile "{profile.name}": look again.'
        return Refusal(RefusalKind.UNKNOWN, sentence)
    return _plan(home, option, world, around)


def _plan(home: Home, option: Option, world: World, around: Surroundings) -> SwitchPlan | Refusal:
    profile, path = option.profile, Path(home.path) / "config.yaml"
    if profile.trouble and not profile.active:
        return Refusal(option.refusal, profile.trouble, str(path))
    block = None if profile.active else option.block
    text = world.config.text if block is None else _switched(world.config, block)
    if isinstance(text, Problem):
        return text.as_refusal(str(path))
    after = with_config(world, Content(text.encode(), text), around)
    if isinstance(after, Refusal):
        return after
    before, runtime = resolve(world), resolve(after)
    if isinstance(runtime, Refusal):
        return runtime
    raw = text.encode()
    changed = raw != (world.config.raw or b"")
    if changed and (leak := leak_of(runtime, after)):
        return Refusal(RefusalKind.LEAK, leak, str(path))
    old = before.sent if isinstance(before, Runtime) else None
    return SwitchPlan(
        home=home,
        profile=profile,
        before=old,
        after=runtime.sent,
        edits=(Edit(str(path), world.config.raw, raw),) if changed else (),
        diff=masked_diff(str(path), world.config.raw, raw),
        warnings=(*runtime.warnings, *_losses(world, old, runtime.sent)) if changed else runtime.warnings,
        effects=effects(home, runtime.sent, around),
    )


def _switched(content: Content, block: Block) -> str | Problem:
    changes: dict[str, Value] = {"provider": block["provider"], "default": block["default"]}
    changes.update({key: text_of(block.get(key)) or None for key in _OF_ONE_ROUTE})
    # A config without its version would be taken for an old one, and rewritten whole by the next migration.
    text = "_config_version: 33\n" if content.raw is None else content.text
    return edit_yaml(text, "model", changes, dict.fromkeys(_AT_THE_ROOT))


def _losses(world: World, old: Route | None, new: Route) -> tuple[str, ...]:
    """What leaves the file with the old route, and what that means for whoever is still on it."""
    model: Mapping[str, object] = world.model
    lost = [f"model.{key}" for key in ("api_key", "api", "base_url") if text_of(model.get(key))]
    if not lost:
        return ()
    first = f"{' and '.join(lost)} of the old route leaves the file; an undo brings it back."
    address = text_of(model.get("base_url")).rstrip("/")
    if old is None or old.base_url != address or new.base_url == address:
        return (first,)
    # Open chats keep their provider, and look its address up at each turn.
    second = f"Open chats stay on {old.provider} but lose its address {shown_address(address)}"
    return (first, f"{second}: tell them /model before they go on.")


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    """What Hermes makes of its files now."""
    world = read_world(Path(home.path), around)
    if isinstance(world, Refusal):
        return world
    runtime = resolve(world)
    return runtime if isinstance(runtime, Refusal) else runtime.sent
