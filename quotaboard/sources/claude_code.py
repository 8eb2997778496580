"""Claude Code's own login, in `.credentials.json` of its config folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from quotaboard.domain.lane import Credential, Kind
from quotaboard.sources.base import Found, Surroundings, Wanted
from quotaboard.sources.claude_state import CachedUsage, ClientState, client_state, state_path
from quotaboard.sources.documents import Trouble, mapping, moment, read_json, shown, text
from quotaboard.sources.naming import plan_name
from quotaboard.sources.tokens import hold, lacking

WORD: Final = "claude-code"
LABEL = "Claude Code"
SIGN_IN = "open Claude Code and sign in with /login"
RENEW = "open Claude Code once so that it renews its login"

_TIERS = {
    "default_claude_ai": "pro",
    "default_claude_max_5x": "max_5x",
    "default_claude_max_20x": "max_20x",
    "default_raven": "team",
    "default_claude_zero": "usage_based",
}


def discover(around: Surroundings) -> list[Found]:
    """The one login that Claude Code would use."""
    found = _login(around)
    return [found] if found else []


def read(wanted: Wanted, around: Surroundings) -> Found:  # noqa: ARG001 - the port; there is one login
    """The login, or what to do to get one."""
    found = _login(around)
    if found is not None:
        return found
    path = credentials_path(around)
    sentence = (
        f"Claude Code is not signed in here (there is no {shown(path)}): {SIGN_IN}, or set CLAUDE_CONFIG_DIR."
    )
    return lacking(_credential({}, None, LABEL), sentence, path=path)


def credentials_path(around: Surroundings) -> Path:
    """Where Claude Code keeps its login on Linux, and on macOS when the Keychain refused it."""
    return around.folder("CLAUDE_CONFIG_DIR", ".claude") / ".credentials.json"


def cached_usage(around: Surroundings) -> CachedUsage | Trouble | None:
    """The passive reading: what Claude Code itself last learned about the account's windows."""
    state = client_state(state_path(around))
    return state.cached_usage if isinstance(state, ClientState) else _unless_missing(state)


def read_login(
    path: Path, state: ClientState | None, around: Surroundings, label: str = LABEL, source: str = WORD
) -> Found | Trouble:
    """The login in a file of Claude Code's shape, with the account facts that belong to it."""
    document = read_json(path, SIGN_IN)
    if isinstance(document, Trouble):
        return document
    return login_in(document, state, around, label=label, source=source, path=path)


def login_in(
    document: Mapping[str, object],
    state: ClientState | None,
    around: Surroundings,
    *,
    label: str,
    source: str,
    path: Path | None,
) -> Found:
    """The login in a document of Claude Code's shape. Its refresh token is not looked at."""
    login = mapping(document.get("claudeAiOauth"))
    credential = _credential(login, state, label, source)
    token = login.get("accessToken")
    place = shown(path) if path else label
    if not login:
        others = " (only logins of MCP servers)" if document.get("mcpOAuth") else ""
        return lacking(credential, f"{place} holds no Claude login{others}: {SIGN_IN}.", path=path)
    if not isinstance(token, str):
        sentence = f"{place} holds a Claude login without an access token: {SIGN_IN}."
        return lacking(credential, sentence, path=path)
    if not token.strip():
        sentence = f"Claude Code is signed out ({place} holds an empty token): {SIGN_IN}."
        return lacking(credential, sentence, path=path)
    return hold(credential, token, around.now, renew=RENEW, path=path)


def _login(around: Surroundings) -> Found | None:
    path = credentials_path(around)
    told = client_state(state_path(around))
    state = told if isinstance(told, ClientState) else None
    found = read_login(path, state, around)
    if isinstance(found, Found):
        return found
    credential = _credential({}, state, LABEL)
    if not found.missing:
        return lacking(credential, found.sentence, path=path)
    if state is None or not state.signed_in:
        return None
    sentence = (
        f"Claude Code knows an account, but its login is not in {shown(path)}: {SIGN_IN}. "
        "On macOS it is in the Keychain, which quotaboard does not open by itself: "
        "run `claude setup-token` and give the token to `quotaboard key set NAME`."
    )
    return lacking(credential, sentence, path=path)


def _credential(
    login: Mapping[str, object], state: ClientState | None, label: str, source: str = WORD
) -> Credential:
    scopes = _scopes(login.get("scopes"))
    # A login always asks for user:profile; a stored setup-token has user:inference alone.
    reads_usage = scopes is None or "user:profile" in scopes
    plan = _plan(login, state)
    return Credential(
        name=plan_name(plan),
        provider="anthropic",
        kind=Kind.OAUTH if reads_usage else Kind.SETUP_TOKEN,
        source=source,
        found_in=(label,),
        plan=plan,
        expires_at=moment(login.get("expiresAt")),
        account=(state.organization_uuid or state.account_uuid) if state else None,
        reads_usage=reads_usage,
    )


def _scopes(value: object) -> frozenset[str] | None:
    if isinstance(value, str):
        return frozenset(value.split())
    return frozenset(map(str, value)) if isinstance(value, list) else None


def _plan(login: Mapping[str, object], state: ClientState | None) -> str | None:
    """`max_20x`, `pro`, … A team's seat may have the limits of a Max plan, but it is still a team's."""
    subscription = text(login.get("subscriptionType"))
    tier = text(login.get("rateLimitTier")) or (state.rate_limit_tier if state else None)
    by_tier = _TIERS.get(tier or "")
    if subscription and subscription != "max":
        return subscription
    if subscription == "max":
        return by_tier if by_tier and by_tier.startswith("max") else "max"
    return by_tier


def _unless_missing(trouble: Trouble) -> Trouble | None:
    return None if trouble.missing else trouble
