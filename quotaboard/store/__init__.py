"""What was seen, on disk: facts, never secrets, never prompts. `opening.open_store` is the way in."""
