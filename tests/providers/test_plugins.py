"""A provider, a source and an agent of a third party: installed as a package and used like our own."""

import json
import sys
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.build import build_wheel

from quotaboard.agents import facade
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import Applied, SwitchPlan, Undone
from quotaboard.domain.answer import Asked, Endpoint
from quotaboard.domain.lane import PLAIN_SHAPE, Credential, Kind
from quotaboard.domain.rules import judge
from quotaboard.providers import registry
from quotaboard.providers.base import Received
from quotaboard.sources.catalog import find_all, resolve

EXAMPLE = Path(__file__).resolve().parents[1] / "example_provider"
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
CREDENTIAL = Credential("lab", "example-lab", Kind.API_KEY, "example-lab")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its wheel, built and unpacked as pip does it, without a second of pip's own."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    with chdir(EXAMPLE):
        wheel = wheels / build_wheel(str(wheels))
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(site))
    registry.forget()
    yield
    for name in [name for name in sys.modules if name.startswith("quotaboard_example")]:
        del sys.modules[name]
    registry.forget()


def test_without_the_package_the_name_is_not_known() -> None:
    assert registry.canonical("example-lab") is None


@pytest.mark.usefixtures("installed")
def test_an_installed_provider_is_listed_without_being_imported() -> None:
    assert "example-lab" in registry.names()
    assert "quotaboard_example" not in sys.modules


@pytest.mark.usefixtures("installed")
def test_an_installed_provider_asks_reads_and_judges_like_a_built_in_one() -> None:
    provider = registry.provider("example-lab")
    base_url = provider.base_url({})
    usage = provider.usage(CREDENTIAL, base_url)
    assert usage is not None
    assert usage.url == "https://api.example.invalid/v1/allowance"
    assert provider.probe(CREDENTIAL, "example-small", PLAIN_SHAPE, base_url).url.endswith(
        "/chat/completions"
    )
    body = {"session": {"used": 12, "ends": "2026-11-20T08:00:00Z"}}
    reading = provider.read(Received(200, {}, body, NOW), Asked(endpoint=Endpoint.USAGE))
    assert [(window.name, window.utilization) for window in reading.windows] == [("5h", 0.12)]
    refused = provider.read(
        Received(403, {}, {"error": {"message": "Closed outside lab hours"}}, NOW), Asked()
    )
    assert judge(refused, provider.rules).rule == "example-lab.gated.lab_hours"


@pytest.mark.usefixtures("installed")
def test_its_source_finds_the_key_that_its_provider_takes(tmp_path: Path) -> None:
    (tmp_path / ".example-lab-key").write_text("lab-canary\n")
    found = [one for one in find_all({}, tmp_path, NOW) if one.credential.provider == "example-lab"]
    assert len(found) == 1
    again = resolve("example-lab", name="lab", provider="example-lab", environment={}, home=tmp_path, now=NOW)
    assert again.secret is not None
    assert registry.provider("example-lab").secret_fits(again.secret)


@pytest.mark.usefixtures("installed")
def test_its_agent_is_found_switched_read_back_and_undone(tmp_path: Path) -> None:
    path = tmp_path / ".example-bench.json"
    path.write_text('{"model": "example-small"}')
    around = Surroundings({}, tmp_path, NOW, tmp_path / "state")
    states = {state.home.agent: state for state in facade.find_agents(around)}
    assert [profile.name for profile in states["example-bench"].profiles] == [
        "example-large",
        "example-small",
    ]
    plan = facade.plan_switch("example-bench", "example-large", around)
    assert isinstance(plan, SwitchPlan)
    done = facade.apply(plan, around)
    assert isinstance(done, Applied)
    assert done.verified
    assert json.loads(path.read_text()) == {"model": "example-large"}
    assert isinstance(facade.undo("example-bench", around), Undone)
    assert path.read_text() == '{"model": "example-small"}'
