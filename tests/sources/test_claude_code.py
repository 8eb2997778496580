from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from quotaboard.domain.lane import Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources import claude_code
from quotaboard.sources.base import Lack, Wanted
from quotaboard.sources.claude_state import CachedUsage, ClientState, client_state
from quotaboard.sources.documents import Trouble

TOKEN = "sk-ant-oat01-FAKE-claudecode"
ACCOUNT = {"accountUuid": "acc-1", "organizationUuid": "org-1", "hasExtraUsageEnabled": False}


def login(**changes: object) -> dict[str, Any]:
    return {
        "claudeAiOauth": {
            "accessToken": TOKEN,
            "refreshToken": "sk-ant-ort01-FAKE",
            "expiresAt": 4102444800000,
            "scopes": ["user:inference", "user:profile"],
            "subscriptionType": "max",
            "rateLimitTier": "default_claude_max_20x",
            **changes,
        }
    }


def test_a_login_is_found_with_its_facts(around: Any, lay: Any) -> None:
    path = lay(".claude/.credentials.json", login())
    lay(".claude.json", {"oauthAccount": ACCOUNT})
    [found] = claude_code.discover(around())
    credential = found.credential
    assert found.secret == Secret(TOKEN)
    assert found.trouble is None
    assert found.path == path
    assert (credential.name, credential.kind, credential.plan) == ("max", Kind.OAUTH, "max_20x")
    assert (credential.source, credential.found_in) == ("claude-code", ("Claude Code",))
    assert credential.account == "org-1"
    assert credential.reads_usage
    assert credential.expires_at == datetime(2100, 1, 1, tzinfo=UTC)
    assert credential.fingerprint == Secret(TOKEN).fingerprint


def test_the_recorded_login_is_read(around: Any, lay: Any, recorded: Path) -> None:
    lay(".claude/.credentials.json", (recorded / "hermes/claude_code_credentials.json").read_text())
    [found] = claude_code.discover(around())
    assert found.credential.fingerprint == "sha256:7c89c6523d3faade"
    assert found.credential.plan == "max"


def test_the_config_folder_may_be_elsewhere(around: Any, lay: Any, home: Path) -> None:
    lay("work/.credentials.json", login(subscriptionType="pro", rateLimitTier="default_claude_ai"))
    lay("work/.claude.json", {"oauthAccount": ACCOUNT})
    lay(".claude/.credentials.json", login())
    [found] = claude_code.discover(around(CLAUDE_CONFIG_DIR=str(home / "work")))
    assert (found.credential.plan, found.credential.account) == ("pro", "org-1")
    assert claude_code.read(Wanted(), around(CLAUDE_CONFIG_DIR="~/work")).credential == found.credential


def test_an_empty_variable_names_no_folder(around: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", login())
    assert len(claude_code.discover(around(CLAUDE_CONFIG_DIR=""))) == 1


def test_without_the_profile_scope_it_is_a_setup_token(around: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", login(scopes=["user:inference"], expiresAt=None))
    [found] = claude_code.discover(around())
    assert found.credential.kind is Kind.SETUP_TOKEN
    assert not found.credential.reads_usage
    assert found.credential.expires_at is None
    assert found.secret is not None


@pytest.mark.parametrize(
    ("subscription", "tier", "plan"),
    [
        ("max", "default_claude_max_20x", "max_20x"),
        ("max", "default_claude_max_5x", "max_5x"),
        ("max", "default_claude_zero", "max"),
        ("max", None, "max"),
        ("pro", "default_claude_ai", "pro"),
        ("team", "default_claude_max_5x", "team"),
        ("enterprise", "default_raven", "enterprise"),
        (None, "default_claude_max_5x", "max_5x"),
        (None, "default_claude_ai", "pro"),
        (None, "default_claude_max_99x", None),
        (None, None, None),
    ],
)
def test_the_plan_is_told_by_subscription_and_tier(
    subscription: str | None, tier: str | None, plan: str | None, around: Any, lay: Any
) -> None:
    lay(".claude/.credentials.json", login(subscriptionType=subscription, rateLimitTier=tier))
    [found] = claude_code.discover(around())
    assert found.credential.plan == plan


def test_the_tier_may_be_known_to_the_state_alone(around: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", login(rateLimitTier=None))
    lay(".claude.json", {"oauthAccount": {**ACCOUNT, "organizationRateLimitTier": "default_claude_max_5x"}})
    [found] = claude_code.discover(around())
    assert found.credential.plan == "max_5x"


def test_nothing_there_is_nothing_found(around: Any) -> None:
    assert claude_code.discover(around()) == []


def test_a_missing_login_says_how_to_get_one(around: Any, home: Path) -> None:
    found = claude_code.read(Wanted(), around())
    assert found.lack is Lack.MISSING
    assert found.trouble == (
        f"Claude Code is not signed in here (there is no {home}/.claude/.credentials.json): "
        "open Claude Code and sign in with /login, or set CLAUDE_CONFIG_DIR."
    )


BAD: dict[str, tuple[object, str]] = {
    "empty": ("", "is empty: open Claude Code and sign in with /login."),
    "half": ('{"claudeAiOauth": {"accessToken": "sk-ant-oat01-FA', ":1: not complete JSON; "),
    "list": ([1], ":1: a JSON object belongs here, not a list: "),
    "no login": ({}, "holds no Claude login: "),
    "only MCP logins": ({"mcpOAuth": {"a": {}}}, "holds no Claude login (only logins of MCP servers): "),
    "login is a list": ({"claudeAiOauth": []}, "holds no Claude login: "),
    "no token": ({"claudeAiOauth": {"scopes": []}}, "holds a Claude login without an access token: "),
    "token is a number": (login(accessToken=1), "holds a Claude login without an access token: "),
}


@pytest.mark.parametrize(("content", "says"), BAD.values(), ids=BAD)
def test_a_bad_file_is_a_credential_with_trouble(content: object, says: str, around: Any, lay: Any) -> None:
    path = lay(".claude/.credentials.json", content)
    [found] = claude_code.discover(around())
    assert found.secret is None
    assert found.lack is Lack.MISSING
    assert found.trouble is not None
    assert found.trouble.startswith((f"{path} {says}", f"{path}{says}"))
    assert "sk-ant" not in found.trouble


def test_blanked_tokens_mean_signed_out(around: Any, lay: Any) -> None:
    path = lay(".claude/.credentials.json", login(accessToken="", refreshToken="", expiresAt=0))
    [found] = claude_code.discover(around())
    assert found.trouble == (
        f"Claude Code is signed out ({path} holds an empty token): open Claude Code and sign in with /login."
    )
    assert found.credential.plan == "max_20x"


def test_an_expired_login_is_left_to_claude_code(around: Any, lay: Any, now: datetime) -> None:
    soon = now + timedelta(seconds=30)
    lay(".claude/.credentials.json", login(expiresAt=int(soon.timestamp() * 1000)))
    [found] = claude_code.discover(around())
    assert found.secret is None
    assert found.lack is Lack.EXPIRED
    assert found.trouble == "This login has expired: open Claude Code once so that it renews its login."
    assert found.credential.expires_at == soon
    assert found.credential.fingerprint == Secret(TOKEN).fingerprint


def test_a_login_that_the_file_does_not_hold_is_not_searched_elsewhere(around: Any, lay: Any) -> None:
    lay(".claude.json", {"oauthAccount": {**ACCOUNT, "organizationRateLimitTier": "default_claude_max_5x"}})
    [found] = claude_code.discover(around())
    assert found.trouble is not None
    assert "On macOS it is in the Keychain" in found.trouble
    assert found.credential.plan == "max_5x"


def test_the_token_is_read_afresh_at_each_use(around: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", login())
    first = claude_code.read(Wanted(), around()).secret
    lay(".claude/.credentials.json", login(accessToken="sk-ant-oat01-FAKE-renewed"))
    assert claude_code.read(Wanted(), around()).secret == Secret("sk-ant-oat01-FAKE-renewed") != first


def cached(**changes: object) -> dict[str, Any]:
    usage = {
        "fetchedAtMs": 1795146292000,
        "accountUuid": "acc-1",
        "utilization": {"five_hour": {"utilization": 41, "resets_at": None}},
        **changes,
    }
    return {
        "oauthAccount": ACCOUNT,
        "cachedUsageUtilization": usage,
        "cachedExtraUsageDisabledReason": "org_level_disabled",
    }


def test_cached_usage_is_handed_over_unread(around: Any, lay: Any) -> None:
    lay(".claude.json", cached())
    assert claude_code.cached_usage(around()) == CachedUsage(
        fetched_at=datetime(2026, 11, 20, 3, 44, 52, tzinfo=UTC),
        account_uuid="acc-1",
        utilization={"five_hour": {"utilization": 41, "resets_at": None}},
    )


@pytest.mark.parametrize(
    "changes",
    [{"accountUuid": "acc-2"}, {"fetchedAtMs": "x"}, {"utilization": None}, {"utilization": []}],
)
def test_cached_usage_of_another_account_or_of_no_use_is_none(
    changes: dict[str, object], around: Any, lay: Any
) -> None:
    lay(".claude.json", cached(**changes))
    assert claude_code.cached_usage(around()) is None


def test_no_state_file_is_no_cached_usage(around: Any) -> None:
    assert claude_code.cached_usage(around()) is None


def test_a_broken_state_file_is_a_sentence(around: Any, lay: Any) -> None:
    path = lay(".claude.json", '{"oauthAccount": ')
    told = claude_code.cached_usage(around())
    assert isinstance(told, Trouble)
    assert told.sentence.startswith(f"{path}:1: not complete JSON; ")


def test_why_the_paid_pool_is_off_is_known_or_not(lay: Any) -> None:
    state = client_state(lay(".claude.json", cached()))
    assert isinstance(state, ClientState)
    assert (state.overage_reason_known, state.overage_reason) == (True, "org_level_disabled")
    assert state.extra_usage_enabled is False
    never_seen = client_state(lay(".claude.json", {}))
    assert isinstance(never_seen, ClientState)
    assert (never_seen.overage_reason_known, never_seen.overage_reason) == (False, None)
    allowed = client_state(lay(".claude.json", {"cachedExtraUsageDisabledReason": None}))
    assert isinstance(allowed, ClientState)
    assert (allowed.overage_reason_known, allowed.overage_reason) == (True, None)


def test_a_broken_state_file_does_not_hide_the_login(around: Any, lay: Any) -> None:
    lay(".claude/.credentials.json", login())
    lay(".claude.json", "[")
    [found] = claude_code.discover(around())
    assert found.secret is not None
    assert found.credential.account is None
