"""Ends the processes of `make run` if its launcher was killed, and the launcher when `make` ends.

Run as a script, it is the guard process: it reads lines of JSON from the launcher, {pid: signal} of all that runs. Uses
only the standard library.
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
    """Makes the kernel send us SIGTERM when our parent `make` ends (Linux). Returns `parent_catches_interrupts()`."""
    parent, catches = os.getppid(), parent_catches_interrupts()
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it ended before it was watched
            os.kill(os.getpid(), signal.SIGTERM)
    return catches


def parent_catches_interrupts() -> bool:
    """Returns whether the parent process handles SIGINT; `make` does so until it gets a SIGINT. False without /proc."""
    with suppress(OSError):
        caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{os.getppid()}/status").read_text())
        return bool(caught and int(caught[1], 16) >> (signal.SIGINT - 1) & 1)
    return False


def main() -> None:
    """Reads until the launcher closes the input or dies; then kills its processes, and stops the servers gracefully."""
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
