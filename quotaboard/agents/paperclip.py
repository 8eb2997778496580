"""Paperclip: its agents live in its database, so they are read and switched by its own API or command alone.

Nothing is sent here: requests and commands are values for whoever may send them.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from quotaboard.agents.base import Surroundings
from quotaboard.agents.processes import named
from quotaboard.agents.reading import mapping, read_document, text_of
from quotaboard.domain.agent import (
    Activity,
    AgentState,
    GivenProfile,
    Home,
    Key,
    Origin,
    Profile,
    Refusal,
    RefusalKind,
    Route,
    Running,
    SwitchPlan,
    TakesEffect,
    When,
)
from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from quotaboard.domain.verdict import Verdict

NAME: Final = "paperclip"
TITLE: Final = "Paperclip"
_PORT: Final = 3100
_PROVIDERS: Final = {
    "claude_local": "anthropic",
    "codex_local": "openai",
    "gemini_local": "gemini",
    "grok_local": "xai",
    "kimi_local": "kimi",
}
"""By adapter type, of those that stand for one provider."""
_ADAPTERS: Final = {provider: adapter for adapter, provider in _PROVIDERS.items()}
_KEYS: Final = ("CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_API_KEY")
_RESULTS: Final = {
    "claude_auth_required": Verdict.UNAUTHORIZED,
    "model_not_found": Verdict.NOT_FOUND,
    "claude_transient_upstream": Verdict.UNAVAILABLE,
    "timeout": Verdict.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to Paperclip's API, which needs a board login that only its user has."""

    method: str
    url: str
    body: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PaperclipAgent:
    """One agent, as the API tells of it."""

    id: str
    name: str
    adapter: str
    route: Route
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run of an agent ended."""

    code: str | None
    verdict: Verdict | None
    """None when the code alone does not tell: `message` is what the provider said."""
    until: datetime | None = None
    message: str | None = None


def homes(around: Surroundings) -> list[Home]:
    """Every instance, the one in use first."""
    folder = around.folder("PAPERCLIP_HOME", ".paperclip") / "instances"
    current = around.variable("PAPERCLIP_INSTANCE_ID") or "default"
    try:
        found = sorted(path.parent for path in folder.glob("*/config.json"))
    except OSError:
        found = []
    found.sort(key=lambda path: path.name != current)
    return [
        Home(NAME, str(path), None if path.name == current else path.name, active=path.name == current)
        for path in found
    ]


def look(home: Home, around: Surroundings) -> AgentState:
    """That it is there. What its agents are on only its API tells."""
    config = read_document(Path(home.path) / "config.json")
    trouble = config if isinstance(config, Refusal) else _by_api(home, around)
    pids = tuple(named("paperclipai", around))
    activity = Activity.UNKNOWN
    if around.system("/proc").is_dir():
        activity = Activity.RUNNING if pids else Activity.STOPPED
    profiles = tuple(_given(given) for given in around.profiles_for(NAME))
    return AgentState(
        home, None, profiles=profiles, running=Running(activity, pids), trouble=trouble, locked=trouble
    )


def plan(home: Home, profile: Profile, around: Surroundings) -> SwitchPlan | Refusal:  # noqa: ARG001
    """A refusal that holds the command: its database is not ours to write."""
    words = command("AGENT_ID", profile.route)
    sentence = f"Paperclip keeps its agents in its own database: run `{shlex.join(words)}`."
    return Refusal(RefusalKind.UNSUPPORTED, sentence, home.path)


def verify(home: Home, around: Surroundings) -> Route | Refusal:
    """Only its API can tell."""
    return _by_api(home, around)


def takes_effect(home: Home, route: Route, around: Surroundings) -> tuple[TakesEffect, ...]:  # noqa: ARG001
    """Every run starts a new process."""
    return (TakesEffect("next run", When.NEW_SESSION, "The agent's next run uses it."),)


def address(home: Home, around: Surroundings) -> str:
    """Where its API listens, as its own command finds it."""
    if named_url := around.variable("PAPERCLIP_API_URL"):
        return named_url.rstrip("/")
    config = read_document(Path(home.path) / "config.json")
    server = mapping({} if isinstance(config, Refusal) else config.get("server"))
    host = text_of(server.get("host"))
    port = server.get("port")
    reachable = "localhost" if host in ("", "0.0.0.0", "::", "127.0.0.1") else host  # noqa: S104 - compared
    return f"http://{reachable}:{port if isinstance(port, int) else _PORT}"


def ask_for_agents(base: str, company: str) -> Ask:
    """The agents of a company."""
    return Ask("GET", f"{base}/api/companies/{company}/agents")


def ask_to_switch(base: str, agent: str, route: Route) -> Ask:
    """One agent put on a route. The server keeps a revision, by which its user can go back."""
    return Ask("PATCH", f"{base}/api/agents/{agent}", payload(route))


def command(agent: str, route: Route) -> list[str]:
    """The same by Paperclip's own command."""
    return ["paperclipai", "agent", "update", agent, "--payload-json", json.dumps(payload(route))]


def payload(route: Route) -> dict[str, Any]:
    """Adapter and model together. The agent's own variables, its keys among them, are left as they are."""
    made: dict[str, Any] = {"adapterConfig": {"model": route.model}, "replaceAdapterConfig": False}
    adapter = route.native or _ADAPTERS.get(route.provider)
    return {"adapterType": adapter, **made} if adapter else made


def read_agents(document: object) -> list[PaperclipAgent]:
    """What the API answered to `ask_for_agents`."""
    rows = document if isinstance(document, Sequence) and not isinstance(document, str) else []
    found = []
    for row in map(mapping, rows):
        adapter, config = text_of(row.get("adapterType")), mapping(row.get("adapterConfig"))
        if identity := text_of(row.get("id")):
            name = text_of(row.get("name")) or identity
            engine = text_of(config.get("engine")) or None
            found.append(PaperclipAgent(identity, name, adapter, _route(adapter, config), engine))
    return found


def read_result(document: object) -> RunResult:
    """How a run ended, by its code. One code is for both a spent window, which has a time, and a gate."""
    result = mapping(document)
    code = text_of(result.get("errorCode")) or None
    message = text_of(result.get("errorMessage")) or None
    if code is None:
        finished = result.get("exitCode") == 0 and not result.get("timedOut")
        return RunResult(None, Verdict.OPEN if finished else None, message=message)
    until = _moment(result.get("retryNotBefore"))
    if code == "provider_quota":
        return RunResult(code, Verdict.SPENT if until else None, until, message)
    return RunResult(code, _RESULTS.get(code), until, message)


def _route(adapter: str, config: Mapping[str, Any]) -> Route:
    environment = mapping(config.get("env"))
    url = _plain(environment.get("ANTHROPIC_BASE_URL")) or _plain(environment.get("OPENAI_BASE_URL"))
    variable = next((name for name in _KEYS if name in environment), None)
    key = Key("the login of the machine that it runs on", kind=Kind.OAUTH)
    if variable:
        token = _plain(environment[variable])
        kind = Kind.SETUP_TOKEN if variable == _KEYS[0] else Kind.API_KEY
        key = Key(f"{variable} of the agent", Secret(token).fingerprint if token else None, kind, variable)
    model = text_of(config.get("model")) or None
    return Route(_PROVIDERS.get(adapter, adapter), model, url or None, None, key, adapter)


def _plain(binding: object) -> str:
    """A variable's value where it is written out; a reference to a stored secret stays one."""
    table = mapping(binding)
    return text_of(table.get("value")) if table.get("type") == "plain" else text_of(binding)


def _given(given: GivenProfile) -> Profile:
    native = _ADAPTERS.get(given.provider, "")
    trouble = None if native else f"Paperclip has no adapter for {given.provider} alone: choose one there."
    key = Key("the login of the machine that it runs on")
    route = Route(given.provider, given.model, key=key, native=native)
    return Profile(given.name, route, Origin.GIVEN, trouble=trouble)


def _by_api(home: Home, around: Surroundings) -> Refusal:
    sentence = (
        f"Only Paperclip's own API ({address(home, around)}) tells what its agents are on: run "
        "`paperclipai agent list`, and to switch one `paperclipai agent update ID --payload-json JSON`."
    )
    return Refusal(RefusalKind.UNSUPPORTED, sentence, home.path)


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
