"""The simulated provider as a function: a request and a moment in, an answer out. No sockets, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime

from quotaboard.simulator import answers
from quotaboard.simulator.answers import Answer, Refusal, json_answer
from quotaboard.simulator.endpoints import find_endpoint
from quotaboard.simulator.facts import OAUTH_BETA, Presented, RequestFacts
from quotaboard.simulator.scenario import CredentialKind, CredentialState, Scenario
from quotaboard.simulator.scripted import find_other, scripted_answer, unknown_key
from quotaboard.simulator.state import AccountState, Asked

LOGIN_PREFIX = "/api/oauth/"
"""Endpoints about a login: they need no beta header, and neither keys nor setup-tokens open them."""
CDN_HEADERS = {"server": "cloudflare", "cf-cache-status": "DYNAMIC", "x-robots-tag": "none"}


@dataclass(frozen=True, slots=True)
class Handled:
    """An answer, and the name of the account that it was for."""

    answer: Answer
    account: str | None


class Service:
    """A scenario while it is being served: all that changes is how much its accounts have used."""

    def __init__(self, scenario: Scenario, started_at: datetime) -> None:
        self._states = {
            account.token: AccountState(account, number, started_at)
            for number, account in enumerate(scenario.accounts, start=1)
        }
        self._requests = 0
        self._others = scenario.others
        self._started_at = started_at

    def handle(self, facts: RequestFacts, now: datetime) -> Handled:
        """Answer one request at one moment."""
        self._requests += 1
        request_id = f"req_011Csim{self._requests:015d}"
        scripted = self._scripted(facts, now)
        if scripted is not None:
            headers = {"date": format_datetime(now, usegmt=True), "request-id": request_id}
            answer = replace(scripted.answer, headers={**headers, **scripted.answer.headers})
            return replace(scripted, answer=answer)
        state = self._find(facts.presented)
        answer = _route(facts, state, now, request_id)
        headers = {"date": format_datetime(now, usegmt=True), **CDN_HEADERS, "request-id": request_id}
        if state is not None:
            headers["anthropic-organization-id"] = state.organization
        answered = replace(answer, headers={**headers, **answer.headers})
        return Handled(answered, state.account.name if state is not None else None)

    def _scripted(self, facts: RequestFacts, now: datetime) -> Handled | None:
        """The answer of another provider; None for Anthropic's own."""
        other = find_other(self._others, facts)
        if other is not None:
            return Handled(scripted_answer(other, facts, self._started_at, now), other.name)
        refused = unknown_key(self._others, facts)
        return None if refused is None else Handled(refused, None)

    def _find(self, presented: Presented | None) -> AccountState | None:
        """The account behind a credential, if it is presented the way its kind must be."""
        state = self._states.get(presented.token) if presented is not None else None
        if state is None or presented is None:
            return None
        is_key = state.account.kind is CredentialKind.API_KEY
        return state if presented.bearer is not is_key else None


def _route(facts: RequestFacts, state: AccountState | None, now: datetime, request_id: str) -> Answer:
    if facts.path == "/api/hello" and facts.method in {"GET", "HEAD"}:
        return json_answer(200, {"message": "hello"})
    endpoint = find_endpoint(facts.method, facts.path)
    if endpoint is None:
        return answers.NOT_FOUND.answer(request_id)
    if facts.presented is None or state is None:
        return _refuse_stranger(facts).answer(request_id)
    refusal = _refuse_account(facts, state)
    if refusal is not None:
        return refusal.answer(request_id)
    if not facts.path.startswith(LOGIN_PREFIX) and "anthropic-version" not in facts.headers:
        return answers.bad_request("anthropic-version: header is required").answer(request_id)
    return endpoint(Asked(facts, state, now, request_id))


def _refuse_stranger(facts: RequestFacts) -> Refusal:
    """Why a credential that belongs to no account is refused."""
    if facts.presented is None:
        return answers.NO_CREDENTIAL
    if _lacks_beta(facts):
        return answers.OAUTH_BETA_MISSING
    return answers.INVALID_BEARER if facts.presented.bearer else answers.INVALID_KEY


def _refuse_account(facts: RequestFacts, state: AccountState) -> Refusal | None:
    """Why a known credential does not open this endpoint, or None if it does."""
    for_login = facts.path.startswith(LOGIN_PREFIX)
    match state.account.state, state.account.kind:
        case _ if _lacks_beta(facts):
            return answers.OAUTH_BETA_MISSING
        case CredentialState.EXPIRED, _:
            return answers.EXPIRED
        case CredentialState.REVOKED, _:
            return answers.REVOKED
        case _, CredentialKind.API_KEY if for_login:
            return answers.INVALID_CREDENTIALS
        case _, CredentialKind.SETUP_TOKEN if for_login:
            return answers.SCOPE_MISSING
        case _:
            return None


def _lacks_beta(facts: RequestFacts) -> bool:
    presented = facts.presented
    if presented is None or not presented.bearer or facts.path.startswith(LOGIN_PREFIX):
        return False
    return OAUTH_BETA not in facts.betas
