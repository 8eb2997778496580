"""A session whose every name is a pseudonym; what is asked of it by pseudonym is done to what is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from quotaboard.domain.alert import Alert
from quotaboard.domain.board import AgentView, Board, CredentialView
from quotaboard.domain.forecast import WindowKey
from quotaboard.domain.history import Past
from quotaboard.domain.masking import Mask
from quotaboard.poll.identity import learn_board
from quotaboard.poll.session import Moves, Session

if TYPE_CHECKING:
    from quotaboard.domain.agent import Applied, Interrupted, Refusal, Running, SwitchPlan, Undone
    from quotaboard.domain.board import Event
    from quotaboard.poll.switching import Proof

T = TypeVar("T")


class Masked:
    """Speaks the protocol of `quotaboard.poll.session.Session`."""

    def __init__(self, session: Session, mask: Mask) -> None:
        self._session = session
        self._mask = mask
        self._done: dict[tuple[str | None, str], tuple[CredentialView, CredentialView]] = {}
        """Credentials as they were last, and masked: most of a board is the same the next time."""
        self._size = 0

    def board(self, now: datetime) -> Board:
        board = self._session.board(now)
        learn_board(self._mask, board)
        if self._mask.size != self._size:
            self._done, self._size = {}, self._mask.size
        views = tuple(map(self._view, board.credentials))
        return replace(self._mask.value(replace(board, credentials=())), credentials=views)

    def _view(self, view: CredentialView) -> CredentialView:
        key = (view.host, view.credential.name)
        done = self._done.get(key)
        if done is None or done[0] != view:
            done = self._done[key] = (view, self._mask.value(view))
        return done[1]

    async def run(self, changed: Callable[[], None]) -> None:
        await self._session.run(changed)

    def refresh(self, lanes: Sequence[str] | None = None) -> None:
        self._session.refresh(None if lanes is None else [self._mask.real(lane) for lane in lanes])

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - the protocol's
        self._session.pause(paused)

    def history(
        self, credential: str, since: datetime, until: datetime, *, lane: str | None = None, points: int = 400
    ) -> Past:
        mask = self._mask
        meant = None if lane is None else mask.real(lane)
        return mask.value(
            self._session.history(mask.real(credential), since, until, lane=meant, points=points)
        )

    def sparks(
        self, credential: str, now: datetime, count: int
    ) -> Mapping[WindowKey, tuple[float | None, ...]]:
        return self._session.sparks(self._mask.real(credential), now, count)

    def alerts(self) -> Sequence[Alert]:
        return self._mask.value(self._session.alerts())

    def take_alerts(self) -> Sequence[Alert]:
        return self._mask.value(self._session.take_alerts())

    def mute(self, muted: bool) -> None:  # noqa: FBT001 - the protocol's
        self._session.mute(muted)

    @property
    def paused(self) -> bool:
        return self._session.paused

    @property
    def busy(self) -> bool:
        return self._session.busy

    def consent(self, credential: str, granted: bool) -> None:  # noqa: FBT001 - the protocol's
        self._session.consent(self._mask.real(credential), granted)

    def switching(self) -> Moves:
        return MaskedMoves(self._session.switching(), self._mask)

    def reread(self) -> None:
        self._session.reread()


class MaskedMoves:
    """Speaks the protocol of `quotaboard.poll.session.Moves`."""

    hides_names = True

    def __init__(self, moves: Moves, mask: Mask) -> None:
        self._moves = moves
        self._mask = mask
        self._meant: dict[int, tuple[object, object]] = {}
        """What was shown and what is meant, by the identity of the first, which is kept alive here."""

    def agents(self) -> list[AgentView]:
        return self._mask.value(self._moves.agents())

    def running(self, agent: str) -> Running | Refusal:
        return self._mask.value(self._moves.running(self._agent(agent)))

    def recover(self) -> list[Interrupted]:
        return self._mask.value(self._moves.recover())

    def plan(self, agent: str, profile: str) -> SwitchPlan | Refusal:
        return self._shown(self._moves.plan(self._agent(agent), self._mask.real(profile)))

    def apply(self, plan: SwitchPlan) -> Applied | Refusal:
        return self._shown(self._moves.apply(self._real(plan)))

    def undo(self, agent: str) -> Undone | Refusal:
        return self._shown(self._moves.undo(self._agent(agent)))

    def settle(self) -> list[Refusal]:
        return self._mask.value(self._moves.settle())

    def remember(self, done: Applied | Undone | Refusal, agents: Sequence[AgentView] | None = None) -> None:
        """The agents are read again: those that were handed out say pseudonyms."""
        self._moves.remember(self._real(done), None if agents is None else self._moves.agents())

    def events(self, agent: str) -> Sequence[Event]:
        return self._mask.value(list(self._moves.events(self._agent(agent))))

    def stands_since(self, agent: str) -> datetime | None:
        return self._moves.stands_since(self._agent(agent))

    async def prove(self, agent: str) -> Proof:
        return self._mask.value(await self._moves.prove(self._agent(agent)))

    def _agent(self, shown: str) -> str:
        kind, colon, label = shown.partition(":")
        return f"{kind}{colon}{self._mask.real(label)}" if label else shown

    def _shown(self, real: T) -> T:
        shown = self._mask.value(real)
        self._meant[id(shown)] = (shown, real)
        return shown

    def _real(self, shown: T) -> T:
        found = self._meant.get(id(shown))
        return found[1] if found is not None else shown  # type: ignore[return-value] # it was made of it
