"""The real aider: gated before, switched by us, served after, undone, gated again."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from quotaboard.agents.aider.routes import active_model, full_name
from quotaboard.agents.aider.world import World, project_of, read_world
from quotaboard.domain.agent import Home
from tests.real.commands import Commands, Journey, Watched, auto_switch
from tests.real.lanes import Lane, surroundings

pytestmark = pytest.mark.real_agent

ENV = """\
# mine
ANTHROPIC_API_KEY=sk-ant-fake-max
ANTHROPIC_API_BASE={max}
OPENAI_API_KEY=sk-fake-relay
OPENAI_API_BASE={relay}/v1
AIDER_MODEL='anthropic/claude-sonnet-4-5' # the gated one
"""

PROFILE = """\
[[profiles]]
agent = "aider"
name = "relay"
provider = "relay"
model = "m-two"
credential = "relay"

"""


def ask(aider: Path, home: Path, **variables: str) -> None:
    words = [
        "--message",
        "say hi",
        "--yes-always",
        "--no-auto-commits",
        "--no-gitignore",
        "--map-tokens",
        "0",
    ]
    subprocess.run(
        [aider, *words, "--no-show-model-warnings", "--no-show-release-notes", "--no-stream"],
        cwd=home / "work",
        env={
            **variables,
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
            "AIDER_ANALYTICS": "false",
            "AIDER_CHECK_UPDATE": "false",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=180,
        check=False,
    )


def test_aider_is_moved_off_a_gated_lane_and_back(
    aider: Path, home: Path, lane: Lane, open_lane: Lane
) -> None:
    path = home / "work/.env"
    path.parent.mkdir()
    subprocess.run(["git", "init", "-q", str(path.parent)], check=True)
    path.write_text(ENV.format(max=lane.url, relay=open_lane.url))
    # The shell says otherwise, and loses against the .env.
    shell = {"AIDER_MODEL": "openai/nobody"}
    keys = {"MAX_KEY": "sk-ant-fake-max", "RELAY_KEY": "sk-fake-relay"}
    commands = Commands(home, {**shell, **keys}, home / "work")
    commands.configure(
        [
            Watched("max", "MAX_KEY", "anthropic", "claude-sonnet-4-5", lane.url),
            Watched("relay", "RELAY_KEY", "relay", "m-two", f"{open_lane.url}/v1"),
        ],
        PROFILE + auto_switch("aider", "relay"),
    )
    journey = Journey(commands, "aider", "relay", lambda: ask(aider, home, **shell), lane, open_lane, path)
    journey.there_and_back()
    journey.by_itself()
    assert {one.body["model"] for one in lane.asked} == {"claude-sonnet-4-5"}
    assert {one.body["model"] for one in open_lane.asked} == {"m-two"}
    assert not any(one.body.get("tools") for one in (*lane.asked, *open_lane.asked))
    assert (lane.keys, open_lane.keys) == ({"sk-ant-fake-max"}, {"sk-fake-relay"})


MODELS = ["openai/one", "openai/two", "anthropic/claude-sonnet-4-5", "openrouter/x/y", "sonnet", "deepseek"]
KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENROUTER_API_KEY")


def some_variables(dice: random.Random, chance: float) -> dict[str, str]:
    made = {key: f"sk-{dice.randrange(1000)}" for key in KEYS if dice.random() < chance}
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "AIDER_OPENAI_API_BASE"):
        if dice.random() < chance / 2:
            made[name] = f"http://127.0.0.1:{dice.randrange(1, 9)}/v1"
    for name in ("AIDER_OPENAI_API_KEY", "AIDER_ANTHROPIC_API_KEY"):
        if dice.random() < chance / 3:
            made[name] = f"sk-aider-{dice.randrange(1000)}"
    if dice.random() < chance:
        made["AIDER_MODEL"] = dice.choice(MODELS)
    return made


def some_conf(dice: random.Random) -> str:
    lines = [f"model: {dice.choice(MODELS)}"] if dice.random() < 0.7 else ["vim: false"]
    if dice.random() < 0.3:
        lines.append(f"openai-api-key: sk-conf-{dice.randrange(1000)}")
    if dice.random() < 0.3:
        lines.append(f"openai-api-base: http://127.0.0.1:{dice.randrange(11, 19)}/v1")
    if dice.random() < 0.3:
        lines += ["api-key:", "  - openrouter=sk-listed"]
    if dice.random() < 0.2:
        lines += ["set-env:", "  - OPENAI_API_BASE=http://127.0.0.1:99/v1"]
    return "\n".join(lines) + "\n"


def some_home(dice: random.Random, folder: Path) -> dict[str, Any]:
    """Settings in every place where aider looks, at random."""
    root, deep = folder / "work", folder / "work/deep"
    deep.mkdir(parents=True)
    if dice.random() < 0.7:
        subprocess.run(["git", "init", "-q", str(root)], check=True)
    for place in (folder, root, deep):
        if dice.random() < 0.6:
            lines = [f"{name}={value}\n" for name, value in some_variables(dice, 0.4).items()]
            (place / ".env").write_text("".join(lines))
        if dice.random() < 0.5:
            (place / ".aider.conf.yml").write_text(some_conf(dice))
    shell = {"AIDER_MODEL": dice.choice(MODELS), **some_variables(dice, 0.3)}
    return {"home": str(folder), "cwd": str(dice.choice([root, deep])), "variables": shell}


def test_what_we_read_is_what_aider_makes_of_its_files(aider: Path, tmp_path: Path) -> None:
    cases = [some_home(random.Random(seed), tmp_path / str(seed)) for seed in range(60)]
    listing = tmp_path / "cases"
    listing.write_text("\n".join(map(json.dumps, cases)))
    finished = subprocess.run(
        [aider.with_name("python"), Path(__file__).with_name("aider_resolves.py"), listing],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    answers = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == len(cases), finished.stderr[-2000:]
    for seed, (case, theirs) in enumerate(zip(cases, answers, strict=True)):
        around = surroundings(Path(case["home"]), case["variables"], Path(case["cwd"]))
        root = project_of(around)
        assert root is not None
        world = read_world(Home("aider", str(root)), around)
        assert isinstance(world, World), seed
        assert active_model(world) == full_name(theirs["model"]), seed
        ours = {name: world.environment.get(name) for name in theirs["environment"]}
        assert ours == theirs["environment"], seed
