"""Any sign that a text may hold."""

from hypothesis import strategies as st

ANY = st.characters(exclude_categories=["Cs"])
"""Those of `st.text()`, which asks UTF-8 about each of a million code points: a second for each worker."""
