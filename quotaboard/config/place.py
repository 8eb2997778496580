"""Which config file is in force, and who said so."""

import os
from dataclasses import dataclass
from pathlib import Path

from quotaboard.config.paths import CONFIG_VARIABLE, config_dir


@dataclass(frozen=True, slots=True)
class ConfigPlace:
    """The config file that is in force, whether or not it exists."""

    path: Path
    chosen_by: str
    """`--config`, the environment variable, or `default`."""

    @property
    def must_exist(self) -> bool:
        """A file named on the command line that is not there is a typing error, not an empty config."""
        return self.chosen_by == "--config"


def config_place(named: Path | None = None) -> ConfigPlace:
    """The file named on the command line, else by the environment, else in the user's config folder."""
    if named is not None:
        return ConfigPlace(named.expanduser(), "--config")
    if from_environment := os.environ.get(CONFIG_VARIABLE):
        return ConfigPlace(Path(from_environment).expanduser(), CONFIG_VARIABLE)
    return ConfigPlace(config_dir() / "config.toml", "default")
