"""Uses services of the Linux kernel for which Python has no function. The platform can run on systems without them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

IS_LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_CLOCK_BOOTTIME = 7  # unlike Python's monotonic clock it goes on while the machine is suspended
_SIGEV_SIGNAL = 0


def die_with_parent(parent: int) -> None:
    """Makes the kernel kill this process when its parent (pid `parent`) ends; exits now if that has ended already."""
    if IS_LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(os.EX_UNAVAILABLE)


def be_killed_first() -> None:
    """Makes the kernel kill this process, rather than other processes of the platform, when memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


_MAX_LIST_BYTES = 64 * 1024
_adopting = 0  # the pid of the process that called adopt_orphans


def adopt_orphans() -> None:
    """Makes this process a subreaper: its descendants, even daemons, become its children when their own parent ends."""
    global _adopting
    if IS_LINUX and not ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1):
        _adopting = os.getpid()


def list_children() -> list[int]:
    """Returns the pids of all child processes, adopted ones too; an empty list if this process did not `adopt_orphans`.

    The process must have one thread only. Uses only system calls, because it is called after each job.
    """
    if _adopting != os.getpid():
        return []
    file = os.open("/proc/thread-self/children", os.O_RDONLY)
    try:
        return list(map(int, os.read(file, _MAX_LIST_BYTES).split()))
    finally:
        os.close(file)


def has_children() -> bool:
    """Returns whether this process has any child process, running or ended but not yet waited for."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


class _SignalEvent(ctypes.Structure):
    """Mirrors Linux's `struct sigevent` of 64 bytes, which defines the signal that a timer sends."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("rest", ctypes.c_char * 48),
    )


class _TimerSetting(ctypes.Structure):
    """Mirrors C's `struct itimerspec`: an interval, which stays zero, and the time until the timer fires."""

    _fields_ = (
        ("interval_seconds", ctypes.c_long),
        ("interval_nanoseconds", ctypes.c_long),
        ("seconds", ctypes.c_long),
        ("nanoseconds", ctypes.c_long),
    )


class KillTimer:
    """Makes the kernel kill this process with SIGKILL unless the timer is set again or cleared in time.

    The timer works without Python, kills a stopped process too, and counts the time while the machine is suspended. A
    fork does not inherit it. The constructor raises OSError or AttributeError where the system has no such timer.
    """

    def __init__(self) -> None:
        self._library = _load_timer_library()
        self._timer = ctypes.c_void_p()
        event = _SignalEvent(signal=int(signal.SIGKILL), notify=_SIGEV_SIGNAL)
        if self._library.timer_create(_CLOCK_BOOTTIME, ctypes.byref(event), ctypes.byref(self._timer)):
            raise OSError(ctypes.get_errno(), "timer_create")

    def set(self, seconds: float) -> None:
        """Makes the timer fire `seconds` (more than 0) from now, instead of at the time set before."""
        self._arm(max(seconds, 0.001))

    def clear(self) -> None:
        """Stops the timer, so that it does not kill the process."""
        self._arm(0)

    def _arm(self, seconds: float) -> None:
        whole = int(seconds)
        setting = _TimerSetting(0, 0, whole, int((seconds - whole) * 1e9))
        if self._library.timer_settime(self._timer, 0, ctypes.byref(setting), None):
            raise OSError(ctypes.get_errno(), "timer_settime")


def _load_timer_library() -> ctypes.CDLL:
    """Returns the C library that has the timer functions: librt before glibc 2.34, the main C library since then."""
    library = ctypes.CDLL(None, use_errno=True)
    return library if hasattr(library, "timer_create") else ctypes.CDLL("librt.so.1", use_errno=True)
