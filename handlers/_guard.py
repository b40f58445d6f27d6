"""Runs a command for a job handler and kills it if the worker process dies: `_guard.py PARENT_PID COMMAND...`

What the command has started is killed with it, as it is in the same process group. On Linux the kernel signals this
guard when the parent dies; elsewhere the guard polls twice a second. The guard is a program of its own because code
between fork and exec is unsafe in a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from typing import NoReturn

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.5


def main(parent: int, command: list[str]) -> NoReturn:
    """Runs the command and ends with its exit status; kills the process group if the process with pid `parent` dies."""
    # SIGTERM is for the command; this process stays to end with the same status.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGUSR2, lambda *_: kill_group())
    _send_at_parents_death(signal.SIGUSR2)
    if os.getppid() != parent:  # it died before the signal was requested
        kill_group()
    # preexec_fn is safe in a process of one thread. It has the command die with this process, too.
    child = subprocess.Popen(command, close_fds=False, preexec_fn=_die_with_guard)  # noqa: S603 - running it is the purpose
    while True:
        try:
            code = child.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                kill_group()
            continue
        end_like(code)


def end_like(code: int) -> NoReturn:
    """Ends the guard as the command ended: with exit status `code`, or by the signal `-code` if `code` is negative."""
    if code < 0:
        if -code not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
        code = 128 - code
    os._exit(code)


def kill_group() -> None:
    """Kills the guard process itself and all other processes of its process group."""
    os.killpg(0, signal.SIGKILL)


def _die_with_guard() -> None:
    _send_at_parents_death(signal.SIGKILL)


def _send_at_parents_death(number: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
