"""A line of quotaboard in tmux's status line: put in, taken out, and looked after."""
