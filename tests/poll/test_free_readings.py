"""Claude Code's cache, the usage endpoint, the official client's usage; and the control, which costs."""

import base64
import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from quotaboard.config.values import CredentialEntry
from quotaboard.domain.lane import Client
from quotaboard.poll.once import refresh
from quotaboard.providers import client_process
from tests.poll.conftest import Bench
from tests.poll.servers import GATE, SMALL, START, Asked, Reply, answering_server, refused, served
from tests.providers.anthropic.fake_client import write_client

HOUR = timedelta(hours=1)
USAGE = {
    "five_hour": {"utilization": 30, "resets_at": "2026-11-20T09:00:00Z"},
    "seven_day": {"utilization": 40, "resets_at": "2026-11-24T06:00:00Z"},
}
THROTTLED = refused(429, "rate_limit_error", "Rate limited. Please try again later.")

TELLS_USAGE = f"""
sys.stdin.readline()
say(type="control_response", response={{"subtype": "success", "request_id": "q1", "response": {{
    "subscription_type": "max", "rate_limits_available": True, "rate_limits": {USAGE!r}}}}})
note("environment", dict(os.environ))
open(os.path.join(here, "runs"), "a").write("x")
sys.stdin.read()
"""
ANSWERS = """
open(os.path.join(here, "runs"), "a").write("x")
reply()
result(usage={"input_tokens": 300, "output_tokens": 4})
"""
IS_REFUSED = """
result(is_error=True, api_error_status=400, result="API Error: 400 You're out of extra usage. Add more.")
sys.exit(1)
"""

PLAN = {
    "plan_type": "plus",
    "rate_limit": {
        "primary_window": {"used_percent": 20, "limit_window_seconds": 18000, "reset_at": 1795170000}
    },
}
LIMITS = {"primary": {"usedPercent": 12, "windowDurationMins": 10080, "resetsAt": 1795547235}}
TELLS_LIMITS = f"""
open(os.path.join(here, "runs"), "a").write("x")
say(id=3, result={{"rateLimits": {LIMITS!r}}})
sys.stdin.read()
"""

Install = Callable[[str], Path]


@pytest.fixture
def install(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """An official client on the bench's PATH that does what the code says."""
    monkeypatch.setattr(client_process, "FAREWELL", 0.1)
    monkeypatch.setattr(client_process, "GRACE", 0.1)
    folder = tmp_path / "bin"
    folder.mkdir()

    def write(code: str) -> Path:
        bench.environment["PATH"] = f"{folder}:{os.environ['PATH']}"
        return write_client(folder, code)

    return write


def runs(client: Path) -> int:
    path = client.parent / "runs"
    return len(path.read_text()) if path.exists() else 0


def cache_usage(bench: Bench, fetched_at: datetime, body: Any = USAGE) -> None:
    state = {
        "oauthAccount": {"accountUuid": "a"},
        "cachedUsageUtilization": {
            "fetchedAtMs": int(fetched_at.timestamp() * 1000),
            "accountUuid": "a",
            "utilization": body,
        },
    }
    (bench.place.home / ".claude.json").write_text(json.dumps(state))


def windows(bench: Bench) -> list[tuple[str, float | None, str]]:
    return [
        (view.sighting.window.name, view.sighting.window.utilization, view.sighting.origin.value)
        for view in bench.board().credentials[0].windows
    ]


class TestCachedUsage:
    async def test_what_claude_code_learnt_is_taken_before_anybody_is_asked(self, bench: Bench) -> None:
        async with answering_server(lambda _: Reply(200, USAGE)) as server:
            bench.add("max", server.base_url, probe=False)
            bench.log_in_to_claude_code("max")
            cache_usage(bench, START - timedelta(minutes=2))
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, timedelta(minutes=2))
                assert server.asked == []
                assert windows(bench) == [("5h", 0.3, "cached_usage"), ("7d", 0.4, "cached_usage")]
                await bench.live_through(desk, timedelta(minutes=3))

        assert [asked.path for asked in server.asked] == ["/api/oauth/usage"]

    async def test_an_old_cache_is_shown_with_its_age_until_better_comes(self, bench: Bench) -> None:
        async with answering_server(lambda _: THROTTLED) as server:
            bench.add("max", server.base_url, probe=False)
            bench.log_in_to_claude_code("max")
            cache_usage(bench, START - HOUR)

            await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        (five, _) = bench.board().credentials[0].windows
        assert (five.sighting.observed_at, five.stale) == (START - HOUR, True)

    async def test_no_other_credential_is_given_claude_codes_meters(self, bench: Bench) -> None:
        bench.add("other", "https://relay.example", probe=False)
        bench.place.home.mkdir(parents=True)
        cache_usage(bench, START)

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert windows(bench) == []

    async def test_a_login_that_has_run_out_still_shows_what_was_cached(self, bench: Bench) -> None:
        bench.add("max", "https://relay.example", probe=False)
        bench.log_in_to_claude_code("max", expires_in=-HOUR)
        cache_usage(bench, START - timedelta(minutes=1))

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert [name for name, *_ in windows(bench)] == ["5h", "7d"]
        assert {lane.judgement.reason for lane in bench.board().lanes} == {"expired"}


class TestOfficialClient:
    async def test_it_is_not_started_while_the_usage_endpoint_answers(
        self, bench: Bench, install: Install
    ) -> None:
        client = install(TELLS_USAGE)
        async with answering_server(lambda _: Reply(200, USAGE)) as server:
            bench.add("max", server.base_url, probe=False)
            bench.log_in_to_claude_code("max")
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, HOUR)

        assert runs(client) == 0

    async def test_it_reads_usage_where_the_endpoint_refuses(self, bench: Bench, install: Install) -> None:
        client = install(TELLS_USAGE)
        async with answering_server(lambda _: THROTTLED) as server:
            bench.add("max", server.base_url, probe=False)
            bench.log_in_to_claude_code("max")

            await refresh(bench.store, bench.config, bench.place, bench.clock.now)

            assert windows(bench) == [("5h", 0.3, "client_usage"), ("7d", 0.4, "client_usage")]
            assert len(server.asked) == 1
        assert runs(client) == 1
        told = json.loads((client.parent / "environment").read_text())
        assert told["HOME"] == str(bench.place.home)
        assert told["ANTHROPIC_BASE_URL"] == server.base_url
        assert not any("sk-ant" in value for value in told.values())

    async def test_it_renews_a_login_that_has_run_out_and_the_lanes_are_asked_again(
        self, bench: Bench, install: Install
    ) -> None:
        async with answering_server(lambda _: served(w5h=0.3)) as server:
            bench.add("max", server.base_url)
            bench.log_in_to_claude_code("max", expires_in=-HOUR)
            renewed = {
                "claudeAiOauth": {
                    "accessToken": "sk-ant-oat01-renewed-0123456789",
                    "expiresAt": int((START + 8 * HOUR).timestamp() * 1000),
                    "scopes": ["user:profile", "user:inference"],
                }
            }
            path = bench.place.home / ".claude" / ".credentials.json"
            install(f"open({str(path)!r}, 'w').write(json.dumps({renewed!r}))\n{TELLS_USAGE}")
            async with bench.desk() as desk:
                await desk.take_over()
                assert {lane.judgement.reason for lane in bench.board().lanes} == {"expired"}
                await desk.finish_due()
                await desk.keep_up()
                await desk.finish_due()

            assert {asked.token for asked in server.asked} == {"sk-ant-oat01-renewed-0123456789"}
        assert set(bench.verdicts().values()) == {"open"}

    async def test_it_is_left_alone_longer_when_it_fails(self, bench: Bench, install: Install) -> None:
        client = install("open(os.path.join(here, 'runs'), 'a').write('x')\nsys.exit(3)")
        bench.add("max", "https://relay.example", probe=False)
        bench.log_in_to_claude_code("max", expires_in=-HOUR)
        async with bench.desk() as desk:
            await desk.take_over()
            await bench.live_through(desk, timedelta(minutes=59))

        assert runs(client) == 3
        assert {lane.judgement.reason for lane in bench.board().lanes} == {"expired"}

    async def test_no_credential_but_its_own_login_is_read_through_it(
        self, bench: Bench, install: Install
    ) -> None:
        client = install(TELLS_USAGE)
        async with answering_server(lambda _: THROTTLED) as server:
            bench.add("max", server.base_url, probe=False)

            await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert runs(client) == 0


class TestCodex:
    def log_in(self, bench: Bench, server: str, *, expires_in: timedelta = HOUR) -> None:
        claims = json.dumps({"exp": int((START + expires_in).timestamp())}).encode()
        access = f"eyJhbGciOiJub25lIn0.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.FAKE"
        path = bench.place.home / ".codex" / "auth.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"tokens": {"access_token": access, "account_id": "acct"}}))
        entry = CredentialEntry("plan", "codex", "codex", base_url=f"{server}/backend-api")
        bench.entries.append(entry)

    async def test_its_app_server_is_not_started_while_the_endpoint_answers(
        self, bench: Bench, install: Install
    ) -> None:
        client = install(TELLS_LIMITS)
        codex = client.rename(client.with_name("codex"))
        async with answering_server(lambda _: Reply(200, PLAN)) as server:
            self.log_in(bench, server.base_url)
            await refresh(bench.store, bench.config, bench.place, bench.clock.now)
            assert [asked.path for asked in server.asked] == ["/backend-api/wham/usage"]
        assert windows(bench) == [("5h", 0.2, "usage")]
        assert runs(codex) == 0

    @pytest.mark.parametrize("expires_in", [HOUR, -HOUR], ids=["refused", "expired"])
    async def test_its_app_server_tells_where_the_endpoint_does_not(
        self, bench: Bench, install: Install, expires_in: timedelta
    ) -> None:
        client = install(TELLS_LIMITS)
        codex = client.rename(client.with_name("codex"))
        async with answering_server(lambda _: THROTTLED) as server:
            self.log_in(bench, server.base_url, expires_in=expires_in)
            await refresh(bench.store, bench.config, bench.place, bench.clock.now)
        assert windows(bench) == [("7d", 0.12, "client_usage")]
        assert runs(codex) == 1


class TestControl:
    async def test_the_official_lane_works_where_ours_is_gated(self, bench: Bench, install: Install) -> None:
        client = install(ANSWERS)
        async with answering_server(lambda asked: GATE) as server:
            bench.add("max", server.base_url, models=(SMALL,), clients=(Client.DIRECT, Client.OFFICIAL))
            await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert bench.verdicts() == {
            f"max/{SMALL}/plain/direct": "gated",
            f"max/{SMALL}/tools/direct": "gated",
            f"max/{SMALL}/plain/official": "open",
        }
        assert runs(client) == 1
        assert bench.board().tokens_today == 304

    @pytest.mark.parametrize(
        "told", [{"probe": False}, {"daily_token_budget": 300}], ids=["consent", "budget"]
    )
    async def test_it_costs_tokens_and_so_needs_consent_and_budget(
        self, bench: Bench, install: Install, told: dict[str, Any]
    ) -> None:
        client = install(ANSWERS)
        bench.add("max", "https://relay.example", models=(SMALL,), clients=(Client.OFFICIAL,), **told)

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert runs(client) == 0

    async def test_a_client_that_is_not_installed_is_said_and_costs_nothing(self, bench: Bench) -> None:
        bench.environment["PATH"] = "/nonexistent"
        bench.add("max", "https://relay.example", models=(SMALL,), clients=(Client.OFFICIAL,))

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        (lane,) = bench.board().lanes
        assert (lane.judgement.verdict, lane.judgement.reason) == ("unavailable", "no_client")
        assert bench.board().tokens_today == 0

    async def test_it_can_be_refused_too(self, bench: Bench, install: Install) -> None:
        install(IS_REFUSED)
        bench.add("max", "https://relay.example", models=(SMALL,), clients=(Client.OFFICIAL,))

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert set(bench.verdicts().values()) == {"gated"}


async def test_the_usage_endpoint_of_another_host_is_not_asked_with_a_setup_token(bench: Bench) -> None:
    def answer(asked: Asked) -> Reply:
        return served(w5h=0.1)

    async with answering_server(answer) as server:
        bench.add("max", server.base_url, probe=False)

        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

        assert server.asked == []
