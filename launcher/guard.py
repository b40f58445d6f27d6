"""Ends the processes of `make run` if their launcher was killed, and the launcher when `make` ends.

Run as a script, this is the guard process: it reads lines of JSON from the launcher, {pid: signal} of all processes.
Uses only the standard library.
"""

import ctypes
import json
import os
import re
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 10


def end_with_parent() -> bool:
    """Makes the kernel send this process SIGTERM when `make` ends (Linux). Returns `parent_catches_interrupts()`."""
    parent, catches = os.getppid(), parent_catches_interrupts()
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it ended before it was watched
            os.kill(os.getpid(), signal.SIGTERM)
    return catches


def parent_catches_interrupts() -> bool:
    """Returns whether the parent process, `make`, handles SIGINT: until it receives one. False without /proc."""
    with suppress(OSError):
        caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{os.getppid()}/status").read_text())
        return bool(caught and int(caught[1], 16) >> (signal.SIGINT - 1) & 1)
    return False


def main() -> None:
    """Reads pids until the launcher is gone, then kills its processes, and stops its servers with a grace period."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    signals: dict[str, int] = {}
    for line in sys.stdin:
        signals = json.loads(line)
    servers = [int(pid) for pid, number in signals.items() if number != signal.SIGKILL]
    for pid in sorted(map(int, signals), key=servers.__contains__):
        with suppress(ProcessLookupError):
            (os.kill if pid in servers else os.killpg)(pid, signals[str(pid)])
    for pid in servers:
        with suppress(ProcessLookupError, AttributeError):  # only Linux has pidfds
            select.select([os.pidfd_open(pid)], [], [], GRACE_SECONDS)
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
