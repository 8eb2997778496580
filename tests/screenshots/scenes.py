"""What is pictured: scenarios of the embedded provider, at the sizes that matter."""

from dataclasses import dataclass

WIDE, MEDIUM, PANE = (140, 45), (80, 24), (40, 12)


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture."""

    scenario: str
    size: tuple[int, int] = WIDE
    keys: tuple[str, ...] = ()
    """What is pressed before it is taken."""
    called: str = ""
    """What it shows, where the scenario's name does not say it."""
    consent: bool = True
    """Whether looks are allowed; without any the board begins with the first run."""

    @property
    def name(self) -> str:
        columns, lines = self.size
        return f"{self.called or self.scenario}-{columns}x{lines}"


SCENES = (
    Scene("tools-gated"),
    Scene("tools-gated", called="switch", keys=("s",), size=(100, 36)),
    Scene("fleet"),
    Scene("fleet", MEDIUM),
    Scene("fleet", PANE),
    Scene("bare-429"),
    Scene("paid"),
    Scene("fleet", called="first-run", consent=False, size=(100, 32)),
    Scene("fleet", called="help", keys=("question_mark",), size=(100, 36)),
    Scene("tools-gated", called="lane", keys=("enter",), size=(100, 36)),
)
"""The README shows the first."""
