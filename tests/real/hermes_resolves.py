"""Run by Hermes's own Python: what Hermes itself resolves for each home. Prints one JSON object a line."""

import contextlib
import json
import os
import sys
from pathlib import Path


def resolved(home: str, user: str, variables: dict[str, str]) -> dict[str, object]:
    os.environ.clear()
    os.environ.update({"HERMES_HOME": home, "HOME": user, "PATH": "/usr/bin:/bin", **variables})
    os.environ["HERMES_DISABLE_LAZY_INSTALLS"] = "1"
    from hermes_cli.env_loader import load_hermes_dotenv

    load_hermes_dotenv(hermes_home=home)
    from agent.anthropic_adapter import resolve_anthropic_token
    from hermes_cli.config import load_config
    from hermes_cli.runtime_provider import resolve_runtime_provider

    try:
        runtime = resolve_runtime_provider()
    except Exception as error:
        return {"error": str(error).splitlines()[0]}
    token = runtime.get("api_key") or ""
    if runtime["provider"] == "anthropic" and "azure.com" not in runtime["base_url"]:
        token = resolve_anthropic_token() or ""
    return {
        "provider": runtime["provider"],
        "api_mode": runtime["api_mode"],
        "base_url": runtime["base_url"],
        "listed": runtime.get("api_key") or "",
        "token": token,
        "model": (load_config().get("model") or {}).get("default"),
    }


def main() -> None:
    for line in Path(sys.argv[1]).read_text().splitlines():
        case = json.loads(line)
        with contextlib.redirect_stdout(sys.stderr):
            answer = resolved(case["home"], case["user"], case["variables"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
