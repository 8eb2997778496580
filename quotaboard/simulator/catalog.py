"""The models that the simulated provider serves, and the words it has for plans."""

import re
from dataclasses import dataclass

_DATED = re.compile(r"-20\d{6}$")


@dataclass(frozen=True, slots=True)
class CatalogModel:
    """One entry of the models endpoint."""

    id: str
    display_name: str
    created_on: str
    """ISO date, made up but in the order of the releases."""


MODELS = (
    CatalogModel("claude-opus-5-5", "Claude Opus 5.5", "2026-10-01"),
    CatalogModel("claude-fable-5-2", "Claude Fable 5.2", "2026-09-20"),
    CatalogModel("claude-sonnet-5-5", "Claude Sonnet 5.5", "2026-09-10"),
    CatalogModel("claude-haiku-5-5", "Claude Haiku 5.5", "2026-09-01"),
    CatalogModel("claude-fable-5-1", "Claude Fable 5.1", "2026-08-15"),
    CatalogModel("claude-fable-5", "Claude Fable 5", "2026-06-15"),
    CatalogModel("claude-opus-5", "Claude Opus 5", "2026-06-01"),
    CatalogModel("claude-sonnet-5", "Claude Sonnet 5", "2026-05-01"),
    CatalogModel("claude-opus-4-8", "Claude Opus 4.8", "2026-04-10"),
    CatalogModel("claude-opus-4-7", "Claude Opus 4.7", "2026-03-10"),
    CatalogModel("claude-sonnet-4-6", "Claude Sonnet 4.6", "2026-02-17"),
    CatalogModel("claude-opus-4-6", "Claude Opus 4.6", "2026-02-05"),
    CatalogModel("claude-opus-4-5", "Claude Opus 4.5", "2025-11-24"),
    CatalogModel("claude-haiku-4-5", "Claude Haiku 4.5", "2025-10-01"),
    CatalogModel("claude-sonnet-4-5", "Claude Sonnet 4.5", "2025-09-29"),
)

_BY_ID = {model.id: model for model in MODELS}

ORGANIZATION_TYPES = {
    "pro": ("claude_pro", "default_claude_ai"),
    "max_5x": ("claude_max", "default_claude_max_5x"),
    "max_20x": ("claude_max", "default_claude_max_20x"),
    "team": ("claude_team", "default_raven"),
    "enterprise": ("claude_enterprise", "default_raven"),
}
"""Per plan: the profile's `organization_type` and `rate_limit_tier`."""


def find_model(model: str) -> CatalogModel | None:
    """The entry for an id, also for a dated one such as `claude-haiku-4-5-20251001`."""
    return _BY_ID.get(_DATED.sub("", model))
