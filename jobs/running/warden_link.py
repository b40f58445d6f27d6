"""A worker's line to its warden: begun by the main process, written to by its slots."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

from jobs.running import warden

_warden: subprocess.Popen[bytes] | None = None


def begin() -> None:
    """In the worker's main process, before it forks its slots: they inherit the line."""
    global _warden
    _warden = subprocess.Popen(  # noqa: S603 - a program of ours
        [sys.executable, "-I", "-S", warden.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def watch(handler: int) -> None:
    """This slot has begun a handler process."""
    _tell("+", handler)


def forget(handler: int) -> None:
    """This slot has ended it, and all that it started."""
    _tell("-", handler)


def _tell(what: str, handler: int) -> None:
    if _warden is not None and _warden.stdin is not None:
        # A warden that is gone costs the last resort, no job.
        with suppress(OSError):
            os.write(_warden.stdin.fileno(), f"{what} {os.getpid()} {handler}\n".encode())
