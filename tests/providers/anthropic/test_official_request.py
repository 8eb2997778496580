"""What the official client is given: an environment made for it, a token in a pipe, and nothing else."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from quotaboard.domain.answer import Fault
from quotaboard.domain.secret import Secret
from quotaboard.providers.anthropic.official import CONTROL_OUTPUT_TOKENS, control_cost, find_client
from tests.providers.anthropic.fake_client import MODEL, noted, probed, usage_from

CANARY = "sk-ant-oat01-canary-0123456789"
Fake = Callable[[str], Path]


async def test_it_runs_in_an_empty_folder_and_in_an_environment_made_for_it(fake: Fake) -> None:
    client = fake(
        'note("cwd", os.listdir()); note("variables", dict(os.environ)); note("argv", sys.argv); result()'
    )
    around = {
        "ANTHROPIC_API_KEY": "k",
        "ANTHROPIC_AUTH_TOKEN": "t",
        "ANTHROPIC_BASE_URL": "https://x",
        "CLAUDE_CODE_OAUTH_TOKEN": "o",
        "CLAUDECODE": "1",
        "CLAUDE_CONFIG_DIR": "/elsewhere",
        "HTTPS_PROXY": "http://proxy",
        "HERMES_HOME": "h",
        "LANG": "C.UTF-8",
    }
    await probed(client, patience=timedelta(seconds=30), around=around)
    assert noted(client, "cwd") == []
    variables = noted(client, "variables")
    del variables["PATH"], variables["TMPDIR"]
    variables.pop("LC_CTYPE", None)  # Python's own, in a C locale
    assert variables == {
        "HOME": "/home/somebody",
        "LANG": "C.UTF-8",
        "CLAUDE_CONFIG_DIR": "/elsewhere",
        "HTTPS_PROXY": "http://proxy",
        "CLAUDE_CODE_MAX_RETRIES": "0",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_MAX_OUTPUT_TOKENS": "16",
        "CLAUDE_CODE_EFFORT_LEVEL": "low",
        "MAX_THINKING_TOKENS": "0",
        "API_TIMEOUT_MS": "24000",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
    }
    argv = noted(client, "argv")[1:]
    assert argv[:4] == ["-p", "ok", "--model", MODEL]
    assert argv[argv.index("--tools") + 1] == ""


async def test_an_address_and_a_config_folder_are_passed_on_only_when_given(fake: Fake) -> None:
    client = fake('note("variables", dict(os.environ)); result()')
    await probed(
        client,
        base_url="http://127.0.0.1:9",
        config_dir=Path("/other"),
        around={"HTTPS_PROXY": "http://proxy", "CLAUDE_SECURESTORAGE_CONFIG_DIR": "/elsewhere"},
    )
    variables = noted(client, "variables")
    assert variables["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:9"
    assert variables["CLAUDE_CONFIG_DIR"] == "/other"
    assert "CLAUDE_SECURESTORAGE_CONFIG_DIR" not in variables
    assert "HTTPS_PROXY" not in variables


SEARCHING = """
number = int(os.environ["CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR"])
token = os.read(number, 4096).decode()
assert os.read(number, 1) == b""
note("length", len(token))
places = {"argv": " ".join(sys.argv), "variables": json.dumps(dict(os.environ))}
for kind in ("cmdline", "environ"):
    if os.path.exists("/proc/self/" + kind):
        places[kind] = open("/proc/self/" + kind, errors="replace").read()
for folder, _, names in os.walk(os.path.dirname(os.environ["TMPDIR"])):
    for name in names:
        places[name] = open(os.path.join(folder, name), errors="replace").read()
note("found", [place for place, text in places.items() if token in text])
note("home", [os.environ["HOME"], os.environ["CLAUDE_CONFIG_DIR"]])
result(is_error=True, api_error_status=401, result="API Error: 401 Bad token " + token)
"""


async def test_a_token_travels_in_a_pipe_and_shows_up_nowhere(
    fake: Fake, temporary: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = fake(SEARCHING)
    caplog.set_level(logging.DEBUG)
    answer = await probed(client, secret=Secret(CANARY), around={"CLAUDE_CONFIG_DIR": "/own"})
    assert noted(client, "length") == len(CANARY)
    assert noted(client, "found") == []
    assert all(Path(place).is_relative_to(temporary) for place in noted(client, "home"))
    assert answer.status == 401
    assert "<secret>" in answer.message
    assert CANARY not in repr(answer) + caplog.text


async def test_a_client_that_does_not_take_the_token_is_no_proof_of_a_bad_one(fake: Fake) -> None:
    client = fake('result(is_error=True, usage={}, result="Not logged in · Please run /login")')
    assert (await probed(client, secret=Secret(CANARY))).fault is Fault.NO_CLIENT
    assert (await probed(client)).message.startswith("Not logged in")


async def test_usage_keeps_the_input_open_until_the_answer_is_there(fake: Fake) -> None:
    client = fake(
        """
import select
question = json.loads(sys.stdin.readline())
ready, _, _ = select.select([0], [], [], 0.1)
note("closed_early", bool(ready))
say(type="system", subtype="noise")
say(type="control_response", response={"subtype": "success", "request_id": question["request_id"],
    "response": {"rate_limits_available": True, "rate_limits": {"five_hour": {"utilization": 41}}}})
note("variables", dict(os.environ))
note("question", question["request"])
sys.stdin.read()
note("ended", True)
"""
    )
    answer = await usage_from(client)
    assert answer is not None
    assert [window.utilization for window in answer.windows] == [0.41]
    assert noted(client, "closed_early") is False
    assert noted(client, "ended") is True
    assert noted(client, "question") == {"subtype": "get_usage", "skip_behaviors": True}
    variables = noted(client, "variables")
    assert variables["DISABLE_TELEMETRY"] == "1"
    assert "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC" not in variables


@pytest.mark.parametrize(
    "base_url", ["http://example.com", "http://10.0.0.1:80", "ftp://localhost", "http://[::1", "nonsense", ""]
)
async def test_a_login_is_never_sent_over_plain_http_to_another_machine(fake: Fake, base_url: str) -> None:
    client = fake("result()")
    answer = await probed(client, base_url=base_url)
    assert answer.fault is Fault.CONNECT
    assert not (client.parent / "pid").exists()


@pytest.mark.parametrize("base_url", ["https://gateway.example", "http://localhost:1", "http://[::1]:1"])
async def test_https_and_this_machine_are_fine(fake: Fake, base_url: str) -> None:
    assert (await probed(fake("result()"), base_url=base_url)).allowed


def test_the_client_is_the_named_one_or_the_one_on_the_path(fake: Fake, tmp_path: Path) -> None:
    client = fake("")
    assert find_client({"PATH": str(tmp_path)}) == client
    assert find_client({"PATH": "/nowhere", "QUOTABOARD_CLAUDE": str(client)}) == client
    assert find_client({"PATH": str(tmp_path), "QUOTABOARD_CLAUDE": "/nowhere/claude"}) is None
    assert find_client({"PATH": "/nowhere"}) is None
    assert find_client({}) is None


def test_what_a_control_probe_costs_is_known_beforehand() -> None:
    cost = control_cost(MODEL)
    assert (cost.input_tokens, cost.output_tokens) == (330, CONTROL_OUTPUT_TOKENS)
    assert cost.usd is not None
