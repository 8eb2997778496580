"""What stands on each part of the screen, as lines of styled text.

Nothing here knows Textual. So it can be tested without an app, and the first frame is on the screen before
Textual, which takes 100 ms to load, is asked for.
"""
