"""Ending with the parent process, make, which passes a SIGTERM on but neither its own death nor a SIGINT.

(Ctrl-C in a terminal reaches us directly. A SIGINT sent to make alone does not, and make then waits for us.)
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.5


_caught_interrupts = False  # by the parent, when this process began


def end_with_it() -> None:
    """Has the kernel send SIGTERM when the parent is gone. Linux only; elsewhere nothing happens."""
    global _caught_interrupts
    _caught_interrupts = _catches_interrupts(os.getppid())
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before it was watched
        os.kill(os.getpid(), signal.SIGTERM)


async def interrupted() -> None:
    """Returns when the parent got a SIGINT since `end_with_it`: make then stops catching it.

    Never, where that cannot be seen.
    """
    if not _caught_interrupts:
        await asyncio.Event().wait()
    while _catches_interrupts(os.getppid()):
        await asyncio.sleep(POLL_SECONDS)


def _catches_interrupts(pid: int) -> bool:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return False
    caught = next((int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:")), 0)
    return bool(caught >> (signal.SIGINT - 1) & 1)
