"""No command shows a secret or leaves one behind, whatever a provider repeats."""

import json
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import httpx

from tests.secrecy import canaries
from tests.secrecy.canaries import leaks_in
from tests.secrecy.conftest import ENTRIES, Scene
from tests.secrecy.echo_server import KINDS
from tests.terminal import Terminal

AFTER_A_LOOK = (
    ("status",),
    ("status", "--json"),
    ("line",),
    ("line", "--format", "waybar"),
    ("line", "--format", "json"),
    ("history", "--json"),
    ("history", "--csv"),
    ("status", "--json", "--mask"),
    ("report",),
    ("report", "--format", "svg"),
    ("record",),
    ("record", "--names", "--messages"),
    ("config", "path", "--json"),
    ("config", "check"),
    ("config", "show"),
    ("config", "show", "--json"),
    ("key", "list"),
    ("key", "list", "--json"),
    ("doctor",),
    ("doctor", "--json"),
    ("doctor", "--requests"),
    ("init", "--yes", "--probe-all"),
    ("init", "--json"),
    ("watch", "--once"),
    ("key", "rm", "kept"),
)


def test_what_a_provider_repeats_is_neither_shown_nor_kept(looked_copy: Scene) -> None:
    for code, said in looked_copy.looks:
        assert code == 0, said
        assert leaks_in(said) == []
    status = json.loads(looked_copy.looks[-1][1])
    seen = {lane["credential"] for lane in status["lanes"] if lane["observed_at"]}
    assert seen == {name for name, *_rest in ENTRIES}
    ended = looked_copy.run_each(*((*words, "--debug") for words in AFTER_A_LOOK))
    for words, (_, said) in zip(AFTER_A_LOOK, ended, strict=True):
        assert "Traceback" not in said
        assert leaks_in(said) == [], words
    assert looked_copy.leaks_on_disk() == {}


def test_setting_up_shows_and_writes_no_secret_that_it_finds(scene: Scene) -> None:
    (scene.home / ".config/quotaboard/config.toml").unlink()
    commands = (("doctor",), ("init", "--yes", "--probe-all"), ("config", "show"), ("status", "--refresh"))
    ended = scene.run_each(
        *((*words, "--debug") for words in commands),
        ANTHROPIC_BASE_URL=scene.server.base_url,
        CLAUDE_CODE_OAUTH_TOKEN=canaries.SETUP,
    )
    for words, (_, said) in zip(commands, ended, strict=True):
        assert "Traceback" not in said
        assert leaks_in(said) == [], words
    assert (scene.home / ".config/quotaboard/config.toml").exists()
    assert scene.leaks_on_disk() == {}


def test_watching_without_a_screen_tells_no_secret(scene: Scene) -> None:
    with Terminal(scene.command("watch", "--debug"), scene.environment, cwd=scene.root) as terminal:
        terminal.wait_for("refused")
        terminal.settle()
        terminal.signal(signal.SIGINT)
        assert terminal.wait() == 130
    assert leaks_in(bytes(terminal.output)) == []
    assert scene.leaks_on_disk() == {}


def test_what_is_served_tells_no_secret_of_a_credential_and_the_log_not_its_own(looked: Scene) -> None:
    child = subprocess.Popen(
        looked.command("serve", "--port", "0", "--web", "--debug"),
        env=looked.environment,
        cwd=looked.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    address = child.stdout.readline().strip()
    token = (looked.state / "serve.token").read_text().strip()
    shown = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, trust_env=False, verify=False) as client:
        told = [client.get(path, headers=shown) for path in ("/metrics", "/status.json", "/")]
        refused = client.get(f"/metrics?token={token}", headers={"host": token})
    process = Path(f"/proc/{child.pid}/cmdline").read_text()
    child.terminate()
    out, err = child.communicate(timeout=20)
    assert [answer.status_code for answer in told] == [200, 200, 200]
    for text in (*(answer.text for answer in told), refused.text, out, err):
        assert leaks_in(text) == []
    assert looked.leaks_on_disk() == {}
    assert refused.status_code == 403
    log = (looked.state / "quotaboard.log").read_text()
    for text in (*(answer.text for answer in told), refused.text, out, err, process, log):
        assert token not in text


def test_each_secret_is_sent_in_its_own_header_and_nowhere_else(looked: Scene) -> None:
    kinds = {kind for kind in KINDS if any(f"6-{kind}" in asked.body for asked in looked.server.asked)}
    assert kinds == set(KINDS), "each way of repeating a secret was met"
    sent: set[str] = set()
    for asked in looked.server.asked:
        assert leaks_in(asked.line + asked.body) == []
        for name, value in asked.headers:
            found = leaks_in(value)
            assert not found or name.lower() in {"authorization", "x-api-key"}
            sent.update(found)
    assert sent == {"LOGIN", "KEY", "GATEWAY", "KEPT"}


def test_a_program_that_we_start_is_given_only_what_it_needs(looked: Scene) -> None:
    seen = (looked.root / "bin/seen").read_text()
    handed = ["FILE_DESCRIPTOR" in line for line in seen.splitlines()]
    assert set(handed) == {True, False}, "it ran with its own login, and with one that we handed over"
    assert leaks_in(seen) == []


def test_explaining_an_answer_does_not_repeat_the_secret_in_it(scene: Scene) -> None:
    body = {
        "type": "error",
        "error": {"type": "authentication_error", "message": f"invalid x-api-key {canaries.KEY}"},
        "request_id": canaries.LOGIN,
    }
    captured = {
        "status": 401,
        "headers": {"x-echo": canaries.KEY, "request-id": canaries.LOGIN},
        "body": body,
    }
    pasted = {
        "json": json.dumps(captured),
        "list": json.dumps([captured, captured]),
        "http": f"HTTP/1.1 401 Unauthorized\nauthorization: Bearer {canaries.LOGIN}\n\n{json.dumps(body)}",
        "log": f"ERROR: Error code: 401 - {body!r} (headers: {{'Authorization': 'Bearer {canaries.LOGIN}'}})",
    }
    for wrapping, text in pasted.items():
        (scene.root / wrapping).write_text(text)
    ended = scene.run_each(
        *(("explain", *options, wrapping) for wrapping in pasted for options in ((), ("--json",)))
    )
    piped = scene.run("explain", stdin=pasted["json"])
    for said in (*(said for _, said in ended), piped.stdout + piped.stderr):
        assert "unauthorized" in said.lower() or "no auth" in said.lower(), said
        assert leaks_in(said) == []


MISTYPED = (
    ("--token", canaries.KEY),
    (canaries.KEY,),
    ("key", "set", canaries.KEY),
    ("key", "rm", canaries.LOGIN),
    ("key", "set", "kept", canaries.KEY),
    ("key", canaries.KEY),
    ("status", "--lane", canaries.KEY),
    ("status", canaries.KEY),
    ("line", "--format", canaries.KEY + "{"),
    ("demo", "--scenario", canaries.KEY),
    ("--config", f"/nowhere/{canaries.KEY}", "config", "check"),
)


def test_a_secret_typed_by_mistake_is_not_repeated(scene: Scene) -> None:
    for words, (code, said) in zip(MISTYPED, scene.run_each(*MISTYPED), strict=True):
        assert code != 0, words
        assert leaks_in(said) == [], words
    assert scene.leaks_on_disk() == {}


SPOILED = ("{}\u2013", "{}\x0b", "a {}", "{}\n{}", "\u00e9{}")


def test_a_token_that_cannot_be_sent_is_not_quoted(scene: Scene) -> None:
    path = scene.home / ".config/quotaboard/config.toml"
    config, variables, files = path.read_text(), {}, []
    for number, spoiled in enumerate(SPOILED):
        token = spoiled.replace("{}", canaries.GATEWAY)
        variables[f"SPOILED_{number}"] = token
        files.append(scene.home / f"spoiled-{number}")
        files[-1].write_text(token)
        for kind, source in (("e", f"env:SPOILED_{number}"), ("f", f"file:~/spoiled-{number}")):
            config += f'[[credentials]]\nname = "{kind}{number}"\nsource = "{source}"\nprobe = true\n'
            config += f'clients = ["direct"]\nbase_url = "{scene.server.base_url}"\n'
    path.write_text(config)
    ((code, said),) = scene.run_each(("status", "--refresh", "--debug"), **variables)
    assert code == 0, said
    assert leaks_in(said) == []
    assert replace(scene, sources=(*scene.sources, *files)).leaks_on_disk() == {}


def test_a_config_that_holds_a_secret_is_refused_without_repeating_it(scene: Scene) -> None:
    wrong = (
        f'[[credentials]]\nname = "{canaries.KEY}"\nsource = "none"\n',
        f'[[credentials]]\nname = "a"\nsource = "{canaries.KEY}"\n',
        f'[[credentials]]\nname = "a"\nsource = "env:{canaries.KEY}"\n',
        f'[[credentials]]\nname = "a"\nsource = "none"\ntoken = "{canaries.KEY}"\n',
        f'{canaries.KEY} = "a"\n',
        f'[shapes.mine]\nheaders = {{ "x-api-key" = "{canaries.KEY}" }}\n',
        f'token = "{canaries.KEY}\n',
    )
    files = [scene.home / f"{number}.toml" for number in range(len(wrong))]
    for file, text in zip(files, wrong, strict=True):
        file.write_text(text)
    ended = scene.run_each(
        *(
            ("--config", str(file), *words, "--debug")
            for file in files
            for words in (("config", "check"), ("status", "--refresh"))
        )
    )
    for number, (code, said) in enumerate(ended):
        assert code == 2, said
        assert leaks_in(said) == [], wrong[number // 2]
    assert replace(scene, sources=(*scene.sources, *files)).leaks_on_disk() == {}
