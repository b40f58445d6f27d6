"""Ways for the spoiler to change the kernel's state of its process, so that a job in the same process would fail."""

from __future__ import annotations

import _thread
import ctypes
import faulthandler
import os
import resource
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from jobs.running.kernel import KillTimer

_C = ctypes.CDLL(None, use_errno=True)
_PR_SET_DUMPABLE, _PR_SET_NAME, _PR_CAPBSET_DROP, _PR_SET_TIMERSLACK, _PR_SET_NO_NEW_PRIVS = 4, 15, 24, 29, 38
_CAP_NET_RAW = 13
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
_NO_RANDOM_ADDRESSES = 0x0040000
_CLONE_NEWUTS = 0x04000000
_kept: list[Any] = []


def _lower(limit: int, value: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))


def _as_root(action: Callable[[], Any]) -> Callable[[], None]:
    """Returns a function that calls `action` if the user is root, and does nothing otherwise."""

    def run() -> None:
        if os.geteuid() == 0:
            action()

    return run


def _idle_disk() -> None:
    _C.syscall(_IOPRIO_SET[os.uname().machine], 1, 0, 3 << 13)


def _wakeup_socket() -> None:
    ends = socket.socketpair()
    ends[1].setblocking(False)
    signal.set_wakeup_fd(ends[1].fileno(), warn_on_full_buffer=False)
    _kept.extend(ends)


def _ignored_behind_python(number: int) -> Callable[[], None]:
    def run() -> None:
        _C.signal.argtypes, _C.signal.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_void_p
        _C.signal(number, 1)

    return run


def _kill_later() -> None:
    timer = KillTimer()
    timer.set(3600)
    _kept.append(timer)


def _no_descriptors() -> None:
    """Uses up every file descriptor of this process."""
    _lower(resource.RLIMIT_NOFILE, 100)()
    with suppress(OSError):
        while True:
            os.open("/dev/null", os.O_RDONLY)


def _other_input() -> None:
    zero = os.open("/dev/zero", os.O_RDONLY)
    os.dup2(zero, 0)
    os.close(zero)


WAYS: dict[str, Callable[[], Any]] = {
    "batch_policy": lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)),
    "idle_disk": _idle_disk,
    "one_processor": lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    "killed_first": lambda: Path("/proc/self/oom_score_adj").write_text("900"),
    "core_filter": lambda: Path("/proc/self/coredump_filter").write_text("0x7f"),
    "personality": lambda: _C.personality(_NO_RANDOM_ADDRESSES),
    "no_new_privileges": lambda: _C.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
    "no_dump": lambda: _C.prctl(_PR_SET_DUMPABLE, 0),
    "timer_slack": lambda: _C.prctl(_PR_SET_TIMERSLACK, ctypes.c_ulong(50_000_000)),
    "process_name": lambda: _C.prctl(_PR_SET_NAME, b"spoiled"),
    "capability": _as_root(lambda: _C.prctl(_PR_CAPBSET_DROP, _CAP_NET_RAW, 0, 0, 0)),
    "other_user": _as_root(lambda: os.seteuid(65534)),
    "other_root": _as_root(lambda: os.chroot("/tmp")),
    "own_host_name": _as_root(lambda: _C.unshare(_CLONE_NEWUTS)),
    # Large enough for the witness file that a long fault test writes.
    "small_files": _lower(resource.RLIMIT_FSIZE, 1_000_000_000),
    "no_locked_memory": _lower(resource.RLIMIT_MEMLOCK, 0),
    "few_signals": _lower(resource.RLIMIT_SIGPENDING, 1),
    "output_does_not_block": lambda: os.set_blocking(1, False),
    "other_input": _other_input,
    "restarting_calls": lambda: signal.siginterrupt(signal.SIGUSR2, False),
    "wakeup_socket": _wakeup_socket,
    "stop_ignored_in_c": _ignored_behind_python(signal.SIGUSR2),
    "children_ignored_in_c": _ignored_behind_python(signal.SIGCHLD),
    "stop_dumps": lambda: faulthandler.register(signal.SIGUSR2, file=2),
    "killed_later": _kill_later,
    "environment_in_c": lambda: os.putenv("SPOILED", "1"),
    "path_unset_in_c": lambda: os.unsetenv("PATH"),
    "other_environment": lambda: setattr(os, "environ", dict(os.environ)),
    "no_descriptors": _no_descriptors,
    "raw_thread": lambda: _thread.start_new_thread(time.sleep, (3600,)),
}
