"""Which addresses are this machine, and which only look like it."""

import pytest

from quotaboard.domain.loopback import is_loopback, stays_here


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LocalHost"])
def test_this_machine_is_known_by_each_of_its_names(host: str) -> None:
    assert is_loopback(host)
    assert stays_here(f"http://{f'[{host}]' if ':' in host else host}:8080/v1")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1.stranger.example", "127.stranger.example", "localhost.stranger.example", "localhost.",
        "127.1", "0x7f.0.0.1", "2130706433", "10.0.0.1", "[::2]", "stranger.example", "",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_somebody_else(host: str) -> None:
    assert not is_loopback(host)
    assert not stays_here(f"http://{host}:8080/v1")


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://",
        "http://[::1",
        "127.0.0.1",
        "http://127.0.0.1@stranger.example/",
        "http:/127.0.0.1",
    ],
)
def test_what_is_no_address_stays_nowhere(url: str | None) -> None:
    assert not stays_here(url)
