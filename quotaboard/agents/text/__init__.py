"""Editors of config texts that change only what they must."""
