"""Reads and restores state of the handler process that a job may change: signals, environment, limits, logging.

`kernel_state` and `library_state` do the same for state that the kernel and libraries hold.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it has no stubs. signal.getsignal makes an enum member of each value, which costs more than all else here
import faulthandler
import gc
import locale
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from django.conf import settings

from jobs.running import kernel
from jobs.running.descriptors import (
    count_database_connections,
    count_listening_sockets,
    find_open_descriptors,
)

_SIGNALS = sorted(map(int, signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}))
_LIMITS = sorted({value for name, value in vars(resource).items() if name.startswith("RLIMIT_")})
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
_STREAMS = ("stdin", "stdout", "stderr", "excepthook", "unraisablehook", "displayhook")
_SEARCH_LISTS = ("path", "argv", "meta_path", "path_hooks")

_MAPPINGS = os.environ, os.environb


class StatePart(NamedTuple):
    """Describes one part of the process's state, such as its environment, and how to read and restore it.

    `read` returns a value to compare before and after a job. `restore` sets the part to such a value; it is None if
    that is not reliably possible, so that a change makes a new process necessary.
    """

    name: str
    read: Callable[[], Any]
    restore: Callable[[Any], object] | None = None


def _read_environment() -> tuple[Any, ...]:
    # os.environ and os.environb are views of this dict: copying it decodes no names.
    data = dict(_MAPPINGS[0]._data)  # type: ignore[attr-defined]  # the stubs hide it
    return data, time.tzname, id(os.environ), id(os.environb)


def _restore_environment(before: tuple[Any, ...]) -> None:
    os.environ, os.environb = _MAPPINGS
    os.environb.clear()
    os.environb.update(before[0])
    time.tzset()


def _read_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


def _read_umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _restore_signals(before: list[Any]) -> None:
    for number, handler in zip(_SIGNALS, before, strict=True):
        if handler is not None and _signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def _read_timers() -> list[bool]:
    return [any(signal.getitimer(which)) for which in _TIMERS]


def _stop_timers(_before: list[bool]) -> None:
    for which in _TIMERS:
        signal.setitimer(which, 0)


def _restore_limits(before: list[tuple[int, int]]) -> None:
    for limit, values in zip(_LIMITS, before, strict=True):
        with suppress(ValueError, OSError):  # a hard limit that was lowered may not be raised again
            if resource.getrlimit(limit) != values:
                resource.setrlimit(limit, values)


def _read_identity() -> tuple[Any, ...]:
    return os.getresuid(), os.getresgid(), os.getgroups(), os.getpriority(os.PRIO_PROCESS, 0), os.getpgid(0)


def _read_logging() -> tuple[Any, ...]:
    root = logging.getLogger()
    return (
        root.manager.disable,
        root.level,
        root.handlers[:],
        root.filters[:],
        logging.getLoggerClass(),
        logging.getLogRecordFactory(),
        logging.raiseExceptions,
    )


def _restore_logging(before: tuple[Any, ...]) -> None:
    root = logging.getLogger()
    logging.disable(before[0])
    root.setLevel(before[1])
    root.handlers[:], root.filters[:] = before[2], before[3]
    logging.setLoggerClass(before[4])
    logging.setLogRecordFactory(before[5])
    logging.raiseExceptions = before[6]


def _restore_warnings(before: list[Any]) -> None:
    warnings.resetwarnings()  # also clears the cache of the filters before
    warnings.filters[:] = before  # type: ignore[index]  # a list at run time


def _read_tracing() -> list[Any]:
    return [sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile()]


def _restore_tracing(before: list[Any]) -> None:
    for setter, value in zip(
        (sys.settrace, sys.setprofile, threading.settrace, threading.setprofile), before, strict=True
    ):
        setter(value)


def _read_streams() -> list[Any]:
    return [*(getattr(sys, name, None) for name in _STREAMS), threading.excepthook]


def _restore_streams(before: list[Any]) -> None:
    *hooks, threading.excepthook = before
    for name, value in zip(_STREAMS, hooks, strict=True):
        setattr(sys, name, value)


def _read_search_lists() -> list[list[Any]]:
    return [list(getattr(sys, name)) for name in _SEARCH_LISTS]


def _restore_search_lists(before: list[list[Any]]) -> None:
    for name, items in zip(_SEARCH_LISTS, before, strict=True):
        setattr(sys, name, list(items))


def _read_interpreter() -> tuple[Any, ...]:
    return (
        sys.getrecursionlimit(),
        sys.getswitchinterval(),
        gc.isenabled(),
        gc.get_threshold(),
        sys.get_int_max_str_digits(),
        socket.getdefaulttimeout(),
        faulthandler.is_enabled(),
    )


def _restore_interpreter(before: tuple[Any, ...]) -> None:
    sys.setrecursionlimit(before[0])
    sys.setswitchinterval(before[1])
    (gc.enable if before[2] else gc.disable)()
    gc.set_threshold(*before[3])
    sys.set_int_max_str_digits(before[4])
    socket.setdefaulttimeout(before[5])
    faulthandler.cancel_dump_traceback_later()
    if before[6]:
        faulthandler.enable(file=2)
    else:
        faulthandler.disable()


def _read_decimal() -> str:
    decimal = sys.modules.get("decimal")
    return repr((decimal.DefaultContext, decimal.getcontext())) if decimal else ""


def _restore_decimal(_before: str) -> None:
    decimal = sys.modules["decimal"]
    decimal.setcontext(decimal.DefaultContext.copy())


def _read_affinity() -> Any:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None


PARTS = (
    StatePart("child processes", kernel.has_children),
    StatePart("threads", threading.active_count),
    # Timers before signals: one that fires while its handler is removed would end the process.
    StatePart("a timer", _read_timers, _stop_timers),
    StatePart("a handler of signals", lambda: [_signal.getsignal(n) for n in _SIGNALS], _restore_signals),
    StatePart(
        "blocked signals",
        lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        lambda before: signal.pthread_sigmask(signal.SIG_SETMASK, before),
    ),
    StatePart("the environment", _read_environment, _restore_environment),
    StatePart("the working folder", _read_folder, os.chdir),
    StatePart("the umask", _read_umask, lambda before: os.umask(before)),
    StatePart(
        "the locale",
        lambda: locale.setlocale(locale.LC_ALL),
        lambda before: locale.setlocale(locale.LC_ALL, before),
    ),
    StatePart("resource limits", lambda: [resource.getrlimit(n) for n in _LIMITS], _restore_limits),
    StatePart("user, group or priority", _read_identity),
    StatePart("the allowed processors", _read_affinity, lambda before: os.sched_setaffinity(0, before)),
    StatePart("logging", _read_logging, _restore_logging),
    StatePart("warnings", lambda: warnings.filters[:], _restore_warnings),
    StatePart("tracing", _read_tracing, _restore_tracing),
    StatePart("standard streams", _read_streams, _restore_streams),
    StatePart("the module search path", _read_search_lists, _restore_search_lists),
    StatePart("the interpreter's settings", _read_interpreter, _restore_interpreter),
    StatePart("the decimal context", _read_decimal, _restore_decimal),
    StatePart("Django's settings", lambda: dict(vars(vars(settings)["_wrapped"]))),
    StatePart("open files", find_open_descriptors),
    StatePart("a listening socket", count_listening_sockets),
    StatePart("a connection to the platform's database", count_database_connections),
)
