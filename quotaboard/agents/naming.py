"""Profiles under names that are each there once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from quotaboard.domain.agent import Profile


def with_given(own: Iterable[Profile], given: Iterable[Profile]) -> tuple[Profile, ...]:
    """The agent's own profiles and those of our config; of two that are called the same, ours counts."""
    ours = {profile.name: profile for profile in given}
    kept = []
    for profile in own:
        namesake = ours.get(profile.name)
        if namesake is None:
            kept.append(profile)
        elif profile.active and namesake.route.same_as(profile.route):
            ours[profile.name] = replace(namesake, active=True)
        elif profile.active:
            kept.append(replace(profile, name=f"{profile.name} (now)"))
    return (*kept, *ours.values())
