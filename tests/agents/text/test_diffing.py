import pytest

from quotaboard.agents.text.diffing import masked, masked_diff


@pytest.mark.parametrize(
    "line",
    [
        "  api_key: canary",
        '  "ANTHROPIC_AUTH_TOKEN": "canary",',
        "OPENROUTER_API_KEY=canary",
        "export X_SECRET='canary with blanks'",
        "note: sk-ant-oat01-canary-canary",
        "note: eyJcanarycanarycanary",
        "url: https://me:canary@host/v1",
        "model: {default: a, api_key: canary, b: 1}",
        "x: " + "c4naryc4nary" * 4,
    ],
)
def test_no_secret_can_be_seen(line: str) -> None:
    assert "canary" not in masked(line)
    assert "c4nary" not in masked(line)


def test_what_is_no_secret_stays() -> None:
    for line in (
        "key_env: MYPROXY_API_KEY",
        "max_tokens: 64000",
        "api_key: null",
        'ANTHROPIC_AUTH_TOKEN: ""',
        "api_key: ${RELAY_KEY}",
        "default: anthropic/claude-sonnet-4.6",
        "base_url: https://openrouter.ai/api/v1",
    ):
        assert masked(line) == line


def test_a_secret_that_is_known_is_hidden_wherever_it_stands() -> None:
    assert masked("note: abcd-efg", ["abcd-efg"]) == "note: <secret>"


def test_a_diff_shows_what_changes() -> None:
    before = b"a: 1\nmodel:\n  provider: anthropic\n  api_key: canary-1\nz: 1\n"
    after = before.replace(b"anthropic", b"openrouter").replace(b"canary-1", b"null")
    assert masked_diff("config.yaml", before, after) == (
        "--- config.yaml\n+++ config.yaml\n@@ -1,5 +1,5 @@\n a: 1\n model:\n"
        "-  provider: anthropic\n-  api_key: <secret>\n+  provider: openrouter\n+  api_key: null\n z: 1"
    )


def test_words_that_begin_like_a_key_stay_readable() -> None:
    text = '"skipBootstrap": true, "primary": "openrouter/skywork-model"'
    assert masked(text) == text
