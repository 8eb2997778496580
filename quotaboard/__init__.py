"""Which provider lanes will serve the next request, which will not and why, and how long they last."""

__version__ = "0.1.0"
