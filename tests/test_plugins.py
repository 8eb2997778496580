"""A plug-in that cannot be loaded is said, in a sentence, and nothing else suffers from it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotaboard import plugins
from quotaboard.agents import registry as agents
from quotaboard.cli import main
from quotaboard.plugins import Broken
from quotaboard.providers import registry
from quotaboard.sources import catalog

PROVIDERS, SOURCES, AGENTS = registry.GROUP, catalog.GROUP, agents.GROUP
POINTS = f"""\
[{PROVIDERS}]
lost = no_such_module_here:PROVIDER
bare = bare_plugin

[{SOURCES}]
rude = rude_plugin

[{AGENTS}]
absent = no_such_module_here
"""
CONFIG = '[[credentials]]\nname = "lab"\nprovider = "lost"\nsource = "env:LAB_KEY"\n'
LOST = (
    "The provider lost of the package bad-ideas cannot be loaded "
    "(ModuleNotFoundError: No module named 'no_such_module_here'): update the package, or remove it."
)


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package whose four plug-ins fail in four ways."""
    about = tmp_path / "site" / "bad_ideas-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-ideas\nVersion: 1\n")
    (about / "entry_points.txt").write_text(POINTS)
    (tmp_path / "site" / "bare_plugin.py").write_text("title = 'Bare'\n")
    (tmp_path / "site" / "rude_plugin.py").write_text("raise RuntimeError('not on a Friday')\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    registry.forget()
    yield
    registry.forget()


def test_a_provider_that_does_not_load_is_a_value() -> None:
    found = registry.find("lost")
    assert isinstance(found, Broken)
    assert found.sentence == LOST
    assert registry.reader("lost").name == "anthropic"
    with pytest.raises(KeyError):
        registry.provider("lost")


def test_what_is_no_provider_says_what_it_lacks() -> None:
    found = registry.find("bare")
    assert isinstance(found, Broken)
    assert "it has no name and no rules" in found.sentence


def test_a_source_and_an_agent_that_do_not_load_are_passed_over(home: Path) -> None:
    assert catalog.find_all({}, home, datetime.now(UTC)) == []
    assert agents.agent("absent") is None
    assert "absent" in agents.names()


def test_doctor_names_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    said = [problem["what"] for problem in document["problems"]]
    assert LOST in said
    assert any("The source rude of the package bad-ideas cannot be loaded" in one for one in said)
    assert any("The agent absent of the package bad-ideas cannot be loaded" in one for one in said)
    assert document["plugins"]["providers"] == ["bare", "lost"]


def test_checking_the_config_tells_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    assert main(["--config", str(tmp_path / "config.toml"), "config", "check"]) == 0
    assert LOST in capsys.readouterr().out


def test_its_lane_is_unknown_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAB_KEY", "fake-key-of-the-lab")
    (tmp_path / "config.toml").write_text(CONFIG + 'models = ["m"]\n')
    main(["--config", str(tmp_path / "config.toml"), "status", "--refresh", "--json"])
    lanes = json.loads(capsys.readouterr().out)["lanes"]
    assert {(lane["verdict"], lane["reason"], lane["summary"]) for lane in lanes} == {
        ("unknown", "broken_provider", LOST)
    }


def test_a_call_that_fails_is_logged_and_answered_for(caplog: pytest.LogCaptureFixture) -> None:
    assert plugins.guarded(lambda: 1 // 0, lambda error: type(error).__name__, "thing") == "ZeroDivisionError"
    assert "the plug-in thing failed" in caplog.text
