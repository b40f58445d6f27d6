"""Signs that an earlier job left something in this process; its slot, in which no handler runs, tells how it was."""

from __future__ import annotations

import decimal
import logging
import os
import random
import resource
import signal
import socket
import sys
import threading
import time
from pathlib import Path

MAX_OPEN_FILES = 40
_FIRST_OF_SEED_1 = 0.13436424411240122


def signs() -> list[str]:
    """In words without spaces; an empty list where all is as in a new process."""
    return [name for name, is_so in _looks().items() if is_so]


def _looks() -> dict[str, bool]:
    slot = f"/proc/{os.getppid()}"
    return {
        "folder": os.getcwd() != os.readlink(f"{slot}/cwd"),
        "umask": _line(slot, "Umask") != _line("/proc/self", "Umask"),
        "priority": os.getpriority(os.PRIO_PROCESS, 0) != os.getpriority(os.PRIO_PROCESS, os.getppid()),
        "policy": os.sched_getscheduler(0) != os.sched_getscheduler(os.getppid()),
        "limits": resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)
        != resource.getrlimit(resource.RLIMIT_NOFILE),
        "environment": "SPOILED" in os.environ or os.environ.get("TZ") == "Pacific/Apia",
        "alarm": any(any(signal.getitimer(which)) for which in (signal.ITIMER_REAL, signal.ITIMER_PROF)),
        "alarm-handler": signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL,
        "blocked-signals": bool(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "threads": threading.active_count() != 1,
        "children": bool(Path(f"/proc/self/task/{os.getpid()}/children").read_text()),
        "files": len(os.listdir("/proc/self/fd")) > MAX_OPEN_FILES,
        "transaction": _has_connection(),
        "seed": random.random() == _FIRST_OF_SEED_1,
        "decimal": decimal.getcontext().prec != decimal.Context().prec or decimal.Context().prec != 28,
        "recursion": sys.getrecursionlimit() < 1000,
        "logging": logging.root.manager.disable != 0,
        "sleep": time.sleep.__module__ != "time",
        "socket": socket.getdefaulttimeout() is not None,
        "arguments": "spoiled" in sys.argv,
    }


def _has_connection() -> bool:
    """Each job has a new one, made when it is first used."""
    from django.db import connection

    return connection.connection is not None or connection.in_atomic_block


def _line(process: str, name: str) -> str:
    return next(one for one in Path(process, "status").read_text().splitlines() if one.startswith(name))
