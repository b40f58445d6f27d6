"""Finds a running `make run` by its state directory, so that commands use its servers.

Imports the standard library only, because `foundation.env` uses it before settings exist.
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
    """Holds the address of a running platform, and the settings that its processes got."""

    url: str
    settings: dict[str, str]


def find_state_dir() -> Path:
    """Returns the directory in `STATE_DIR`, or `.state` in the checkout."""
    given = os.environ.get("STATE_DIR")
    # Path.expanduser raises for an unknown user; this one leaves the name as it is.
    return Path(os.path.expanduser(given)).absolute() if given else CHECKOUT / ".state"


def find_platform(folder: Path | None = None) -> Running | None:
    """Returns the platform whose launcher holds the lock, or None: a killed launcher leaves its files, but no lock."""
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
