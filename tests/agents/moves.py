"""Moving an agent by hand: what is planned, refused, and read back after it was written."""

from dataclasses import dataclass

from quotaboard.agents import facade
from quotaboard.agents.base import Surroundings
from quotaboard.domain.agent import Applied, Refusal, SwitchPlan


@dataclass(frozen=True, slots=True)
class Moves:
    """Of one agent."""

    agent: str

    def planned(self, profile: str, around: Surroundings) -> SwitchPlan:
        plan = facade.plan_switch(self.agent, profile, around)
        assert isinstance(plan, SwitchPlan), plan
        return plan

    def refused(self, profile: str, around: Surroundings) -> Refusal:
        refusal = facade.plan_switch(self.agent, profile, around)
        assert isinstance(refusal, Refusal), refusal
        return refusal

    def switch(self, profile: str, around: Surroundings) -> None:
        applied = facade.apply(self.planned(profile, around), around)
        assert isinstance(applied, Applied), applied
        assert applied.verified
