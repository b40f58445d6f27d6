"""The parts of a process's state that a handler may change: how each is read, and put back where that is certain."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # it has no stubs. signal.getsignal makes an enum member of each answer, which costs more than all else here
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
from contextlib import suppress
from typing import Any

from django.conf import settings

from jobs.running import kernel, kernel_aspects, library_aspects
from jobs.running.aspect import Aspect
from jobs.running.descriptors import database_connections, listening_sockets, open_descriptors

_SIGNALS = sorted(map(int, signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}))
_LIMITS = sorted({value for name, value in vars(resource).items() if name.startswith("RLIMIT_")})
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
_STREAMS = ("stdin", "stdout", "stderr", "excepthook", "unraisablehook", "displayhook")
_SEARCH_LISTS = ("path", "argv", "meta_path", "path_hooks")


_MAPPINGS = os.environ, os.environb


def _environment() -> tuple[Any, ...]:
    # What both mappings, os.environ and os.environb, are views of: copied without decoding each name.
    data = dict(_MAPPINGS[0]._data)  # type: ignore[attr-defined]  # the stubs hide it
    return data, time.tzname, id(os.environ), id(os.environb)


def _restore_environment(before: tuple[Any, ...]) -> None:
    os.environ, os.environb = _MAPPINGS
    os.environb.clear()
    os.environb.update(before[0])
    time.tzset()


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _restore_signals(before: list[Any]) -> None:
    for number, handler in zip(_SIGNALS, before, strict=True):
        if handler is not None and _signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def _timers() -> list[bool]:
    return [any(signal.getitimer(which)) for which in _TIMERS]


def _stop_timers(_before: list[bool]) -> None:
    for which in _TIMERS:
        signal.setitimer(which, 0)


def _restore_limits(before: list[tuple[int, int]]) -> None:
    for limit, values in zip(_LIMITS, before, strict=True):
        with suppress(ValueError, OSError):  # a lowered hard limit may be there to stay
            if resource.getrlimit(limit) != values:
                resource.setrlimit(limit, values)


def _identity() -> tuple[Any, ...]:
    return os.getresuid(), os.getresgid(), os.getgroups(), os.getpriority(os.PRIO_PROCESS, 0), os.getpgid(0)


def _logging() -> tuple[Any, ...]:
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
    warnings.resetwarnings()  # also forgets what was cached for the filters of before
    warnings.filters[:] = before  # type: ignore[index]  # a list at run time


def _tracing() -> list[Any]:
    return [sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile()]


def _restore_tracing(before: list[Any]) -> None:
    for setter, value in zip(
        (sys.settrace, sys.setprofile, threading.settrace, threading.setprofile), before, strict=True
    ):
        setter(value)


def _streams() -> list[Any]:
    return [*(getattr(sys, name, None) for name in _STREAMS), threading.excepthook]


def _restore_streams(before: list[Any]) -> None:
    *hooks, threading.excepthook = before
    for name, value in zip(_STREAMS, hooks, strict=True):
        setattr(sys, name, value)


def _search_lists() -> list[list[Any]]:
    return [list(getattr(sys, name)) for name in _SEARCH_LISTS]


def _restore_search_lists(before: list[list[Any]]) -> None:
    for name, items in zip(_SEARCH_LISTS, before, strict=True):
        setattr(sys, name, list(items))


def _interpreter() -> tuple[Any, ...]:
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


def _decimal() -> str:
    decimal = sys.modules.get("decimal")
    return repr((decimal.DefaultContext, decimal.getcontext())) if decimal else ""


def _restore_decimal(_before: str) -> None:
    decimal = sys.modules["decimal"]
    decimal.setcontext(decimal.DefaultContext.copy())


def _affinity() -> Any:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None


ASPECTS = (
    library_aspects.BUILTINS,  # first: all else is read and put back by them
    Aspect("child processes", kernel.has_children),
    Aspect("threads", threading.active_count),
    # Timers before signals: one that fires while its handler is taken away would end the process.
    Aspect("a timer", _timers, _stop_timers),
    Aspect("a handler of signals", lambda: [_signal.getsignal(n) for n in _SIGNALS], _restore_signals),
    Aspect(
        "blocked signals",
        lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        lambda before: signal.pthread_sigmask(signal.SIG_SETMASK, before),
    ),
    Aspect("the environment", _environment, _restore_environment),
    Aspect("the working folder", _folder, os.chdir),
    Aspect("the umask", _umask, lambda before: os.umask(before)),
    Aspect(
        "the locale",
        lambda: locale.setlocale(locale.LC_ALL),
        lambda before: locale.setlocale(locale.LC_ALL, before),
    ),
    Aspect("resource limits", lambda: [resource.getrlimit(n) for n in _LIMITS], _restore_limits),
    Aspect("user, group or priority", _identity),
    Aspect("the allowed processors", _affinity, lambda before: os.sched_setaffinity(0, before)),
    Aspect("logging", _logging, _restore_logging),
    Aspect("warnings", lambda: warnings.filters[:], _restore_warnings),
    Aspect("tracing", _tracing, _restore_tracing),
    Aspect("standard streams", _streams, _restore_streams),
    Aspect("the module search path", _search_lists, _restore_search_lists),
    Aspect("the interpreter's settings", _interpreter, _restore_interpreter),
    Aspect("the decimal context", _decimal, _restore_decimal),
    Aspect("Django's settings", lambda: dict(vars(vars(settings)["_wrapped"]))),
    Aspect("open files", open_descriptors),
    Aspect("a listening socket", listening_sockets),
    Aspect("a connection to the platform's database", database_connections),
    *kernel_aspects.ASPECTS,
    *library_aspects.ASPECTS,
)
SLOW_ASPECTS = (*kernel_aspects.SLOW_ASPECTS, *library_aspects.SLOW_ASPECTS)
