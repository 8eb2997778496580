"""What is true about lanes: values, rules over values, and nothing that acts (no I/O, no clock)."""
