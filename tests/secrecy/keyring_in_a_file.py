"""A keyring for tests that run real processes: what one stores, the next one finds."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class FileKeyring(KeyringBackend):
    """Trusted as a real one would be; its file is the one place outside a request where a secret belongs."""

    priority = 5

    def _kept(self) -> dict[str, str]:
        path = Path(os.environ["TEST_KEYRING"])
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def _keep(self, kept: dict[str, str]) -> None:
        Path(os.environ["TEST_KEYRING"]).write_text(json.dumps(kept))

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep(self._kept() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._keep({key: value for key, value in self._kept().items() if key != f"{service}/{username}"})
