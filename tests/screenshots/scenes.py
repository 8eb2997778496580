"""What is pictured: scenarios of the embedded provider, at the sizes that matter."""

from dataclasses import dataclass
from datetime import timedelta

from quotaboard.tui.draw.palette import DARK

BIG, WIDE, MEDIUM, PANE, STRIP = (220, 60), (140, 45), (80, 24), (40, 12), (32, 8)
THEMES = ("quotaboard-light", "quotaboard-contrast", "quotaboard-mono", "gruvbox-dark", "catppuccin-latte")


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture."""

    scenario: str
    size: tuple[int, int] = WIDE
    keys: tuple[str, ...] = ()
    """What is pressed before it is taken."""
    called: str = ""
    """What it shows, where the scenario's name does not say it."""
    theme: str = DARK
    consent: bool = True
    """Whether looks are allowed; without any the board begins with the first run."""

    report: timedelta | None = None
    """So long a time is told by `quotaboard report`, in the place of the board."""

    @property
    def name(self) -> str:
        if self.report is not None:
            return "report"
        columns, lines = self.size
        return f"{self.called or self.scenario}-{columns}x{lines}"


SCENES = (
    Scene("tools-gated"),
    Scene("tools-gated", called="switch", keys=("s",), size=(100, 36)),
    Scene("tools-gated", called="lane", keys=("enter", "3"), size=(140, 45)),
    Scene("tools-gated", called="alerts", keys=("A",), size=(100, 24)),
    Scene("fleet", STRIP),
    Scene("fleet", PANE),
    Scene("fleet", MEDIUM),
    Scene("fleet"),
    Scene("fleet", BIG),
    Scene("bare-429"),
    Scene("paid"),
    Scene("fleet", called="first-run", consent=False, size=(100, 32)),
    Scene("fleet", called="help", keys=("question_mark",), size=(100, 36)),
    Scene("tools-gated", report=timedelta(days=7)),
    *(Scene("tools-gated", (100, 32), called=theme, theme=theme) for theme in THEMES),
)
"""The README shows the first three, and a pane."""
