"""Pretend agents of a scenario: which there are, and which accounts each could be put on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from quotaboard.simulator.tables import Table


class AgentKind(StrEnum):
    """Whose config files are laid."""

    HERMES = "hermes"
    CLAUDE_CODE = "claude-code"
    OPENCLAW = "openclaw"


@dataclass(frozen=True, slots=True)
class Line:
    """An account, and the model that is asked of it."""

    account: str
    model: str


@dataclass(frozen=True, slots=True)
class PretendAgent:
    """One agent as it stands when the demo begins."""

    kind: AgentKind
    on: Line
    others: tuple[Line, ...] = ()
    """What else it could be put on."""

    @property
    def lines(self) -> tuple[Line, ...]:
        return (self.on, *self.others)

    def name_of(self, line: Line) -> str:
        """What it calls this line: the account, and the model where it has several of that account."""
        several = sum(other.account == line.account for other in self.lines) > 1
        short = line.model.rpartition("/")[2].removeprefix("claude-")
        return f"{line.account}-{short}" if several else line.account


def read_agent(table: Table, models: Mapping[str, tuple[str, ...]]) -> PretendAgent:
    """One entry of `[[agents]]`; `models` has those of each account."""
    kind = table.choice("kind", AgentKind, None)
    on = _line(table, "on", table.text("on"), models)
    others = tuple(_line(table, "others", text, models) for text in table.texts("others"))
    table.close()
    return PretendAgent(kind, on, others)


def _line(table: Table, key: str, text: str, models: Mapping[str, tuple[str, ...]]) -> Line:
    """`ACCOUNT/MODEL`, as a lane begins."""
    account, _, model = text.partition("/")
    if account not in models:
        raise table.error(key, f"names the account {account!r}, which is not among {', '.join(models)}.")
    if model not in models[account]:
        raise table.error(
            key, f"must be ACCOUNT/MODEL with one of {', '.join(models[account])}, got {text!r}."
        )
    return Line(account, model)
