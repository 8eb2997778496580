"""Claude Code's login in the macOS Keychain, on an explicit action only: the system may ask the user.

Not a source that the config can name, so that no poll can ever open a dialog.
"""

from __future__ import annotations

import binascii
import hashlib
import re
import subprocess
import unicodedata
from datetime import timedelta
from pathlib import Path

from quotaboard.domain.lane import Credential, Kind
from quotaboard.sources import claude_code
from quotaboard.sources.base import Found, Surroundings
from quotaboard.sources.claude_state import ClientState, client_state, state_path
from quotaboard.sources.documents import Trouble, parse_json
from quotaboard.sources.tokens import lacking

SECURITY = Path("/usr/bin/security")
SERVICE = "Claude Code-credentials"
LABEL = "macOS Keychain (Claude Code)"
LIMIT = timedelta(seconds=20)
"""Long enough for a person to read the dialog and decide."""

_PLAIN_ACCOUNT = re.compile(r"[A-Za-z0-9._-]+")


def service(around: Surroundings) -> str:
    """The item's service; each config folder that was named has its own."""
    folder = around.variable("CLAUDE_SECURESTORAGE_CONFIG_DIR") or around.variable("CLAUDE_CONFIG_DIR")
    if folder is None:
        return SERVICE
    digest = hashlib.sha256(unicodedata.normalize("NFC", folder).encode()).hexdigest()
    return f"{SERVICE}-{digest[:8]}"


def command(around: Surroundings, security: Path = SECURITY) -> list[str]:
    """The command that prints the item. With the account, because several items may share the service."""
    user = around.variable("USER") or ""
    account = user if _PLAIN_ACCOUNT.fullmatch(user) else "claude-code-user"
    return [str(security), "find-generic-password", "-s", service(around), "-a", account, "-w"]


def read(around: Surroundings, *, security: Path = SECURITY, limit: timedelta = LIMIT) -> Found:
    """Claude Code's login as the Keychain hands it out."""
    nothing = Credential("claude", "anthropic", Kind.OAUTH, claude_code.WORD, (LABEL,))
    printed = _ask(command(around, security), around, limit)
    if isinstance(printed, Trouble):
        return lacking(nothing, printed.sentence)
    document = parse_json(_readable(printed), Path(LABEL), claude_code.SIGN_IN)
    if isinstance(document, Trouble):
        return lacking(nothing, document.sentence)
    told = client_state(state_path(around))
    state = told if isinstance(told, ClientState) else None
    return claude_code.login_in(document, state, around, label=LABEL, source=claude_code.WORD, path=None)


def _ask(argv: list[str], around: Surroundings, limit: timedelta) -> str | Trouble:
    # It needs to find the user's keychains and nothing else; our own variables may hold secrets.
    environment = {"HOME": str(around.home), "PATH": "/usr/bin:/bin"}
    try:
        finished = subprocess.run(
            argv,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit.total_seconds(),
            check=False,
        )
    except FileNotFoundError:
        return Trouble(f"There is no {argv[0]}: the Keychain exists on macOS only.")
    except subprocess.TimeoutExpired:
        seconds = round(limit.total_seconds())
        return Trouble(f"The Keychain took more than {seconds} s: allow it in its dialog, then try again.")
    except OSError as error:
        return Trouble(f"{argv[0]} cannot be started ({error.strerror}): check that it is executable.")
    match finished.returncode:
        case 0:
            return finished.stdout.decode(errors="replace").strip()
        case 44:
            return Trouble(f"The Keychain has no login of Claude Code: {claude_code.SIGN_IN}.")
        case 128:
            return Trouble("The Keychain was not opened, because its dialog was refused: nothing was read.")
        case code:
            return Trouble(f"The Keychain refused (exit {code}): unlock it, then try again.")


def _readable(printed: str) -> str:
    """`security` prints a value with line ends as hex."""
    if printed.startswith("{"):
        return printed
    try:
        return binascii.unhexlify(printed.removeprefix("0x")).decode()
    except ValueError:
        return printed
