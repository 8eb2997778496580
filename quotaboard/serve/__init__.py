"""What is known, over HTTP on this machine alone: metrics, JSON, and the board in a browser."""
