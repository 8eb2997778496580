"""Where credentials are found: other programs' files, the environment, our own keyring items.

Everything is read afresh at each use. What belongs to another program is never written, refreshed, moved or
copied. `catalog.find_all` lists what is there; `catalog.resolve` reads what the config names.
"""
