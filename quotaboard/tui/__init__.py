"""The board: everything that knows Textual."""
