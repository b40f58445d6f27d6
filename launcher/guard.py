"""Nothing outlives make, or a launcher that is killed: as a script, the guard, which ends what a launcher has started.

The launcher writes {pid: signal} of all that runs to its standard input, a line of JSON. Standard library only.
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
    """Asks the kernel to send SIGTERM when make ends (Linux only). Returns `parent_catches_interrupts()` of before."""
    parent, catches = os.getppid(), parent_catches_interrupts()
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it ended before it was watched
            os.kill(os.getpid(), signal.SIGTERM)
    return catches


def parent_catches_interrupts() -> bool:
    """Whether the parent has a handler for SIGINT. Make has none after one that it alone got, and waits for us."""
    with suppress(OSError):
        caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{os.getppid()}/status").read_text())
        return bool(caught and int(caught[1], 16) >> (signal.SIGINT - 1) & 1)
    return False


def main() -> None:
    """Reads until the launcher is gone. Kills its processes at once, then stops the servers with a grace period."""
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
