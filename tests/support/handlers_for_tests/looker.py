"""Returns the state of its process: session, environment, signals, limits, open files and more."""

import decimal
import faulthandler
import gc
import locale
import logging
import os
import random
import resource
import signal
import socket
import sys
import textwrap
import threading
import time
import warnings
from pathlib import Path
from typing import Any

from jobs.running.warden import MARK


def looker(data: dict[str, Any]) -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('search_path'), current_setting('default_transaction_read_only')"
        )
        session = list(cursor.fetchone())
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid IN (7, 8)")
        session += list(cursor.fetchone())
        cursor.execute("SELECT to_regclass('pg_temp.jobs_job')::text")
        session += list(cursor.fetchone())
    status = Path("/proc/self/status").read_text()
    return {
        "session": session,
        "transaction": connection.in_atomic_block or not connection.get_autocommit(),
        "environment": {name: value for name, value in os.environ.items() if name != MARK},
        "time_zone": list(time.tzname),
        "folder": os.getcwd(),
        "umask": [line for line in status.splitlines() if line.startswith("Umask")],
        "signals": [_mask(status, name) for name in ("SigBlk", "SigIgn", "SigCgt")],
        "locale": locale.setlocale(locale.LC_ALL),
        "decimal": [decimal.getcontext().prec, decimal.Context().prec],
        "socket_timeout": socket.getdefaulttimeout(),
        "recursion": sys.getrecursionlimit(),
        "logging": [logging.root.manager.disable, logging.root.level],
        "warnings": [str(one) for one in warnings.filters],
        "search_path": sys.path,
        "arguments": sys.argv,
        "timers": [
            signal.getitimer(one) for one in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
        ],
        "limits": [resource.getrlimit(one) for one in (resource.RLIMIT_NOFILE, resource.RLIMIT_AS)],
        # Sockets are not counted: this handler opened one to the database.
        "descriptors": len([one for one in os.listdir("/proc/self/fd") if not _is_socket(one)]),
        "faulthandler": faulthandler.is_enabled(),
        "collector": gc.isenabled(),
        "tracing": [sys.gettrace() is None, sys.getprofile() is None, threading.getprofile() is None],
        "output": type(sys.stdout).__name__,
        "threads": threading.active_count(),
        "children": Path(f"/proc/self/task/{os.getpid()}/children").read_text(),
        "patched": [time.sleep.__name__, textwrap.dedent.__module__, textwrap.dedent.__name__],
        "random": random.random() == 0.13436424411240122,
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
    }


def _mask(status: str, name: str) -> int:
    """Returns a signal mask from /proc/self/status, without the two signals that the C library uses for its threads."""
    (mask,) = (line.split()[1] for line in status.splitlines() if line.startswith(name))
    return int(mask, 16) & ~0x180000000


def _is_socket(number: str) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
    except OSError:
        return True
