"""Commands as somebody runs them who is not root."""

import os
import shutil

import pytest


def as_a_person() -> list[str]:
    """What comes before a command so that it may enter and read no more than its user: root gives that up."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may read everything, and there is no setpriv to give that up")
    rights = "-dac_override,-dac_read_search"
    return [setpriv, "--bounding-set", rights, "--inh-caps", rights]
