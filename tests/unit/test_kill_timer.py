"""The kernel timer kills its process in time, whatever the process does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from jobs.running.kernel import KillTimer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="COULD NOT RUN: the timer is Linux's")
SECONDS = 0.3
WITHIN = 20.0


def in_a_process(work: Callable[[], object]) -> int:
    """Returns the wait status of a process that does this work and then exits with status 0."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError(f"still there after {WITHIN} s")


def test_it_kills_a_process_that_sleeps() -> None:
    def work() -> None:
        KillTimer().set(SECONDS)
        time.sleep(60)

    assert os.WTERMSIG(in_a_process(work)) == signal.SIGKILL


def test_it_kills_a_process_that_is_stopped() -> None:
    def work() -> None:
        KillTimer().set(SECONDS)
        os.kill(os.getpid(), signal.SIGSTOP)

    assert os.WTERMSIG(in_a_process(work)) == signal.SIGKILL


def test_one_that_was_cleared_or_set_later_does_not() -> None:
    def work() -> None:
        timer = KillTimer()
        timer.set(SECONDS)
        timer.clear()
        time.sleep(2 * SECONDS)
        timer.set(SECONDS)
        timer.set(60)
        time.sleep(2 * SECONDS)

    assert in_a_process(work) == 0


def test_it_is_not_inherited() -> None:
    def work() -> None:
        KillTimer().set(SECONDS)
        # The parent is killed; what it started goes on and says so.
        subprocess.run(["sleep", str(4 * SECONDS)], check=True)

    assert os.WTERMSIG(in_a_process(work)) == signal.SIGKILL
