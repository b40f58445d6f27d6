"""Finds a platform started by `make run` through its state directory, so that commands can use its servers.

Imports only the standard library, because `foundation.env` uses this module before the settings exist.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
LOCK, RUN, SETTINGS = "lock", "run.json", "settings.json"


@dataclass(frozen=True)
class Running:
    """Describes a running platform: its web address, and the environment variables that its processes got."""

    url: str
    settings: dict[str, str]


def find_state_dir() -> Path:
    """Returns the folder where `make run` keeps its files: STATE_DIR of the environment, or .state in the checkout."""
    given = os.environ.get("STATE_DIR")
    # Path.expanduser raises for an unknown user; this one leaves the name as it is.
    return Path(os.path.expanduser(given)).absolute() if given else CHECKOUT / ".state"


def find_platform(folder: Path | None = None) -> Running | None:
    """Returns the platform that runs with this state directory; None if no launcher holds the lock file in it.

    The lock decides, because a launcher that was killed leaves its other files behind.
    """
    folder = folder or find_state_dir()
    try:
        if not _is_locked(folder / LOCK):
            return None
        url = json.loads((folder / RUN).read_text())["url"]
        return Running(url, json.loads((folder / SETTINGS).read_text()))
    except (OSError, ValueError, KeyError):
        return None  # missing, not readable, or its launcher is starting or stopping


def _is_locked(lock: Path) -> bool:
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
