from datetime import datetime, timedelta

import pytest

from quotaboard.domain.lane import Credential, Kind
from quotaboard.sources.base import Lack
from quotaboard.sources.tokens import hold, kind_of, owner_of

SPOT = Credential("a", "anthropic", Kind.OAUTH, "file:/x", ("The place",))


@pytest.mark.parametrize(
    ("token", "kind", "owner"),
    [
        ("sk-ant-oat01-FAKE", Kind.OAUTH, "anthropic"),
        ("sk-ant-api03-FAKE", Kind.API_KEY, "anthropic"),
        ("sk-or-v1-FAKE", Kind.API_KEY, "openrouter"),
        ("sk-FAKE", Kind.API_KEY, None),
    ],
)
def test_a_token_shows_what_it_is(token: str, kind: Kind, owner: str | None) -> None:
    assert (kind_of(token), owner_of(token)) == (kind, owner)


def test_a_bearer_token_of_nobody_known_is_a_gateways() -> None:
    assert kind_of("gw-1", bearer=True) is Kind.GATEWAY
    assert kind_of("sk-ant-api03-FAKE", bearer=True) is Kind.API_KEY


@pytest.mark.parametrize(
    ("token", "lack", "says"),
    [
        ("", Lack.MISSING, "The place holds an empty token: renew it."),
        (" \n", Lack.MISSING, "The place holds an empty token: renew it."),
        ("sk-ant-oat01-a\nsk-ant-oat01-b", Lack.INVALID, "The place holds something that cannot be a token"),
        ('"sk-ant-oat01-a"', Lack.INVALID, "The place holds something that cannot be a token"),
        ("sk-ant-oat01-\u2026", Lack.INVALID, "The place holds something that cannot be a token"),
        ("sk-ant-oat01-\ud800", Lack.INVALID, "The place holds something that cannot be a token"),
        ("a" * 20000, Lack.INVALID, "The place holds something that cannot be a token"),
        ("sk-ant-ort01-FAKE", Lack.INVALID, "The place holds a refresh token"),
        ("sk-ant-admin01-FAKE", Lack.INVALID, "The place holds an admin key"),
    ],
)
def test_what_must_not_be_sent_is_not_held(token: str, lack: Lack, says: str, now: datetime) -> None:
    found = hold(SPOT, token, now, renew="renew it")
    assert found.secret is None
    assert found.lack is lack
    assert found.trouble is not None
    assert found.trouble.startswith(says)
    assert len(token) < 9 or token not in found.trouble


@pytest.mark.parametrize(("left", "usable"), [(61, True), (60, True), (59, False), (-5, False)])
def test_a_token_about_to_expire_is_left_to_its_owner(left: int, usable: bool, now: datetime) -> None:
    spot = Credential("a", "anthropic", Kind.OAUTH, "x", ("x",), expires_at=now + timedelta(seconds=left))
    found = hold(spot, "sk-ant-oat01-FAKE", now, renew="renew it")
    assert (found.secret is not None) is usable
    assert found.trouble == (None if usable else "This login has expired: renew it.")
    assert found.lack is (None if usable else Lack.EXPIRED)
    assert found.credential.fingerprint
