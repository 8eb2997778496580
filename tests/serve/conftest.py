"""A board of two accounts and an agent, and the application over it without a socket."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from quotaboard.domain.board import (
    AgentView,
    Board,
    CredentialView,
    Forecast,
    LaneView,
    ProfileView,
    WindowView,
)
from quotaboard.domain.judgement import UNSEEN, Judgement
from quotaboard.domain.lane import Credential, Kind, Lane
from quotaboard.domain.reading import Balance, Money, Origin, Overage, Sighting, Window
from quotaboard.domain.secret import Secret
from quotaboard.domain.verdict import Retry, Verdict
from quotaboard.serve.app import build_app
from quotaboard.serve.known import Known
from quotaboard.store.budget import Spent

NOW = datetime(2026, 11, 20, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TOKEN = Secret("t" * 43)
SONNET = "claude-sonnet-4-6"
GATED = Judgement(
    Verdict.GATED,
    "anthropic.gated.out_of_extra_usage",
    reason="out_of_extra_usage",
    retry=Retry.NO,
    observed_at=NOW - MINUTE,
)
LANE = Lane("max", "anthropic", SONNET, "tools")
FINGERPRINT = Secret("any").fingerprint

Open = Callable[..., httpx.AsyncClient]


def a_board() -> Board:
    window = Window("5h", 0.03, NOW + 2 * 60 * MINUTE, "allowed", seconds=18000)
    family = Window("7d_sonnet", None, NOW + 60 * MINUTE, "a new word", "Sonnet", 604800)
    views = (
        CredentialView(
            Credential(
                "max", "anthropic", Kind.OAUTH, "file:/home/me/x", plan="max_20x", fingerprint=FINGERPRINT
            ),
            windows=(
                WindowView(Sighting(window, NOW - MINUTE, Origin.PROBE), False, Forecast(NOW + 90 * MINUTE)),
                WindowView(Sighting(family, NOW - 2 * MINUTE, Origin.USAGE), False, Forecast(None)),
            ),
            overage=Overage("rejected", "org_level_disabled_until", in_use=False),
            lanes=(
                LaneView(LANE, GATED, NOW - 5 * MINUTE, NOW + 30 * MINUTE, latency_ms=210),
                LaneView(Lane("max", "anthropic", SONNET), UNSEEN),
            ),
            consent=True,
            daily_budget=20000,
        ),
        CredentialView(
            Credential("router", "openrouter", Kind.API_KEY, "env:KEY"),
            balance=Balance(Money(Decimal("5.25"), "USD"), Money(Decimal(20), "USD")),
            trouble="The key cannot be read.",
        ),
    )
    agent = AgentView(
        "hermes", "Hermes", "/home/me/.hermes", running=True,
        now=ProfileView("max", LANE, active=True, judgement=GATED),
        profiles=(ProfileView("max", LANE, active=True),),
    )  # fmt: skip
    return Board(NOW, views, (agent,))


@pytest.fixture
def known() -> Known:
    return Known(a_board(), {"max": Spent(18, 2, 3, Decimal("0.0001"))})


@pytest.fixture
def opened(known: Known) -> Open:
    """A client of the application; what it sends can be spoiled by headers."""

    def open_client(**headers: str) -> httpx.AsyncClient:
        shown = {"authorization": f"Bearer {TOKEN.reveal()}"} | headers
        transport = httpx.ASGITransport(build_app(lambda: known, TOKEN))
        return httpx.AsyncClient(
            transport=transport,
            base_url="http://127.0.0.1:8793",
            headers={name: value for name, value in shown.items() if value},
        )

    return open_client
