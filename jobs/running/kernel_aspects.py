"""What the system keeps of a process beside what Python has calls for. Other systems are not asked."""

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

from jobs.running.aspect import Aspect
from jobs.running.kernel import IS_LINUX

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
_ASK_PERSONALITY = ctypes.c_ulong(0xFFFFFFFF)
_IOPRIO_GET = {"x86_64": 252, "aarch64": 31}.get(platform.machine())
_OF_STATUS = ("Cap", "Seccomp:", "SigIgn", "SigCgt")
_OWN_OF_C = 0x180000000  # two signals that the C library catches as soon as there are threads
_FILES = ("oom_score_adj", "coredump_filter", "timers")
_STANDARD = (0, 1, 2)
BEGIN_SECONDS = 0.2


def _of_system() -> list[int]:
    if not IS_LINUX:
        return []
    disk_priority = _C.syscall(_IOPRIO_GET, 1, 0) if _IOPRIO_GET is not None else 0
    found = [_C.prctl(one, 0, 0, 0, 0) for one in _PRCTLS]
    return [*found, _C.personality(_ASK_PERSONALITY), disk_priority]


def _scheduling() -> tuple[Any, ...]:
    if not hasattr(os, "sched_getscheduler"):
        return ()
    return os.sched_getscheduler(0), os.sched_getparam(0)


def _modes() -> list[bool]:
    """Whether they block. Programs that share them, such as ssh, leave them otherwise."""
    return [os.get_blocking(number) for number in _STANDARD]


def _restore_modes(before: list[bool]) -> None:
    for number, blocking in zip(_STANDARD, before, strict=True):
        os.set_blocking(number, blocking)


def _status() -> list[Any]:
    """Also what C code did about signals without Python's knowledge."""
    found: list[Any] = []
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(_OF_STATUS):
                name, _, value = line.partition(":")
                found.append((name, int(value, 16) & ~_OWN_OF_C))
        found += [os.stat(f"/proc/self/ns/{name}").st_ino for name in sorted(os.listdir("/proc/self/ns"))]
        found += [Path(f"/proc/self/{name}").read_bytes() for name in _FILES]
        found.append(os.readlink("/proc/self/root"))
    return found


class _ThreadsThatBegan:
    """Python counts a thread from its first step: one that the system has made by now is waited for.

    What has not begun after BEGIN_SECONDS is a thread of C code, as libraries for arithmetic keep them.
    """

    def __init__(self) -> None:
        self._of_c = 0

    def __call__(self) -> int:
        deadline = time.monotonic() + BEGIN_SECONDS
        with suppress(OSError):
            while (uncounted := _uncounted_threads()) > self._of_c and time.monotonic() < deadline:
                time.sleep(0.001)
            self._of_c = uncounted
        return _thread._count()


def _uncounted_threads() -> int:
    """Those that the system knows and Python does not, without the main thread."""
    return len(os.listdir("/proc/self/task")) - 1 - _thread._count()


def environment_in_c() -> frozenset[bytes]:
    """What programs inherit: `os.putenv` changes it and not `os.environ`."""
    pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(_C, "environ")
    return frozenset(
        itertools.takewhile(lambda item: item is not None, map(pointers.__getitem__, itertools.count()))
    )


def restore_environment_in_c(before: frozenset[bytes]) -> None:
    for item in environment_in_c() - before:
        os.unsetenv(item.partition(b"=")[0])
    for item in before - environment_in_c():
        name, _, value = item.partition(b"=")
        os.putenv(name, value)


ASPECTS = (
    Aspect("privileges or priorities", _of_system),
    Aspect("how it is scheduled", _scheduling),
    Aspect("threads without Python's book", _thread._count),
    Aspect("the mode of standard input and output", _modes, _restore_modes),
    # To ask is to reset.
    Aspect("a file that signals wake", lambda: signal.set_wakeup_fd(-1)),
    Aspect("the environment of programs", environment_in_c, restore_environment_in_c),
)
# Read when there is time: each file of /proc takes some ten microseconds.
SLOW_ASPECTS = (
    Aspect("what the system keeps of it", _status),
    Aspect("threads without Python's book", _ThreadsThatBegan()),
)
