from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.domain.lane import Client
from quotaboard.domain.secret import Secret
from quotaboard.poll.once import refresh
from quotaboard.poll.watching import Roster, Watched
from tests.poll.conftest import Bench
from tests.poll.servers import LARGE, SMALL, Reply, answering_server, served

GATEWAY = "https://gateway.example"


async def watched(bench: Bench) -> dict[str, Watched]:
    roster = Roster(bench.config, bench.place, bench.clock.now)
    return {one.name: one for one in await roster.watched()}


async def test_a_credential_has_a_lane_for_each_model_shape_and_client(bench: Bench) -> None:
    bench.add("max", None, clients=(Client.DIRECT, Client.OFFICIAL), shapes=("plain", "tools"))

    lanes = (await watched(bench))["max"].lanes

    assert [lane.id for lane in lanes] == [
        f"max/{model}/{rest}"
        for model in (SMALL, LARGE)
        for rest in ("plain/direct", "tools/direct", "plain/official")
    ]


async def test_there_is_no_official_lane_unless_the_config_names_the_client(bench: Bench) -> None:
    bench.add("max", None)

    assert {lane.client for lane in (await watched(bench))["max"].lanes} == {Client.DIRECT}


async def test_without_a_config_everything_that_is_found_is_watched_and_nothing_is_consented_to(
    bench: Bench,
) -> None:
    bench.environment["ANTHROPIC_API_KEY"] = "sk-ant-api03-0123456789-abcdef"
    bench.write_login("sk-ant-oat01-0123456789-abcdef", bench.clock.now() + timedelta(hours=2))

    found = await watched(bench)

    assert {one.entry.source for one in found.values()} == {"claude-code", "env:ANTHROPIC_API_KEY"}
    assert not any(one.entry.probe for one in found.values())
    assert all(one.lanes for one in found.values())


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("http://relay.example", "plain http"),
        ("http://10.0.0.7:8080", "plain http"),
        ("ftp://relay.example", "not a web address"),
        ("relay.example", "not a web address"),
        ("https://user:pass@relay.example", "user name"),
    ],
)
async def test_an_address_that_may_not_have_the_secret_is_a_sentence_and_gets_nothing(
    bench: Bench, base_url: str, words: str
) -> None:
    bench.add("max", base_url)

    await refresh(bench.store, bench.config, bench.place, bench.clock.now)

    view = bench.board().credentials[0]
    assert words in (view.trouble or "")
    assert {(lane.judgement.verdict, lane.judgement.reason) for lane in view.lanes} == {
        ("unknown", "bad_address")
    }
    assert all(lane.judgement.summary == view.trouble and lane.next_look_at is None for lane in view.lanes)
    assert view.tokens_today == 0


async def test_a_key_that_is_none_of_the_providers_is_not_sent_to_it(bench: Bench) -> None:
    bench.add("max", None, token="gw-0123456789-abcdef")

    one = (await watched(bench))["max"]

    assert (one.reason, "api.anthropic.com" in (one.trouble or "")) == ("wrong_host", True)


async def test_a_key_of_any_form_may_go_to_the_server_that_the_config_names(bench: Bench) -> None:
    bench.add("max", GATEWAY, token="gw-0123456789-abcdef")

    assert (await watched(bench))["max"].trouble is None


async def test_a_provider_that_nobody_knows_is_a_sentence(bench: Bench) -> None:
    bench.add("odd", "https://odd.example", provider="oddity")

    await refresh(bench.store, bench.config, bench.place, bench.clock.now)

    assert "oddity" in (bench.board().credentials[0].trouble or "")
    assert {lane.judgement.reason for lane in bench.board().lanes} == {"unknown_provider"}


async def test_a_provider_without_an_address_of_its_own_asks_for_one(bench: Bench) -> None:
    bench.add("relay", None, provider="relay", token="rk-0123456789-abcdef")

    assert "base_url" in ((await watched(bench))["relay"].trouble or "")


class TestWhoseAddressItIs:
    async def test_the_conventional_variable_holds_where_the_config_is_silent(self, bench: Bench) -> None:
        bench.environment["ANTHROPIC_BASE_URL"] = GATEWAY
        bench.add("one", None)
        bench.add("two", "https://own.example")

        found = await watched(bench)

        assert [one.base_url for one in found.values()] == [GATEWAY, "https://own.example"]

    @pytest.mark.parametrize(
        ("variable", "provider"),
        [("ANTHROPIC_BASE_URL", "anthropic"), ("OPENAI_BASE_URL", "openai"), ("OLLAMA_HOST", "ollama")],
    )
    async def test_a_variable_that_holds_no_address_is_a_sentence(
        self, bench: Bench, variable: str, provider: str
    ) -> None:
        bench.environment[variable] = "http://[x"
        bench.add("key", None, token="key-0123456789", provider=provider)

        assert (await watched(bench))["key"].reason == "bad_address"

    @pytest.mark.parametrize("variable", ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"])
    async def test_a_gateways_address_is_not_given_the_login_of_the_plan(
        self, bench: Bench, variable: str
    ) -> None:
        bench.environment |= {"ANTHROPIC_BASE_URL": GATEWAY, variable: "gw-0123456789"}
        bench.add("max", None)
        bench.log_in_to_claude_code("max")
        bench.add("gateway", None, source=f"env:{variable}")

        found = await watched(bench)

        assert found["max"].base_url == "https://api.anthropic.com"
        assert found["gateway"].base_url == GATEWAY

    async def test_each_secret_reaches_its_own_server_and_no_other(self, bench: Bench) -> None:
        async with (
            answering_server(lambda _: served(w5h=0.1)) as one,
            answering_server(lambda _: Reply(302, None, {"location": one.base_url})) as two,
        ):
            bench.add("one", one.base_url, token="sk-ant-oat01-one-0123456789")
            bench.add("two", two.base_url, token="sk-ant-oat01-two-0123456789")

            await refresh(bench.store, bench.config, bench.place, bench.clock.now)

            assert {asked.token for asked in one.asked} == {"sk-ant-oat01-one-0123456789"}
            assert {asked.token for asked in two.asked} == {"sk-ant-oat01-two-0123456789"}


async def test_a_secret_that_a_server_repeats_is_in_no_file_of_ours(bench: Bench) -> None:
    canary = "gw-canary-0123456789-abcdefghijklmnop"

    async with answering_server(
        lambda asked: Reply(
            401,
            {
                "error": {
                    "type": "authentication_error",
                    "message": f"bad token {asked.token}",
                    canary: canary,
                }
            },
            {"request-id": canary, "anthropic-ratelimit-unified-5h-status": canary, f"x-{canary}": "1"},
        )
    ) as server:
        bench.add("max", server.base_url, token=canary)
        await refresh(bench.store, bench.config, bench.place, bench.clock.now)

    assert set(bench.verdicts().values()) == {"unauthorized"}
    assert not any(canary.encode() in file.read_bytes() for file in files_in(bench.folder))
    assert canary not in repr(bench.board())


async def test_a_secret_is_read_afresh_at_each_use(bench: Bench) -> None:
    bench.add("max", GATEWAY)
    roster = Roster(bench.config, bench.place, bench.clock.now)
    (one,) = await roster.watched()
    bench.environment["TOKEN_MAX"] = "sk-ant-oat01-another-0123456789"

    assert await roster.secret(one) == Secret("sk-ant-oat01-another-0123456789")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
