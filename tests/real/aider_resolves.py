"""Run by aider's own Python: what aider makes of each home, as one line of JSON."""

import argparse
import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from aider import main as program  # type: ignore[import-not-found] # only in aider's own environment

FLAGS = [
    "--yes-always",
    "--no-gitignore",
    "--no-show-model-warnings",
    "--no-show-release-notes",
    "--no-pretty",
]
QUIET = {"AIDER_ANALYTICS": "false", "AIDER_CHECK_UPDATE": "false", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
ASKED = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENROUTER_API_KEY")


def resolve(case: dict[str, Any]) -> dict[str, Any]:
    os.environ.clear()
    os.environ.update({**QUIET, "HOME": str(case["home"]), "PATH": "/usr/bin:/bin"})
    os.environ.update(case["variables"])
    os.chdir(str(case["cwd"]))
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            program.main(argv=list(FLAGS))
    except Decided as decided:
        return {"model": str(decided), "environment": {name: os.environ.get(name) for name in ASKED}}
    raise SystemExit(f"aider stopped before it chose a model: {case}")


class Decided(Exception):  # noqa: N818 - it is no error
    """Aider has read everything, and would now take the model of this name."""


def decided(args: argparse.Namespace, *_: object) -> None:
    raise Decided(args.model)


if __name__ == "__main__":
    # The next step asks the network for prices and, where a key is missing, a person to sign in.
    program.select_default_model = decided
    for line in Path(sys.argv[1]).read_text().splitlines():
        sys.stdout.write(json.dumps(resolve(json.loads(line))) + "\n")
