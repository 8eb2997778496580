"""What the board calls things: a short word and a colour per verdict, plain words for the slugs of others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from quotaboard.domain.board import LaneView, Price, ProfileView
from quotaboard.domain.judgement import Judgement
from quotaboard.domain.lane import Client, Credential, Kind, Lane
from quotaboard.domain.reading import Overage, Window
from quotaboard.domain.verdict import Verdict
from quotaboard.domain.wording import OVERAGE_REASONS
from quotaboard.tui.draw.figures import money, percent
from quotaboard.tui.draw.foreign import shown

DOT = "·"
"""Not known. Never 0 %."""

FAINT = "$faint"

_PARTS = re.compile(r"[^\s/_-]+[\s/_-]*")
"""The words of a model's name, each with what stands behind it."""

MINUTE = "1m_"
"""How the names of per-minute limits begin."""

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.OPEN: "OPEN",
    Verdict.NEAR_LIMIT: "NEAR",
    Verdict.PAID: "PAID",
    Verdict.SPENT: "SPENT",
    Verdict.GATED: "GATED",
    Verdict.THROTTLED: "WAIT",
    Verdict.UNFUNDED: "NO FUNDS",
    Verdict.NOT_ENTITLED: "EXCLUDED",
    Verdict.UNAUTHORIZED: "NO AUTH",
    Verdict.FORBIDDEN: "DENIED",
    Verdict.NOT_FOUND: "MISSING",
    Verdict.BAD_REQUEST: "BAD REQ",
    Verdict.UNAVAILABLE: "DOWN",
    Verdict.UNKNOWN: DOT,
}

VERDICT_STYLES: dict[Verdict, str] = {
    Verdict.OPEN: "$lane-open",
    Verdict.NEAR_LIMIT: "$lane-near",
    Verdict.PAID: "bold $lane-paid",
    Verdict.THROTTLED: "$lane-near",
    Verdict.BAD_REQUEST: "$lane-near",
    Verdict.UNAVAILABLE: "$lane-near",
    Verdict.UNKNOWN: FAINT,
}
BLOCKED_STYLE = "bold $lane-blocked"

LOUDEST_FIRST: tuple[Verdict, ...] = (
    Verdict.GATED,
    Verdict.PAID,
    Verdict.SPENT,
    Verdict.UNFUNDED,
    Verdict.UNAUTHORIZED,
    Verdict.FORBIDDEN,
    Verdict.NOT_ENTITLED,
    Verdict.NOT_FOUND,
    Verdict.THROTTLED,
    Verdict.UNAVAILABLE,
    Verdict.BAD_REQUEST,
    Verdict.NEAR_LIMIT,
    Verdict.OPEN,
    Verdict.UNKNOWN,
)
LOUDNESS = {verdict: place for place, verdict in enumerate(LOUDEST_FIRST)}

PROVIDERS = {
    "anthropic": "Anthropic",
    "openrouter": "OpenRouter",
    "openai": "OpenAI",
    "ollama": "Ollama",
    "codex": "ChatGPT",
    "litellm": "LiteLLM",
    "deepseek": "DeepSeek",
    "relay": "Relay",
    "groq": "Groq",
    "mistral": "Mistral",
    "azure": "Azure OpenAI",
    "moonshot": "Moonshot",
    "zai": "Z.ai",
    "kimi-code": "Kimi Code",
    "minimax": "MiniMax",
    "ollama-cloud": "Ollama Cloud",
    "copilot": "Copilot",
    "gemini-code-assist": "Code Assist",
    "gemini-api": "Gemini",
    "antigravity": "Antigravity",
    "opencode-go": "opencode Go",
    "cursor": "Cursor",
    "commandcode": "CommandCode",
    "xiaomi-mimo": "MiMo",
    "lmstudio": "LM Studio",
    "bedrock": "Bedrock",
    "vertex": "Vertex AI",
}

KINDS = {
    Kind.OAUTH: "login",
    Kind.SETUP_TOKEN: "setup-token",
    Kind.API_KEY: "API key",
    Kind.GATEWAY: "gateway",
    Kind.NONE: "local",
}

SOURCES = {
    "claude-code": "Claude Code",
    "hermes": "Hermes",
    "openclaw": "OpenClaw",
    "codex": "Codex",
    "env": "environment",
    "file": "file",
    "keyring": "keyring",
    "none": "no key needed",
}


def verdict_word(verdict: Verdict) -> str:
    return VERDICT_WORDS[verdict]


def verdict_style(verdict: Verdict) -> str:
    return VERDICT_STYLES.get(verdict, BLOCKED_STYLE)


def lane_word(judgement: Judgement) -> str:
    """The word of a cell: a suspected gate carries `?`, a stale one its last word in small letters."""
    if judgement.stale:
        was = judgement.was or judgement.verdict
        return VERDICT_WORDS[was].lower()
    word = VERDICT_WORDS[judgement.verdict]
    return word if judgement.confirmed else f"{word}?"


def lane_style(judgement: Judgement) -> str:
    return FAINT if judgement.stale else verdict_style(judgement.verdict)


def loudest(lanes: tuple[LaneView, ...]) -> LaneView | None:
    """The lane whose verdict a person must hear first. Fresh verdicts speak before stale ones."""
    return min(lanes, key=lambda view: loudness(view.judgement), default=None)


def loudness(judgement: Judgement) -> tuple[int, int]:
    """Sorts verdicts, loudest first."""
    shown_as = judgement.was if judgement.stale and judgement.was else judgement.verdict
    return (LOUDNESS[judgement.verdict], LOUDNESS[shown_as])


def overage_words(overage: Overage | None) -> str | None:
    """The state of the paid pool in a few words; None when nothing was said."""
    if overage is None:
        return None
    if overage.in_use:
        return "extra usage is being billed"
    if overage.can_serve:
        if overage.used is not None and overage.limit is not None:
            return f"extra usage on: {money(overage.used)} of {money(overage.limit)}"
        if overage.utilization is not None:
            return f"extra usage on: {percent(overage.utilization)} of its limit"
        return "extra usage on: billed once the plan is spent"
    if overage.reason is not None:
        known = OVERAGE_REASONS.get(overage.reason)
        return f"extra usage {known}" if known else f"extra usage off ({shown(overage.reason)})"
    return "extra usage off" if overage.status == "rejected" else None


def provider_words(provider: str) -> str:
    """Its name as its makers write it; of one that is not listed, its own with a capital."""
    name = shown(provider)
    return PROVIDERS.get(provider, name[:1].upper() + name[1:])


def plan_words(credential: Credential) -> str:
    """The plan as people say it: `Anthropic Max 20x`; without one, what kind of credential it is."""
    provider = provider_words(credential.provider)
    if credential.plan is None:
        return f"{provider} {KINDS[credential.kind]}"
    plan = shown(credential.plan).replace("_", " ").strip()
    plan = "API" if plan.casefold() == "api" else plan[:1].upper() + plan[1:]
    return plan if plan.casefold().startswith(provider.casefold()) else f"{provider} {plan}"


def found_words(credential: Credential) -> str:
    """Where it was found; the first place in full, the others as a number."""
    if credential.found_in:
        more = len(credential.found_in) - 1
        return shown(credential.found_in[0]) + (f" + {more}" if more else "")
    return source_words(credential.source)


def source_words(source: str) -> str:
    """A source slug of the config as people read it."""
    kind, _, label = source.partition(":")
    if label and kind in {"env", "file"}:
        return shown(label)
    name = SOURCES.get(kind, shown(kind))
    return f"{name} {shown(label)}" if label else name


def window_words(window: Window) -> str:
    """`5h`, `7d`, a scoped one by its model: `7d Sonnet`; a per-minute limit as `input/min`."""
    if window.name.startswith(MINUTE):
        return f"{shown(window.name.removeprefix(MINUTE)).removesuffix('_tokens').replace('_', ' ')}/min"
    if window.model is None:
        return shown(window.name).replace("_", " ").replace("-", " ")
    return f"{shown(window.name).partition('_')[0]} {shown(window.model)}"


def windows_words(windows: Sequence[Window]) -> tuple[str, ...]:
    """Each window's name where several stand together: of their models what tells them apart.

    `gemini-3-pro-preview` beside `gemini-3-flash-preview` is `pro`.
    """
    scopes = {window.model: _PARTS.findall(shown(window.model)) for window in windows if window.model}
    if len(scopes) < 2:
        return tuple(window_words(window) for window in windows)
    parts = list(scopes.values())
    most = min(map(len, parts)) - 1
    head = _alike(parts, most)
    if any(word[:1].isdigit() for part in parts for word in part[head : head + 1]):
        head = 0  # a number alone names no model
    tail = _alike([part[::-1] for part in parts], most - head)
    brief = {model: "".join(part[head : len(part) - tail]).strip(" -_/") for model, part in scopes.items()}
    return tuple(
        window_words(replace(window, model=brief[window.model] or window.model))
        if window.model
        else window_words(window)
        for window in windows
    )


def _alike(lists: Sequence[Sequence[str]], most: int) -> int:
    """How many of the first parts are the same in all lists."""
    count = 0
    while count < most and len({one[count].strip(" -_/") for one in lists}) == 1:
        count += 1
    return count


PRICES = {
    Price.FREE: "free",
    Price.PLAN: "on the plan",
    Price.METERED: "by the token",
    Price.UNKNOWN: "price not known",
}


BRIEF_PRICES = {Price.FREE: "free", Price.PLAN: "plan", Price.METERED: "token", Price.UNKNOWN: "price ?"}


def price_words(profile: ProfileView, *, brief: bool = False) -> str:
    """What a request costs there: its price class, or that it goes beyond the plan."""
    if profile.judgement.verdict is Verdict.PAID:
        return "billed" if brief else "beyond the plan"
    return (BRIEF_PRICES if brief else PRICES)[profile.price]


def column_words(shape: str, client: Client) -> str:
    """The head of a column of the matrix."""
    if client is Client.DIRECT:
        return shown(shape)
    return str(client) if shape == "plain" else f"{client} {shown(shape)}"


def lane_words(lane: Lane) -> str:
    """A lane as its parts: `max / claude-sonnet-4-6 / tools`."""
    return f"{shown(lane.credential)} / {shown(lane.model)} / {column_words(lane.shape, lane.client)}"


def short_model(model: str, width: int) -> str:
    """A model id in so many cells: first without its vendor, then with its middle left out."""
    name = shown(model)
    if len(name) > width:
        name = name.rpartition("/")[2]
    if len(name) > width:
        name = name.removeprefix("claude-")
    if len(name) <= width or width < 5:
        return name[: max(width, 0)]
    tail = (width - 1) // 2
    return f"{name[: width - 1 - tail]}…{name[-tail:]}"
