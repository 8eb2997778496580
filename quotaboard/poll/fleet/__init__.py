"""Other machines, as a Prometheus server knows them: a board of all, and what need not be asked twice."""
