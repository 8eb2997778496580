"""Where the lab's own program keeps its key."""

from typing import Final

from quotaboard.domain.lane import Credential, Kind
from quotaboard.domain.secret import Secret
from quotaboard.sources.base import Found, Surroundings, Wanted
from quotaboard.sources.tokens import lacking

WORD: Final = "example-lab"


def discover(around: Surroundings) -> list[Found]:
    found = read(Wanted(), around)
    return [found] if found.secret is not None else []


def read(wanted: Wanted, around: Surroundings) -> Found:
    name = wanted.name or WORD
    credential = Credential(name, "example-lab", Kind.API_KEY, WORD, found_in=("Example Lab",))
    path = around.home / ".example-lab-key"
    try:
        key = path.read_text(encoding="utf-8").strip()
    except OSError:
        return lacking(credential, "Example Lab is not set up here: write its key to ~/.example-lab-key.")
    return Found(credential, Secret(key), path=path)
