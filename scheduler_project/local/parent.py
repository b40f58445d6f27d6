"""Ending with the parent process.

`make` passes a SIGTERM on, but when make itself is killed, the platform would go on with nobody to end it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_it() -> None:
    """Has the kernel send SIGTERM when the parent is gone. Linux only; elsewhere nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before it was watched
        os.kill(os.getpid(), signal.SIGTERM)
