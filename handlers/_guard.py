"""Runs a command so that it and all it starts die with the process that asked: `_guard.py PARENT COMMAND...`

A program of its own because code between fork and exec is unsafe in a worker with threads. The kernel
tells the guard of its parent's death (Linux), elsewhere it looks twice a second; then it kills its group.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from typing import NoReturn

PR_SET_PDEATHSIG = 1
LOOK_EVERY = 0.5


def main(parent: int, command: list[str]) -> NoReturn:
    # SIGTERM is for the command; the guard stays to report how that ended.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGUSR2, lambda *_: kill_group())
    _on_parents_death(signal.SIGUSR2)
    if os.getppid() != parent:  # it died before we had asked to be told
        kill_group()
    # One thread only, so preexec_fn is safe here: should the guard itself be killed, the command goes too.
    child = subprocess.Popen(command, close_fds=False, preexec_fn=_die_with_guard)  # noqa: S603 - it is what the guard is for
    while True:
        try:
            code = child.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                kill_group()
            continue
        end_like(code)


def end_like(code: int) -> NoReturn:
    """Ends as the command did, by the same signal if it was one."""
    if code < 0:
        if -code not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
        code = 128 - code
    os._exit(code)


def kill_group() -> None:
    os.killpg(0, signal.SIGKILL)


def _die_with_guard() -> None:
    _on_parents_death(signal.SIGKILL)


def _on_parents_death(number: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
