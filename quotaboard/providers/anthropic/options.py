"""What helps against a refusal, in words that several rules share; cheapest first."""

OTHER_LANE = "put the agent on a lane that is open"
OFFICIAL = "run this work in Anthropic's own client, on the same plan"
OWN_KEY = "use an API key: billed per token"
ALLOW_EXTRA = "allow extra usage at claude.ai/settings/usage: billed per token"
WAIT = "wait for the reset"
LOG_IN = "open Claude Code once, so that it renews its login"
ASKED_AGAIN = "wait: it is asked again by itself"

AGAINST_A_GATE = (OTHER_LANE, OFFICIAL, OWN_KEY, ALLOW_EXTRA)
