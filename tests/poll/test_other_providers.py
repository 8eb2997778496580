"""Relays, proxies, local servers and plans: what is asked of each, in which order, and what comes of it."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from quotaboard.poll.once import refresh
from tests.poll.conftest import Bench
from tests.poll.servers import START, Asked, Reply, answering_server

KEY = "sk-relay-canary"
MODELS = Reply(body={"object": "list", "data": [{"id": "glm-5", "object": "model"}]})
NO_ROUTE = Reply(404, {"error": {"message": "Invalid URL (GET /x)", "type": "invalid_request_error"}})
PAGE = Reply(200, b"<!doctype html><html><title>relay</title></html>", {"content-type": "text/html"})
WRITTEN = Reply(
    body={
        "id": "c1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1},
    }
)
OTHER_NAME = Reply(
    400,
    {
        "error": {
            "message": "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "type": "invalid_request_error",
            "param": "max_tokens",
            "code": "unsupported_parameter",
        }
    },
)


def by_path(replies: Mapping[str, Reply], otherwise: Reply = NO_ROUTE) -> Any:
    return lambda asked: replies.get(asked.path, otherwise)


def add(bench: Bench, base_url: str, provider: str = "relay", **told: Any) -> None:
    given = {"models": ("glm-5",), "shapes": ("plain",), "token": KEY, **told}
    bench.add("it", base_url, provider=provider, **given)


async def look(bench: Bench) -> None:
    await refresh(bench.store, bench.config, bench.place, bench.clock.now)


class TestParameters:
    async def test_a_refused_parameter_is_sent_by_its_other_name_once_and_at_once_the_next_time(
        self, bench: Bench
    ) -> None:
        def answer(asked: Asked) -> Reply:
            return WRITTEN if "max_completion_tokens" in (asked.body or {}) else OTHER_NAME

        async with answering_server(answer) as server:
            add(bench, f"{server.base_url}/v1")
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, timedelta(minutes=1))
                first = [asked for asked in server.asked if asked.body]
                await desk.ask(["it/glm-5/plain/direct"])

        assert [sorted(asked.body) for asked in first] == [
            ["max_tokens", "messages", "model"],
            ["max_completion_tokens", "messages", "model"],
        ]
        assert len([asked for asked in server.asked if asked.body]) == 3
        assert bench.verdicts() == {"it/glm-5/plain/direct": "open"}

    async def test_another_refusal_is_not_sent_twice(self, bench: Bench) -> None:
        bad = Reply(
            400, {"error": {"message": "messages: must not be empty", "type": "invalid_request_error"}}
        )
        async with answering_server(lambda asked: bad if asked.body else MODELS) as server:
            add(bench, f"{server.base_url}/v1")
            await look(bench)

        assert len([asked for asked in server.asked if asked.body]) == 1


class TestFreeReadings:
    async def test_the_limit_and_the_use_of_a_relay_are_one_balance(self, bench: Bench) -> None:
        replies = {
            "/v1/dashboard/billing/subscription": Reply(
                body={"object": "billing_subscription", "hard_limit_usd": 20.0, "soft_limit_usd": 20.0}
            ),
            "/v1/dashboard/billing/usage": Reply(body={"object": "list", "total_usage": 525.0}),
        }
        async with answering_server(by_path(replies)) as server:
            add(bench, f"{server.base_url}/v1", probe=False)
            await look(bench)

        balance = bench.board().credentials[0].balance
        assert balance is not None
        assert balance.remaining is not None
        assert (str(balance.remaining.amount), balance.remaining.currency) == ("14.75", "USD")
        assert [asked.path for asked in server.asked] == [
            "/api/usage/token/",
            "/v1/dashboard/billing/subscription",
            "/v1/dashboard/billing/usage",
        ]

    async def test_a_page_or_a_broken_meter_is_passed_over_for_the_next(self, bench: Bench) -> None:
        broken = Reply(500, {"error": {"message": "database"}})
        replies = {"/api/usage/token/": PAGE, "/v1/dashboard/billing/subscription": broken}
        async with answering_server(by_path({**replies, "/v1/models": MODELS})) as server:
            add(bench, f"{server.base_url}/v1", probe=False)
            await look(bench)

        assert [asked.path for asked in server.asked][-1] == "/v1/models"
        view = bench.board().credentials[0]
        assert view.notes == ("Models are listed.",)
        assert view.hides is not None
        assert "balance" in view.hides

    async def test_a_meter_that_one_key_may_not_read_is_read_with_another(self, bench: Bench) -> None:
        allowance = Reply(body={"data": {"object": "token_usage", "total_granted": 400, "total_used": 100}})

        def answer(asked: Asked) -> Reply:
            is_token = asked.path == "/api/usage/token/"
            return allowance if is_token and "second" in asked.token else NO_ROUTE

        async with answering_server(answer) as server:
            for name in ("first", "second"):
                told = {"provider": "relay", "models": ("glm-5",), "shapes": ("plain",), "probe": False}
                bench.add(name, f"{server.base_url}/v1", token=f"sk-{name}-canary", **told)
            await look(bench)
            bench.clock.advance(timedelta(minutes=10))
            await look(bench)

        assert [len(view.windows) for view in bench.board().credentials] == [0, 1]

    async def test_a_meter_that_was_asked_too_often_leaves_its_neighbours_in_peace(
        self, bench: Bench
    ) -> None:
        async with answering_server(lambda _: Reply(429, {"error": {"message": "Too many"}})) as server:
            add(bench, f"{server.base_url}/v1", probe=False)
            await look(bench)

        assert [asked.path for asked in server.asked] == ["/api/usage/token/"]

    async def test_a_key_that_no_meter_knows_is_no_key_for_lanes_either(self, bench: Bench) -> None:
        wrong = Reply(
            401,
            {
                "error": {
                    "message": "Invalid token",
                    "type": "invalid_request_error",
                    "code": "invalid_api_key",
                }
            },
        )
        async with answering_server(lambda _: wrong) as server:
            add(bench, f"{server.base_url}/v1", "litellm", probe=False)
            await look(bench)

        assert bench.verdicts() == {"it/glm-5/plain/direct": "unauthorized"}
        assert not [asked for asked in server.asked if asked.body]

    async def test_after_a_restart_with_another_key_what_was_said_of_the_old_one_is_over(
        self, bench: Bench
    ) -> None:
        wrong = Reply(401, {"error": {"message": "Invalid token", "code": "invalid_api_key"}})
        async with answering_server(lambda asked: MODELS if "new" in asked.token else wrong) as server:
            add(bench, f"{server.base_url}/v1", "litellm", probe=False)
            await look(bench)
            assert set(bench.verdicts().values()) == {"unauthorized"}
            bench.environment.update(dict.fromkeys(bench.environment, "sk-new-canary"))
            bench.clock.advance(timedelta(minutes=1))
            await look(bench)

        assert set(bench.verdicts().values()) == {"unknown"}

    async def test_without_a_database_the_proxy_is_asked_for_its_models(self, bench: Bench) -> None:
        no_database = Reply(500, {"error": {"message": "Database not connected", "code": "500"}})
        replies = {"/key/info": no_database, "/v1/models": MODELS}
        async with answering_server(by_path(replies)) as server:
            add(bench, f"{server.base_url}/v1", "litellm", probe=False)
            await look(bench)

        view = bench.board().credentials[0]
        assert (view.windows, view.hides) == ((), "Windows are not visible through this gateway.")
        assert [asked.path for asked in server.asked] == ["/key/info", "/v1/models"]


class TestCodeAssist:
    QUOTA = Reply(body={"buckets": [{"modelId": "gemini-3-pro", "remainingFraction": 0.25}]})

    def signed_in(self, project: object) -> dict[str, Reply]:
        told = {"currentTier": {"id": "standard-tier"}, "cloudaicompanionProject": project}
        return {"/v1internal:loadCodeAssist": Reply(body=told), "/v1internal:retrieveUserQuota": self.QUOTA}

    @pytest.mark.parametrize("project", ["project-1", {"id": "project-1", "name": "mine"}])
    async def test_its_quota_is_asked_for_by_the_project_that_google_names(
        self, bench: Bench, project: object
    ) -> None:
        async with answering_server(by_path(self.signed_in(project))) as server:
            add(bench, server.base_url, "gemini-code-assist", probe=False)
            await look(bench)

        assert [(asked.path.rpartition(":")[2], asked.body) for asked in server.asked] == [
            ("loadCodeAssist", {}),
            ("retrieveUserQuota", {"project": "project-1"}),
        ]
        (window,) = bench.board().credentials[0].windows
        assert (window.sighting.window.utilization, window.sighting.window.model) == (0.75, "gemini-3-pro")

    async def test_without_a_project_no_quota_is_shown_and_that_is_said(self, bench: Bench) -> None:
        async with answering_server(by_path(self.signed_in(None))) as server:
            add(bench, server.base_url, "gemini-code-assist", probe=False)
            await look(bench)

        assert len(server.asked) == 1
        view = bench.board().credentials[0]
        assert view.windows == ()
        assert view.notes == ("Google names no project for this login yet, so its quota cannot be read.",)


class TestLocalServers:
    TAGS = Reply(body={"models": [{"name": "llama3.2:latest"}, {"name": "qwen3:8b"}]})

    async def test_its_list_is_read_without_consent_and_nothing_is_ever_sent_to_a_model(
        self, bench: Bench
    ) -> None:
        async with answering_server(by_path({"/api/tags": self.TAGS})) as server:
            models = ("llama3.2", "mistral")
            told = {"source": "none", "probe": False, "models": models, "shapes": ("plain", "tools")}
            add(bench, server.base_url, "ollama", **told)
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, timedelta(minutes=30))

        assert {asked.method for asked in server.asked} == {"GET"}
        assert {asked.path for asked in server.asked} == {"/api/tags"}
        assert bench.verdicts() == {
            "it/llama3.2/plain/direct": "open",
            "it/llama3.2/tools/direct": "open",
            "it/mistral/plain/direct": "not_found",
            "it/mistral/tools/direct": "not_found",
        }
        assert bench.board().tokens_today == 0

    async def test_one_that_is_down_is_unavailable(self, bench: Bench) -> None:
        add(bench, "http://127.0.0.1:9", "ollama", source="none", probe=False)
        await look(bench)

        lane = bench.lane("it/glm-5/plain/direct").judgement
        assert (lane.verdict.value, lane.reason) == ("unavailable", "connect")

    async def test_a_model_that_is_there_but_not_loaded_is_not_loaded_to_find_out(self, bench: Bench) -> None:
        rows = [{"id": "glm-5", "state": "not-loaded"}, {"id": "qwen", "state": "loaded"}]
        async with answering_server(by_path({"/api/v0/models": Reply(body={"data": rows})})) as server:
            add(bench, server.base_url, "lmstudio", source="none", probe=False, models=("glm-5", "qwen"))
            await look(bench)

        assert bench.verdicts() == {"it/glm-5/plain/direct": "unknown", "it/qwen/plain/direct": "open"}
        assert bench.lane("it/glm-5/plain/direct").judgement.reason == "not_loaded"
        assert {asked.method for asked in server.asked} == {"GET"}


class TestCodex:
    LIMITS: Mapping[str, Any] = {
        "primary": {"used_percent": 12.0, "window_minutes": 300, "resets_at": 1795155600},
        "secondary": {"used_percent": 40.0, "window_minutes": 10080, "resets_at": 1795500000},
        "plan_type": "plus",
    }

    def log_in(self, bench: Bench) -> None:
        home = bench.place.home / ".codex"
        day = home / "sessions" / "2026" / "11" / "20"
        day.mkdir(parents=True)

        def part(claims: object) -> str:
            return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")

        access = f"eyJh.{part({'exp': int((START + timedelta(days=9)).timestamp())})}.x"
        tokens = {"access_token": access, "account_id": "acc-1"}
        (home / "auth.json").write_text(json.dumps({"tokens": tokens}))
        event = {
            "timestamp": (START - timedelta(minutes=2)).isoformat(),
            "type": "event_msg",
            "payload": {"type": "token_count", "info": None, "rate_limits": self.LIMITS},
        }
        (day / "rollout-2026-11-20T04-00-00-x.jsonl").write_text(json.dumps(event) + "\n")

    async def test_the_last_turn_tells_the_windows_before_anybody_is_asked(self, bench: Bench) -> None:
        async with answering_server(lambda _: NO_ROUTE) as server:
            self.log_in(bench)
            add(bench, server.base_url, "codex", source="codex", probe=True, models=("gpt-5.3-codex",))
            async with bench.desk() as desk:
                await desk.take_over()
                await bench.live_through(desk, timedelta(minutes=2))
                assert server.asked == []
                view = bench.board().credentials[0]
                assert [one.sighting.window.name for one in view.windows] == ["5h", "7d"]
                assert [one.sighting.origin.value for one in view.windows] == ["cached_usage"] * 2
                assert view.credential.plan == "plus"
                await bench.live_through(desk, timedelta(minutes=10))

        assert {(asked.method, asked.path) for asked in server.asked} == {("GET", "/api/codex/usage")}
        lane = bench.lane("it/gpt-5.3-codex/plain/direct")
        assert (lane.judgement.rule, lane.next_look_at) == ("unknown.metered", None)


class TestAddresses:
    async def test_an_address_of_one_request_is_used_by_its_root_and_the_right_one_is_named(
        self, bench: Bench
    ) -> None:
        async with answering_server(lambda asked: WRITTEN if asked.body else MODELS) as server:
            add(bench, f"{server.base_url}/v1/chat/completions")
            await look(bench)

        view = bench.board().credentials[0]
        assert view.hint is not None
        assert f"the base URL is {server.base_url}/v1." in view.hint
        assert "/v1/chat/completions" in {asked.path for asked in server.asked}
        assert bench.verdicts() == {"it/glm-5/plain/direct": "open"}

    async def test_anthropics_own_is_recognised_too(self, bench: Bench) -> None:
        async with answering_server(lambda _: NO_ROUTE) as server:
            bench.add("max", f"{server.base_url}/v1/messages", shapes=("plain",))
            await look(bench)

        assert {asked.path for asked in server.asked} <= {"/v1/messages", "/api/oauth/usage"}
