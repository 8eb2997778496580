"""Where one account stands: its meters, and which of its rules are in force."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from quotaboard.simulator.facts import MessageFacts, RequestFacts
from quotaboard.simulator.meters import (
    MinuteMeter,
    OverageMeter,
    OverageNow,
    UsageAllowance,
    WindowMeter,
    WindowNow,
)
from quotaboard.simulator.plan_bodies import organization_id
from quotaboard.simulator.scenario import Account, Client, Rule


class AccountState:
    """An account of a scenario while it is being served."""

    def __init__(self, account: Account, number: int, started_at: datetime) -> None:
        self.account = account
        self.number = number
        self.organization = organization_id(number)
        self.minute = MinuteMeter(account.limits, started_at)
        self.usage = UsageAllowance(account.usage_per_hour)
        self._started_at = started_at
        self._windows = [WindowMeter.start(spec, started_at) for spec in account.windows]
        self._overage = OverageMeter.start(account.overage, started_at)
        self._hits: Counter[tuple[int, int]] = Counter()

    def windows(self, now: datetime, model: str | None = None) -> list[WindowNow]:
        """The windows that govern a model, or all of them."""
        windows = [meter.read(now) for meter in self._windows]
        return [window for window in windows if model is None or window.covers(model)]

    def overage(self) -> OverageNow:
        return self._overage.read()

    def open_windows(self, model: str, now: datetime) -> None:
        """Start the windows of a model that begin with a request and are not running."""
        self.use_plan(model, 0, now)

    def use_plan(self, model: str, tokens: int, now: datetime) -> None:
        """Count a request against the windows that govern its model."""
        for meter in self._windows:
            if meter.read(now).covers(model):
                meter.use(tokens, now)

    def use_overage(self, tokens: int) -> None:
        """Bill a request."""
        self._overage.tokens += tokens

    def rule_for(self, facts: MessageFacts, client: Client, now: datetime) -> Rule | None:
        """The first rule that speaks about the request now; a rule that hits only some is counted."""
        for index, rule in enumerate(self.account.rules):
            if rule.fits(facts.shape, client, facts.model, facts.system_length) and self._holds(
                index, rule, now
            ):
                return rule
        return None

    def _holds(self, index: int, rule: Rule, now: datetime) -> bool:
        since = max(now - self._started_at, timedelta()) - rule.after
        if since < timedelta():
            return False
        period, into = divmod(since, rule.every) if rule.every else (0, since)
        if rule.lasts is not None and into >= rule.lasts:
            return False
        if rule.first is None:
            return True
        self._hits[index, period] += 1
        return self._hits[index, period] <= rule.first


@dataclass(frozen=True, slots=True)
class Asked:
    """A request by an account that may make it, with its moment and the id of its answer."""

    facts: RequestFacts
    state: AccountState
    now: datetime
    request_id: str
