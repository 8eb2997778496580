"""The config file: where it is, what may stand in it, and what is in force."""
