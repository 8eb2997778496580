"""What is wrong with the config, said so that it can be mended."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in the config file."""

    file: Path
    line: int | None
    """None when no line is known: a made-up number is worse than none."""
    key: str
    """Dotted, with entries of a list numbered from 0; empty when the file as a whole is meant."""
    message: str
    """What must be, what is, and what to do. Never a value that could be a secret."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"
