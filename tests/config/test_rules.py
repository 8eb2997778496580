import pytest

from quotaboard.config import rules

TOKENS = [
    "sk-ant-oat01-" + "aB3_" * 20,
    "sk-ant-api03-" + "xY9-" * 20,
    "sk-or-v1-" + "0af3" * 16,
    "sk-proj-" + "Ab12" * 10,
    "ghp_" + "a1B2" * 9,
    "gsk_" + "a1B2" * 12,
    "AIzaSy" + "a1B2" * 8,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.c2ln",
    "Bearer abcdefgh12345678",
    "0123456789abcdef" * 3,
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_looks_secret(token: str) -> None:
    assert rules.looks_secret(token)


@pytest.mark.parametrize(
    "text",
    [
        "claude-code",
        "env:CLAUDE_CODE_OAUTH_TOKEN",
        "file:/home/somebody/.config/some-program/credentials/token.json",
        "anthropic/claude-sonnet-4.6",
        "claude-3-5-sonnet-20241022",
        "accounts/fireworks/models/llama-v3p1-405b-instruct",
        "https://bedrock-runtime.eu-central-1.example.com/anthropic/v1",
        "risk-assessment-of-the-day",
    ],
)
def test_an_ordinary_value_does_not_look_secret(text: str) -> None:
    assert not rules.looks_secret(text)


@pytest.mark.parametrize(
    "source",
    [
        "claude-code",
        "hermes",
        "hermes:work",
        "openclaw:anthropic:default",
        "codex",
        "env:ANTHROPIC_API_KEY",
        "keyring",
        "keyring:work",
        "file:~/.config/token",
        "none",
    ],
)
def test_every_source_of_the_design_is_accepted(source: str) -> None:
    assert rules.source_trouble(source) is None


@pytest.mark.parametrize("source", [*TOKENS, *(f"env:{token}" for token in TOKENS), "keyring:" + TOKENS[0]])
def test_a_token_as_source_is_refused_without_being_repeated(source: str) -> None:
    trouble = rules.source_trouble(source)
    assert trouble is not None
    assert "quotaboard key set NAME" in trouble
    assert source.removeprefix("env:")[:12] not in trouble


@pytest.mark.parametrize(
    "source", ["", "env", "env:", "env:A-B", "file:", "file:/", "keychain", "none:x", "hermes:"]
)
def test_any_other_source_is_refused(source: str) -> None:
    assert rules.source_trouble(source) is not None


@pytest.mark.parametrize(
    "url",
    ["https://api.example.com", "https://example.com:8443/v1/", "http://127.0.0.1:8080", "http://[::1]:1/x"],
)
def test_an_address_is_accepted(url: str) -> None:
    assert rules.base_url_trouble(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com",
        "ftp://example.com",
        "https://",
        "https://exa mple.com",
        "https://example.com:port",
        "https://[::1",
        "https://example.com/?key=1",
        "https://example.com/#top",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert rules.base_url_trouble(url) is not None


@pytest.mark.parametrize("url", ["https://me:hunter2@example.com", "https://hunter2@example.com"])
def test_an_address_with_a_password_is_refused_without_being_repeated(url: str) -> None:
    trouble = rules.base_url_trouble(url)
    assert trouble is not None
    assert "hunter2" not in trouble


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.com", True),
        ("http://localhost:1", True),
        ("http://LOCALHOST:1", True),
        ("http://LOCALHOST.:1", False),
        ("http://127.9.8.7", True),
        ("http://[::1]:8080", True),
        ("http://example.com", False),
        ("http://192.168.1.5:11434", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://0.0.0.0", False),
    ],
)
def test_a_secret_goes_over_plain_http_to_this_machine_only(url: str, allowed: bool) -> None:
    assert (rules.plain_http_trouble(url) is None) is allowed


@pytest.mark.parametrize("name", ["User-Agent", "user-agent", "Authorization", "X-API-Key"])
def test_a_shape_never_replaces_who_we_are(name: str) -> None:
    trouble = rules.header_trouble(name, "anything")
    assert trouble is not None
    assert "must not be replaced" in trouble


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "x"),
        ("cookie", "x"),
        ("bad name", "x"),
        ("", "x"),
        ("x-team", "a\r\nb: c"),
        ("x-key", TOKENS[0]),
    ],
)
def test_other_headers_that_make_no_sense_are_refused(name: str, value: str) -> None:
    assert rules.header_trouble(name, value) is not None


def test_an_ordinary_header_is_accepted() -> None:
    assert rules.header_trouble("x-team", "a") is None
