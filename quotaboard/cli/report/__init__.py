"""The board and its history as one page that needs nothing else: HTML, or a picture."""
