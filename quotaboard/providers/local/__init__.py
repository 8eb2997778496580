"""Servers on one's own machine.

They are asked for their lists alone: a completion would load gigabytes into memory.
"""
