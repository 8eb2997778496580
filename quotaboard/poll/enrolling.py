"""How a credential comes to be watched: what the store keeps of it, and its agenda."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from quotaboard.config.values import Config
from quotaboard.poll.agenda import Agenda
from quotaboard.poll.casebook import Casebook
from quotaboard.poll.means import Means
from quotaboard.poll.metering import meter_key
from quotaboard.poll.plan import Tier
from quotaboard.poll.watching import Watched
from quotaboard.store.credentials import Known
from quotaboard.store.store import Store

Role = tuple[str, bool, bool]
"""A lane by its id, whether an agent uses it, and whether it is a spare one."""


def roles_of(watched: Iterable[Watched]) -> list[Role]:
    """What each lane is for."""
    return [(lane.id, lane.id in one.used, lane.id in one.spare) for one in watched for lane in one.lanes]


def known_of(watched: Watched, config: Config) -> Known:
    """What the store keeps of it."""
    return Known(
        credential=watched.credential,
        consent=True if watched.entry.probe else None,
        daily_budget=config.budget_of(watched.entry),
        trouble=watched.trouble,
        hint=watched.hint,
        hides=watched.provider.hides if watched.provider else None,
    )


class Enrolment(NamedTuple):
    """What agendas are made with."""

    store: Store
    config: Config
    means: Means

    def agenda(self, watched: Watched, before: Agenda | None, held: str | None, now: datetime) -> Agenda:
        """The one that it had, while its secret is the same; else a new one, from what is stored.

        `held` tells the secret that an earlier run knew.
        """
        secret = watched.credential.fingerprint
        if before is not None and before.book.watched.credential.fingerprint == secret:
            before.book.describe(watched)
            before.change()
            return before
        agenda = Agenda(Casebook(watched, self.store, now), self.config, self.means)
        standings = self.store.verdicts.all()
        agenda.take_standings(standings)
        if before is not None or held not in (None, secret):
            # The secret is another one now: what was refused because of the old one is asked again at once.
            agenda.book.forget_meter()
            self.store.schedule.drop(
                [
                    meter_key(Tier.USAGE, watched.name),
                    *(
                        lane.id
                        for lane in watched.lanes
                        if lane.id in standings and standings[lane.id].judgement.scope == "credential"
                    ),
                ]
            )
        return agenda
