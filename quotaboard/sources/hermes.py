"""Credentials of Hermes Agent: its pool, its `.env` and its own Anthropic login."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from quotaboard.domain.lane import Credential, Kind
from quotaboard.sources import claude_code
from quotaboard.sources.base import Found, Lack, Surroundings, Wanted
from quotaboard.sources.documents import shown
from quotaboard.sources.hermes_home import Contents, Row, contents, homes
from quotaboard.sources.naming import slug, variable_name
from quotaboard.sources.tokens import VARIABLES, hold, is_subscription, kind_of, lacking

WORD: Final = "hermes"

_PROVIDERS = {"openai-codex": "codex"}
"""Where Hermes's id of a provider is not ours."""

_PUBLIC_HOSTS = {"api.anthropic.com", "openrouter.ai", "chatgpt.com", "api.openai.com"}


def discover(around: Surroundings) -> list[Found]:
    """Every row of every home, and a row for each file that cannot be read."""
    everything = [contents(home) for home in homes(around)]
    found = [_found(row, everything, around) for row in _all_rows(everything)]
    return [*found, *_troubles(everything)]


def read(wanted: Wanted, around: Surroundings) -> Found:
    """By label, id or variable, in the home in use first; without any, the first that Hermes lists."""
    everything = [contents(home) for home in homes(around)]
    row = _choose(list(_all_rows(everything)), wanted)
    if row is not None:
        return _found(row, everything, around)
    if troubles := _troubles(everything):
        return replace(troubles[0], credential=replace(troubles[0].credential, source=_source(wanted.detail)))
    return _nothing(wanted, everything)


def _choose(rows: Sequence[Row], wanted: Wanted) -> Row | None:
    if wanted.detail is None:
        return next((row for row in rows if wanted.provider in (None, _provider(row))), None)
    fitting = [row for row in rows if _fits(row, wanted.provider)]
    for matches in (_has_label, _has_id, _has_profile_and_label):
        if row := next((row for row in fitting if matches(row, wanted.detail)), None):
            return row
    return None


def _fits(row: Row, provider: str | None) -> bool:
    """An endpoint that the user described to Hermes himself may speak any provider's language."""
    return provider in (None, _provider(row)) or row.provider.startswith("custom:")


def _has_label(row: Row, detail: str) -> bool:
    return row.label == detail


def _has_id(row: Row, detail: str) -> bool:
    return bool(row.id) and row.id == detail


def _has_profile_and_label(row: Row, detail: str) -> bool:
    return row.home.profile is not None and f"{row.home.profile}/{row.label}" == detail


def _all_rows(everything: Iterable[Contents]) -> Iterable[Row]:
    """Pool rows, then what lies beside the pool and is not listed in it."""
    for each in everything:
        yield from each.rows
        listed = {row.source for row in each.rows}
        if each.login and each.login.source not in listed:
            yield each.login
        for variable, provider in VARIABLES.items():
            if each.variables.get(variable) and f"env:{variable}" not in listed:
                yield _variable_row(variable, provider, each)


def _variable_row(variable: str, provider: str, within: Contents) -> Row:
    address = within.variables.get(f"{provider.upper()}_BASE_URL") or None
    path = within.home.path / ".env"
    return Row(variable, provider, f"env:{variable}", within.home, path, base_url=address)


def _found(row: Row, everything: Sequence[Contents], around: Surroundings) -> Found:
    credential = Credential(
        name=variable_name(row.label) if row.label in VARIABLES else slug(row.label, "hermes"),
        provider=_provider(row),
        kind=Kind.OAUTH if row.oauth else Kind.API_KEY,
        source=_source(_word_for(row, everything)),
        found_in=(_place(row),),
        expires_at=row.expires_at,
        fingerprint=row.fingerprint,
        base_url=_base_url(row),
        reads_usage=row.is_login,
    )
    if row.token is None:
        return _borrowed(row, credential, everything, around)
    credential = _by_token(credential, row.token, row)
    if not row.token.strip():
        sentence = (
            f"{shown(row.path)} holds an empty token for {row.label}: sign in again with `hermes auth add`."
        )
        return lacking(credential, sentence, path=row.path)
    return hold(credential, row.token, around.now, renew=_renewal(row), path=row.path)


def _by_token(credential: Credential, token: str, row: Row) -> Credential:
    """The facts that the token itself shows; Hermes calls a gateway's bearer an API key too."""
    if is_subscription(token):
        setup = row.source == "env:CLAUDE_CODE_OAUTH_TOKEN"
        return replace(credential, kind=Kind.SETUP_TOKEN if setup else Kind.OAUTH, reads_usage=row.is_login)
    if credential.kind is Kind.OAUTH:
        return credential
    bearer = row.source == "env:ANTHROPIC_AUTH_TOKEN"
    return replace(credential, kind=kind_of(token, bearer=bearer), reads_usage=True)


@dataclass(frozen=True, slots=True)
class _Held:
    """A secret that a borrowed row may stand for, and the place that holds it."""

    found: Found
    word: str
    """Hermes's word for that place."""


def _borrowed(
    row: Row, credential: Credential, everything: Sequence[Contents], around: Surroundings
) -> Found:
    """The row with its secret, found by fingerprint, else by place, where it may have been renewed since."""
    held = _holders(row, everything, around)
    known = (one for one in held if row.fingerprint and one.found.credential.fingerprint == row.fingerprint)
    same = next(known, None) or next((one for one in held if one.word == row.source), None)
    if same is None:
        return lacking(credential, _unmatched(row), path=row.path)
    facts = same.found.credential
    joined = replace(
        credential,
        kind=facts.kind,
        plan=facts.plan,
        account=facts.account,
        expires_at=facts.expires_at,
        fingerprint=facts.fingerprint or row.fingerprint,
        reads_usage=facts.reads_usage,
    )
    return replace(same.found, credential=joined)


def _holders(row: Row, everything: Sequence[Contents], around: Surroundings) -> list[_Held]:
    """Every secret near by, with the word by which this row may point at it."""
    held = [_Held(found, "claude_code") for found in claude_code.discover(around)]
    for each in sorted(everything, key=lambda each: each.home != row.home):
        # What another profile holds may be the same secret, but this row does not point there.
        near = each.home == row.home
        for name, value in each.variables.items():
            if value:
                held.append(_Held(_kept(row, value, around, f"env:{name}"), f"env:{name}" if near else ""))
        if each.login:
            held.append(_Held(_found(each.login, everything, around), "hermes_pkce" if near else ""))
        held += [_Held(_kept(row, value, around, "config"), "") for value in each.scalars]
    for name in sorted({row.source.removeprefix("env:"), *VARIABLES}):
        if exported := around.variable(name):
            held.append(_Held(_kept(row, exported, around, f"env:{name}"), f"env:{name}"))
    return held


def _kept(row: Row, value: str, around: Surroundings, word: str) -> Found:
    bare = replace(row, source=word, is_login=False)
    credential = Credential("", _provider(row), Kind.API_KEY, WORD, (_place(row),))
    return hold(_by_token(credential, value, bare), value, around.now, renew=_renewal(row), path=row.path)


def _unmatched(row: Row) -> str:
    if row.source == "claude_code":
        return f"Hermes borrows {row.label} from Claude Code, which is not signed in: {claude_code.SIGN_IN}."
    if row.source.startswith("env:"):
        variable, env = row.source.removeprefix("env:"), shown(row.home.path / ".env")
        return f"Hermes takes {row.label} from {variable}, which is not set: put it into {env}."
    return (
        f"Hermes keeps the secret of {row.label} elsewhere ({row.source}): "
        'name that place in the config, for example source = "env:NAME".'
    )


def _troubles(everything: Sequence[Contents]) -> list[Found]:
    return [
        Found(
            Credential("hermes", "anthropic", Kind.OAUTH, WORD, (f"Hermes {path.name}",), reads_usage=False),
            trouble=trouble.sentence,
            lack=Lack.MISSING,
            path=path,
        )
        for each in everything
        for path, trouble in each.troubles
    ]


def _nothing(wanted: Wanted, everything: Sequence[Contents]) -> Found:
    kind = Kind.OAUTH if wanted.provider in (None, "anthropic") else Kind.API_KEY
    credential = Credential(
        slug(wanted.detail or "", WORD),
        wanted.provider or "anthropic",
        kind,
        _source(wanted.detail),
        ("Hermes pool",),
    )
    what = f'credential called "{wanted.detail}"' if wanted.detail else "credential"
    whose = f" for {wanted.provider}" if wanted.provider else ""
    place = shown(everything[0].home.path)
    sentence = f"Hermes has no {what}{whose} in {place}: `hermes auth list` shows what it has."
    return lacking(credential, sentence)


def _word_for(row: Row, everything: Sequence[Contents]) -> str:
    """The label where it leads back to this row, else the id, else the profile and the label."""
    rows = list(_all_rows(everything))
    for word in (row.label, row.id, f"{row.home.profile}/{row.label}"):
        if word and _choose(rows, Wanted(word)) == row:
            return word
    return row.label


def _source(detail: str | None) -> str:
    return f"{WORD}:{detail}" if detail else WORD


def _provider(row: Row) -> str:
    return _PROVIDERS.get(row.provider, row.provider)


def _place(row: Row) -> str:
    by_file = {".env": "Hermes .env", ".anthropic_oauth.json": "Hermes login"}
    place = by_file.get(row.path.name, "Hermes pool")
    return f"{place} (profile {row.home.profile})" if row.home.profile else place


def _base_url(row: Row) -> str | None:
    """None for a public host, which the provider knows itself."""
    if row.base_url is None:
        return None
    try:
        host = urlsplit(row.base_url).hostname
    except ValueError:
        return None
    return None if host in _PUBLIC_HOSTS else row.base_url


def _renewal(row: Row) -> str:
    if row.source == "claude_code":
        return claude_code.RENEW
    return (
        "start Hermes once so that it renews its login"
        if row.is_login
        else "add a new one with `hermes auth add`"
    )
