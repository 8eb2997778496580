"""Calling a person: what is to be said now, and the ways to say it."""
