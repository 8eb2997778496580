"""What an account has used, filling with use and emptying as the clock passes."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from quotaboard.simulator.scenario import DAY, MinuteLimits, OverageSpec, WindowSpec

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
OPENING_STEP = timedelta(minutes=10)
"""Resets of five-hour windows fall on ten-minute marks."""


@dataclass(frozen=True, slots=True)
class WindowNow:
    """One window at one moment, as the headers and the usage endpoint show it."""

    name: str
    family: str | None
    utilization: float
    resets_at: datetime | None
    warns_at: float

    @property
    def status(self) -> str:
        if self.utilization >= 1:
            return "rejected"
        return "allowed_warning" if self.utilization >= self.warns_at else "allowed"

    @property
    def surpassed(self) -> float | None:
        """The threshold that the window has passed: not its utilization."""
        return {"rejected": 1.0, "allowed_warning": self.warns_at}.get(self.status)

    @property
    def claim(self) -> str:
        """The window's name in `representative-claim`."""
        _, _, slug = self.name.partition("_")
        match self.name, slug:
            case "5h", _:
                return "five_hour"
            case _, "":
                return "seven_day"
            case _, "oi":
                return "seven_day_overage_included"
            case _:
                return f"seven_day_{slug}"

    def covers(self, model: str) -> bool:
        """Whether use of the model counts against the window."""
        return self.family is None or self.family in model


@dataclass(slots=True)
class WindowMeter:
    """One window's running count."""

    spec: WindowSpec
    since_at: datetime
    """When the count began: the clock's start, then each window's own."""
    resets_at: datetime | None
    carried: float
    """The fraction that was used at `since_at`."""
    tokens: int = 0

    @classmethod
    def start(cls, spec: WindowSpec, now: datetime) -> "WindowMeter":
        resets_at = now + spec.resets_in if spec.resets_in is not None else None
        return cls(spec, now, resets_at, spec.utilization)

    def read(self, now: datetime) -> WindowNow:
        """The window at a moment, after any reset that has passed."""
        self._roll(now)
        return WindowNow(
            name=self.spec.name,
            family=self.spec.family,
            utilization=self._utilization(now),
            resets_at=self.resets_at,
            warns_at=0.9 if self.spec.length < DAY else 0.75,
        )

    def use(self, tokens: int, now: datetime) -> None:
        """Count a request, opening the window if none is running."""
        self._roll(now)
        if self.resets_at is None:
            ends = (now + self.spec.length).timestamp()
            ends -= ends % OPENING_STEP.total_seconds()
            self.since_at, self.resets_at = now, datetime.fromtimestamp(ends, UTC)
        self.tokens += tokens

    def _utilization(self, now: datetime) -> float:
        own = self.carried + self.tokens / self.spec.tokens
        others = self.spec.per_hour * max(0.0, (now - self.since_at) / HOUR)
        # What others ask for is refused as well, so it cannot lift a spent window any higher.
        return max(own, min(own + others, 1.0))

    def _roll(self, now: datetime) -> None:
        if self.resets_at is None or now < self.resets_at:
            return
        self.carried, self.tokens = 0.0, 0
        if self.spec.opens_on_use:
            self.since_at, self.resets_at = now, None
        else:
            self.since_at = self.resets_at + (now - self.resets_at) // self.spec.length * self.spec.length
            self.resets_at = self.since_at + self.spec.length


@dataclass(frozen=True, slots=True)
class OverageNow:
    """The paid pool at one moment."""

    status: str
    reason: str | None
    utilization: float | None
    surpassed: float | None
    resets_at: datetime | None

    @property
    def pays(self) -> bool:
        return self.status != "rejected"


@dataclass(slots=True)
class OverageMeter:
    """The paid pool's running count. It is not refilled: a month is longer than any scenario runs."""

    spec: OverageSpec
    resets_at: datetime | None
    tokens: int = 0

    @classmethod
    def start(cls, spec: OverageSpec, now: datetime) -> "OverageMeter":
        return cls(spec, now + spec.resets_in if spec.resets_in is not None else None)

    def read(self) -> OverageNow:
        used = self.spec.utilization
        if used is not None:
            used += self.tokens / self.spec.tokens
        surpassed = None if used is None or used < 0.75 else 1.0 if used >= 1 else 0.75
        if not self.spec.allowed:
            return OverageNow("rejected", self.spec.reason, used, surpassed, self.resets_at)
        if surpassed == 1.0:
            return OverageNow("rejected", "org_level_disabled_until", used, surpassed, self.resets_at)
        return OverageNow(
            "allowed_warning" if surpassed else "allowed", None, used, surpassed, self.resets_at
        )


@dataclass(slots=True)
class MinuteMeter:
    """An API key's use in the running minute."""

    limits: MinuteLimits
    minute_at: datetime
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def resets_at(self) -> datetime:
        return self.minute_at + MINUTE

    def turn(self, now: datetime) -> None:
        """Forget the minutes that have passed."""
        if now >= self.resets_at:
            self.minute_at += (now - self.minute_at) // MINUTE * MINUTE
            self.requests = self.input_tokens = self.output_tokens = 0

    def exceeded(self, input_tokens: int) -> str | None:
        """The limit that one more request would exceed, as the refusal words it."""
        if self.requests >= self.limits.requests:
            return f"{self.limits.requests:,} requests per minute"
        if self.input_tokens + input_tokens > self.limits.input_tokens:
            return self.input_limit
        return None

    @property
    def input_limit(self) -> str:
        return f"{self.limits.input_tokens:,} input tokens per minute"

    def use(self, input_tokens: int, output_tokens: int) -> None:
        self.requests += 1
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens

    def empty(self) -> None:
        """Somebody else took the rest of the minute."""
        self.input_tokens = self.limits.input_tokens


@dataclass(slots=True)
class UsageAllowance:
    """How often the usage endpoint still answers: recovery is by ageing only."""

    per_hour: int
    asked_at: deque[datetime] = field(default_factory=deque)

    def admit(self, now: datetime) -> timedelta | None:
        """None and the request is counted, or how long until one is admitted again."""
        while self.asked_at and now - self.asked_at[0] >= HOUR:
            self.asked_at.popleft()
        if len(self.asked_at) < self.per_hour:
            self.asked_at.append(now)
            return None
        return HOUR - (now - self.asked_at[0])
