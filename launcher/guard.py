"""Outlives a launcher that is killed, to end what that launcher started. A script, standard library only.

The launcher holds the other end of standard input and writes `+ PID SIGNAL` for what it starts and `- PID`
for what has ended. End of file while something still runs means that the launcher is gone. Unlike a
parent-death signal this reaches whole process groups, so that no pool child of a worker goes on alone.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 10


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    started: dict[int, int] = {}
    for line in sys.stdin:
        sign, pid, *with_signal = line.split()
        if sign == "+":
            started[int(pid)] = int(with_signal[0])
        else:
            started.pop(int(pid), None)
    end_all(started)


def end_all(started: dict[int, int]) -> None:
    """Our own processes first and at once; then the servers, which get time to close their files."""
    servers = {pid: wanted for pid, wanted in started.items() if wanted != signal.SIGKILL}
    for pid in started.keys() - servers.keys():
        _signal_group(pid, signal.SIGKILL)
    for pid, wanted in servers.items():
        _signal_group(pid, wanted, only_leader=True)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(map(_is_alive, servers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in servers:
        _signal_group(pid, signal.SIGKILL)


def _signal_group(pid: int, wanted: int, *, only_leader: bool = False) -> None:
    with suppress(ProcessLookupError):
        (os.kill if only_leader else os.killpg)(pid, wanted)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # Ended, but with a parent that never asks (the first process of many containers).
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()  # no /proc on this system: the signal's answer counts


if __name__ == "__main__":
    main()
