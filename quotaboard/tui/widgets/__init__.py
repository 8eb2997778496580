"""The parts of the screen. Each draws from a pure function that can be read and tested without an app."""
