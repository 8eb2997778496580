"""The table: which answer of the Messages API means what. First match wins; `proof` names recorded answers.

The order matters and follows how specific a row is: what was served first, then a refusal with a code or a
sentence of its own, then one that only the headers tell; bare statuses come last.
"""

from quotaboard.providers.anthropic.rules import access, gates, limits, money, served
from quotaboard.providers.common import COMMON_RULES

RULES = (
    *served.RULES,
    access.ABOUT_A_FIELD,
    access.GUARD,
    *money.RULES,
    *gates.RULES,
    *limits.RULES,
    *access.RULES,
    *COMMON_RULES,
)
