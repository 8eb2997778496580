"""Run by Hermes's own Python: what Hermes itself resolves for each home. Prints one JSON object a line."""

import contextlib
import json
import os
import sys
from importlib import import_module
from pathlib import Path


def resolved(home: str, user: str, variables: dict[str, str]) -> dict[str, object]:
    os.environ.clear()
    os.environ.update({"HERMES_HOME": home, "HOME": user, "PATH": "/usr/bin:/bin", **variables})
    os.environ["HERMES_DISABLE_LAZY_INSTALLS"] = "1"
    # Only Hermes's own Python has these.
    import_module("hermes_cli.env_loader").load_hermes_dotenv(hermes_home=home)
    try:
        runtime = import_module("hermes_cli.runtime_provider").resolve_runtime_provider()
    except (RuntimeError, ValueError) as error:
        return {"error": str(error).splitlines()[0]}
    token = runtime.get("api_key") or ""
    if runtime["provider"] == "anthropic" and "azure.com" not in runtime["base_url"]:
        token = import_module("agent.anthropic_adapter").resolve_anthropic_token() or ""
    return {
        "provider": runtime["provider"],
        "api_mode": runtime["api_mode"],
        "base_url": runtime["base_url"],
        "listed": runtime.get("api_key") or "",
        "token": token,
        "model": (import_module("hermes_cli.config").load_config().get("model") or {}).get("default"),
    }


def main() -> None:
    for line in Path(sys.argv[1]).read_text().splitlines():
        case = json.loads(line)
        with contextlib.redirect_stdout(sys.stderr):
            answer = resolved(case["home"], case["user"], case["variables"])
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
