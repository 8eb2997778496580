"""The files for Prometheus and Grafana name nothing that is not exported, and do what they promise."""

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from quotaboard.cli import main
from quotaboard.domain.verdict import Verdict
from quotaboard.serve.exposition import Families
from quotaboard.serve.known import Known
from tests.real.conftest import missing

SHIPPED = files("quotaboard.observability")
ALERTS = SHIPPED.joinpath("alerts.yml").read_text(encoding="utf-8")
DASHBOARD = json.loads(SHIPPED.joinpath("dashboard.json").read_text(encoding="utf-8"))
NAMED = re.compile(r"\bquotaboard_[a-z_]+")


def rules() -> list[dict[str, Any]]:
    return [rule for group in YAML(typ="safe").load(ALERTS)["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [*panels, *(rule["expr"] for rule in rules())]


@pytest.fixture
def promtool() -> str:
    return shutil.which("promtool") or missing("promtool is not installed (apt-get install prometheus)")


@pytest.fixture
def exported(known: Known) -> set[str]:
    names: set[str] = set()
    for family in Families(known).collect():
        ending = {"counter": "_total", "info": "_info"}.get(family.type, "")
        names.add(family.name + ending)
    return names


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_that_is_named_is_exported(expression: str, exported: set[str]) -> None:
    assert set(NAMED.findall(expression)) <= exported
    assert NAMED.search(expression) or expression.startswith("up{")


def test_every_verdict_that_is_named_is_one() -> None:
    for expression in expressions():
        for words in re.findall(r'_verdict=~?"([a-z_|]+)"', expression):
            assert set(words.split("|")) <= {verdict.value for verdict in Verdict}


def test_an_alert_says_in_a_sentence_what_it_is_about() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"]["description"].endswith((".", "?"))


def test_the_panels_of_the_dashboard_lie_side_by_side() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.mark.parametrize(("word", "name"), [("alerts", "alerts.yml"), ("dashboard", "dashboard.json")])
def test_the_command_prints_what_is_shipped(word: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--print", word]) == 0
    assert capsys.readouterr().out == SHIPPED.joinpath(name).read_text(encoding="utf-8")


@pytest.mark.real_agent
def test_the_rules_fire_when_they_should_and_only_then(promtool: str, tmp_path: Path) -> None:
    (tmp_path / "alerts.yml").write_text(ALERTS)
    shutil.copy(Path(__file__).with_name("alerts.test.yml"), tmp_path)
    for words in (
        ["check", "rules", "--lint=all", "--lint-fatal", "alerts.yml"],
        ["test", "rules", "alerts.test.yml"],
    ):
        done = subprocess.run([promtool, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.real_agent
def test_the_metrics_follow_the_conventions(promtool: str, known: Known) -> None:
    from prometheus_client.exposition import generate_latest

    told = generate_latest(Families(known))
    done = subprocess.run([promtool, "check", "metrics"], input=told, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
