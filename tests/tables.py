"""One test over a whole table, where a test for each of its rows would cost more than what it shows."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import pytest

Row = TypeVar("Row")


def for_each(rows: Mapping[str, Row]) -> Callable[[Callable[[Row], None]], Callable[[pytest.Subtests], None]]:
    """Try the test on every row: one that fails is named, and those after it are tried all the same."""
    assert rows, "a table without rows shows nothing"

    def over_all(check: Callable[[Row], None]) -> Callable[[pytest.Subtests], None]:
        def test(subtests: pytest.Subtests) -> None:
            for name, row in rows.items():
                try:
                    check(row)
                except Exception:
                    # Only then a subtest: to report each that passed takes longer than most of them.
                    with subtests.test(name):
                        raise

        test.__name__, test.__qualname__, test.__doc__ = check.__name__, check.__qualname__, check.__doc__
        return test

    return over_all
