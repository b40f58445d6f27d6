"""Changes the state of its process in one of many ways, as a handler may, and leaves it changed."""

import concurrent.futures
import ctypes
import decimal
import faulthandler
import gc
import json
import locale
import logging
import multiprocessing
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any

from tests.support.handlers_for_tests import _ways_of_descriptors, _ways_of_python, _ways_of_system


def spoiler(data: dict[str, Any]) -> Any:
    """Changes the process in one way, or in several ways in turn; of several, one may make a later one fail."""
    _ways_of_descriptors.own_job[:] = [data["job_id"]]
    ways = data["way"].split(",")
    for way in ways[:-1]:
        with suppress(Exception):
            WAYS[way]()
    with suppress(Exception) if len(ways) > 1 else nullcontext():
        result = WAYS[ways[-1]]()
        return result if isinstance(result, str | list) else None


def _sql(*statements: str) -> Callable[[], None]:
    def run() -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return run


def _without_autocommit() -> None:
    from django.db import transaction

    transaction.set_autocommit(False)
    _sql("UPDATE templates_app_jobtemplate SET label = label")()


def _broken_atomic() -> None:
    from django.db import transaction

    transaction.atomic().__enter__()
    _sql("SELECT count(*) FROM jobs_job")()


def _fork(child: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        pid = os.fork()
        if pid == 0:
            return child()
        os.waitpid(pid, 0)
        return "parent"

    return run


def _fork_and_leave_it() -> str:
    if os.fork() == 0:
        time.sleep(3600)
    return "parent"


def _raise(exc: BaseException) -> None:
    raise exc


def _descriptors() -> None:
    for _ in range(100):
        os.open("/dev/null", os.O_RDONLY)


def _use_up_descriptors() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))


def _deleted_folder() -> None:
    folder = f"/tmp/spoiler-{os.getpid()}"
    os.makedirs(folder)
    os.chdir(folder)
    os.rmdir(folder)


def _time_zone() -> None:
    os.environ["TZ"] = "Pacific/Apia"
    time.tzset()


def _no_fence() -> None:
    faulthandler.disable()
    faulthandler.cancel_dump_traceback_later()


def _hang_whoever_asks_for_the_folder() -> None:
    os.getcwd = lambda: time.sleep(3600) or ""  # type: ignore[func-returns-value]


def _patch() -> None:
    time.sleep = lambda _seconds: None


def _patch_a_module_nobody_watches() -> None:
    import textwrap

    textwrap.dedent = lambda text: text
    time.sleep(0.1)


def _exit_when_searched() -> None:
    faulthandler.cancel_dump_traceback_later = lambda: os._exit(7)


def _hang_at_the_report() -> None:
    json.dumps = lambda *_, **__: time.sleep(3600) or ""  # type: ignore[func-returns-value]


def _daemon() -> None:
    subprocess.Popen(["sleep", "3600"], start_new_session=True)


def _grandchild() -> None:
    subprocess.run(["sh", "-c", "sleep 3600 & exit 0"], check=True)


USUAL: dict[str, Callable[[], Any]] = {
    "set_autocommit": _without_autocommit,
    "begin": _sql("BEGIN"),
    "begin_and_fail": _sql("BEGIN", "SELECT pg_advisory_lock(7)"),
    "atomic": _broken_atomic,
    "session": _sql("SET search_path TO nowhere", "SET default_transaction_read_only = on"),
    "temporary_table": _sql("CREATE TEMP TABLE jobs_job (id int)"),
    "fork_returns": _fork(lambda: "child"),
    "fork_raises": _fork(lambda: _raise(RuntimeError("in the child"))),
    "fork_exits": _fork(lambda: sys.exit(3)),
    "fork_stays": _fork_and_leave_it,
    "environment": lambda: os.environ.update(SPOILED="1"),
    "time_zone": _time_zone,
    "folder": lambda: os.chdir("/"),
    "deleted_folder": _deleted_folder,
    "umask": lambda: os.umask(0o077),
    "locale": lambda: locale.setlocale(locale.LC_ALL, "C.UTF-8"),
    "decimal": lambda: setattr(decimal.getcontext(), "prec", 3),
    "default_decimal": lambda: setattr(decimal.DefaultContext, "prec", 3),
    "socket_timeout": lambda: socket.setdefaulttimeout(0.001),
    "recursion": lambda: sys.setrecursionlimit(200),
    "no_logging": lambda: logging.disable(logging.CRITICAL),
    "root_level": lambda: logging.getLogger().setLevel(logging.CRITICAL),
    "warnings": lambda: warnings.simplefilter("error"),
    "search_path": lambda: sys.path.insert(0, "/tmp/nothing"),
    "arguments": lambda: sys.argv.append("spoiled"),
    "signal_handler": lambda: signal.signal(signal.SIGUSR2, signal.SIG_IGN),
    "blocked_signals": lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]),
    "alarm": lambda: signal.alarm(1),
    "timer": lambda: signal.setitimer(signal.ITIMER_REAL, 1),
    "limit": _use_up_descriptors,
    "descriptors": _descriptors,
    "closed_output": lambda: os.close(1),
    "no_fence": _no_fence,
    "exit_later": lambda: faulthandler.dump_traceback_later(1, exit=True, file=2),
    "no_collector": gc.disable,
    "trace": lambda: sys.settrace(lambda *_: None),
    "profile": lambda: threading.setprofile(lambda *_: None),
    "output": lambda: setattr(sys, "stdout", open(os.devnull, "w")),  # noqa: SIM115 - left open on purpose
    "thread": lambda: threading.Thread(target=time.sleep, args=(3600,), daemon=True).start(),
    "patch": _patch,
    "unwatched_patch": _patch_a_module_nobody_watches,
    "seed": lambda: random.seed(1),
    "nice": lambda: os.nice(1),
    "daemon": _daemon,
    "grandchild": _grandchild,
    "pool": lambda: multiprocessing.Pool(2).map(abs, [-1, -2]),
    "executor": lambda: list(concurrent.futures.ProcessPoolExecutor(2).map(abs, [-1, -2])),
    "death_signal": lambda: ctypes.CDLL(None).prctl(1, 0),
    **_ways_of_descriptors.WAYS,
}
# These end or block the process when the platform inspects it, or before it reports how the run ended.
FATAL: dict[str, Callable[[], Any]] = {
    "hung_folder": _hang_whoever_asks_for_the_folder,
    "exits_when_searched": _exit_when_searched,
    "hangs_at_the_report": _hang_at_the_report,
    **_ways_of_descriptors.FATAL,
}
WAYS = {**USUAL, **FATAL, **_ways_of_system.WAYS, **_ways_of_python.WAYS}
