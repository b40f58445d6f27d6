"""Finds a running `make run` by its state directory, for commands typed beside it.

Standard library only and importing nothing of ours: `foundation.env` asks it before settings exist.
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
    """A live platform: its address, and the settings its own processes were given."""

    url: str
    settings: dict[str, str]


def state_dir() -> Path:
    """`STATE_DIR`, or `.state` in the checkout."""
    given = os.environ.get("STATE_DIR")
    # Not Path's own: it fails where there is no such user, of whom this makes a folder's name.
    return Path(os.path.expanduser(given)).absolute() if given else CHECKOUT / ".state"


def running(folder: Path | None = None) -> Running | None:
    """The platform whose launcher lives, or None. Files prove nothing: a killed launcher leaves them."""
    folder = folder or state_dir()
    try:
        if not _is_locked(folder / LOCK):
            return None
        url = json.loads((folder / RUN).read_text())["url"]
        return Running(url, json.loads((folder / SETTINGS).read_text()))
    except (OSError, ValueError, KeyError):
        return None  # none there, not ours to read, or a launcher that is only just starting or stopping


def _is_locked(lock: Path) -> bool:
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
