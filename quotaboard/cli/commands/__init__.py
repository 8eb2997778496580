"""One file per command; `quotaboard.cli.registry` says what each must have."""
