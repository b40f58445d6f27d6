"""Reads and restores state of the handler process that the kernel holds, to detect and undo what a job changed."""

from __future__ import annotations

import _thread
import ctypes
import itertools
import os
import platform
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from jobs.running.kernel import IS_LINUX
from jobs.running.process_state import StatePart

_C: Any = ctypes.CDLL(None)
# Whether core dumps, privileges and capabilities are as they were, and how late timers may fire.
_PR_GET_DUMPABLE, _PR_GET_KEEPCAPS, _PR_GET_SECUREBITS, _PR_GET_TIMERSLACK, _PR_GET_NO_NEW_PRIVS = (
    3,
    7,
    27,
    30,
    39,
)
_PRCTLS = (_PR_GET_DUMPABLE, _PR_GET_KEEPCAPS, _PR_GET_SECUREBITS, _PR_GET_TIMERSLACK, _PR_GET_NO_NEW_PRIVS)
_READ_PERSONALITY = ctypes.c_ulong(0xFFFFFFFF)
_IOPRIO_GET = {"x86_64": 252, "aarch64": 31}.get(platform.machine())
_OF_STATUS = ("Cap", "Seccomp:", "SigIgn", "SigCgt")
_C_LIBRARY_SIGNALS = 0x180000000  # two signals that the C library catches as soon as there are threads
_FILES = ("oom_score_adj", "coredump_filter", "timers")
_STANDARD = (0, 1, 2)
MAX_START_SECONDS = 0.2


def _read_privileges() -> list[int]:
    if not IS_LINUX:
        return []
    disk_priority = _C.syscall(_IOPRIO_GET, 1, 0) if _IOPRIO_GET is not None else 0
    found = [_C.prctl(one, 0, 0, 0, 0) for one in _PRCTLS]
    return [*found, _C.personality(_READ_PERSONALITY), disk_priority]


def _read_scheduling() -> tuple[Any, ...]:
    if not hasattr(os, "sched_getscheduler"):
        return ()
    return os.sched_getscheduler(0), os.sched_getparam(0)


def _read_modes() -> list[bool]:
    """Returns for each standard stream whether it blocks. Programs that share the streams, such as ssh, change that."""
    return [os.get_blocking(number) for number in _STANDARD]


def _restore_modes(before: list[bool]) -> None:
    for number, blocking in zip(_STANDARD, before, strict=True):
        os.set_blocking(number, blocking)


def _read_status() -> list[Any]:
    """Returns what /proc says of this process: capabilities, namespaces, signals that C code ignores or catches."""
    found: list[Any] = []
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(_OF_STATUS):
                name, _, value = line.partition(":")
                found.append((name, int(value, 16) & ~_C_LIBRARY_SIGNALS))
        found += [os.stat(f"/proc/self/ns/{name}").st_ino for name in sorted(os.listdir("/proc/self/ns"))]
        found += [Path(f"/proc/self/{name}").read_bytes() for name in _FILES]
        found.append(os.readlink("/proc/self/root"))
    return found


class _ThreadsThatBegan:
    """Counts Python's threads, after waiting for threads that exist in the kernel and that Python does not count yet.

    A thread that Python does not count after MAX_START_SECONDS belongs to C code, such as a library for arithmetic.
    """

    def __init__(self) -> None:
        self._c_threads = 0

    def __call__(self) -> int:
        deadline = time.monotonic() + MAX_START_SECONDS
        with suppress(OSError):
            while (uncounted := _count_uncounted_threads()) > self._c_threads and time.monotonic() < deadline:
                time.sleep(0.001)
            self._c_threads = uncounted
        return _thread._count()


def _count_uncounted_threads() -> int:
    """Returns how many threads the kernel has of this process besides the main thread and those that Python counts."""
    return len(os.listdir("/proc/self/task")) - 1 - _thread._count()


def read_environment_in_c() -> frozenset[bytes]:
    """Returns the `NAME=value` bytes that programs inherit, which `os.putenv` changes without changing `os.environ`."""
    pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(_C, "environ")
    return frozenset(
        itertools.takewhile(lambda item: item is not None, map(pointers.__getitem__, itertools.count()))
    )


def restore_environment_in_c(before: frozenset[bytes]) -> None:
    """Restores the environment that programs inherit to `before`, an earlier result of `read_environment_in_c`."""
    for item in read_environment_in_c() - before:
        os.unsetenv(item.partition(b"=")[0])
    for item in before - read_environment_in_c():
        name, _, value = item.partition(b"=")
        os.putenv(name, value)


PARTS = (
    StatePart("privileges or priorities", _read_privileges),
    StatePart("the scheduling policy", _read_scheduling),
    StatePart("threads that `threading` does not know", _thread._count),
    StatePart("the mode of standard input and output", _read_modes, _restore_modes),
    # Reading it also resets it.
    StatePart("the wakeup file of signals", lambda: signal.set_wakeup_fd(-1)),
    StatePart("the environment of programs", read_environment_in_c, restore_environment_in_c),
)
# Read when there is time: each file of /proc takes some ten microseconds.
SLOW_PARTS = (
    StatePart("capabilities, namespaces or other state in the kernel", _read_status),
    StatePart("threads that `threading` does not know", _ThreadsThatBegan()),
)
