"""Ends what a launcher has started when the launcher is gone (as a script, the guard), and the launcher with make.

The launcher writes lines of JSON to the guard's standard input: {pid: signal} of all that runs. Standard library only.
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
    """Asks the kernel to send SIGTERM when make ends (only on Linux). Returns `parent_catches_interrupts()`."""
    parent, catches = os.getppid(), parent_catches_interrupts()
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it ended before it was watched
            os.kill(os.getpid(), signal.SIGTERM)
    return catches


def parent_catches_interrupts() -> bool:
    """Returns whether the parent handles SIGINT. Make stops that when only it got one, and then waits for us."""
    with suppress(OSError):
        caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{os.getppid()}/status").read_text())
        return bool(caught and int(caught[1], 16) >> (signal.SIGINT - 1) & 1)
    return False


def main() -> None:
    """Reads until the launcher is gone, then kills its processes, and stops the servers with a grace period."""
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
