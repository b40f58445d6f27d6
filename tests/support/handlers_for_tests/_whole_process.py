"""Describes the state of this process, from /proc and from Python, so that tests compare it before and after a job."""

from __future__ import annotations

import asyncio
import builtins
import calendar
import codecs
import copyreg
import csv
import ctypes
import decimal
import faulthandler
import gc
import locale
import logging
import mimetypes
import os
import signal
import sys
import threading
import time
import tracemalloc
import types
import warnings
import xml.etree.ElementTree as ET
import zoneinfo
from collections.abc import Callable, Iterator
from multiprocessing import context as multiprocessing_context
from pathlib import Path
from typing import Any

from jobs.running.warden import MARK

Description = dict[str, str]
_C = ctypes.CDLL(None, use_errno=True)
_IOPRIO_GET = {"x86_64": 252, "aarch64": 31}
AUDIT_EVENT = "restjobscheduler.describes"
_SIMPLE = (str, int, float, bool, bytes, type(None))
_SIGNALS_OF_C = 0x180000000  # the C library handles these two signals once a process has had threads
_LATER = (MARK, "PYTEST_CURRENT_TEST")
_LATER_IN_C = tuple(name.encode() for name in _LATER)
# These fields of /proc/self/status change without any action of a job.
_MOVING = (
    "Vm", "Rss", "Hugetlb", "voluntary", "nonvoluntary", "State", "Pid", "PPid", "Tgid", "NS", "Ngid", "SigQ", "SigPnd",
    "ShdPnd", "TracerPid", "FDSize", "x86_Thread", "untag_mask", "Kthread",
)  # fmt: skip


def describe_process() -> Description:
    """Returns the state of this process: names such as "umask", each with its value as text."""
    seen: Description = {}
    for part in (
        _describe_system,
        _describe_files,
        _describe_signals,
        _describe_interpreter,
        _describe_libraries,
        _describe_django,
        _describe_loggers,
    ):
        for name, value in part():
            seen[name] = repr(value)
    for name, value in _describe_modules():
        seen[name] = value
    return seen


def _describe_system() -> Iterator[tuple[str, Any]]:
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.startswith("Sig") and not name.startswith(_MOVING):
            yield f"status {name}", hex(int(value, 16) & ~_SIGNALS_OF_C)
        elif not name.startswith(_MOVING):
            yield f"status {name}", value.split()
    for name in (
        "oom_score_adj",
        "personality",
        "timerslack_ns",
        "coredump_filter",
        "timers",
        "loginuid",
        "comm",
    ):
        if Path(f"/proc/self/{name}").exists():
            yield name, _read(f"/proc/self/{name}")
    for name in os.listdir("/proc/self/ns"):
        yield f"namespace {name}", os.readlink(f"/proc/self/ns/{name}")
    yield "limits", _read("/proc/self/limits")
    yield "root and folder", (os.readlink("/proc/self/root"), os.getcwd())
    fields = _read("/proc/self/stat").rpartition(")")[2].split()
    yield "priority, nice, real-time priority, policy", (*fields[15:17], *fields[37:39])
    yield "disk priority", _C.syscall(_IOPRIO_GET[os.uname().machine], 1, 0)
    yield "dumpable", _C.prctl(3)
    yield "timer slack", _C.prctl(30)
    yield "children", _read(f"/proc/self/task/{os.getpid()}/children")
    yield "threads", len(os.listdir("/proc/self/task"))


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError as exc:
        return type(exc).__name__


def _describe_files() -> Iterator[tuple[str, Any]]:
    """Yields the open files. Sockets are left out, because libraries keep connections open."""
    found = {}
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if not target.startswith("socket:") and "/proc/" not in target:
            flags = [line for line in _read(f"/proc/self/fdinfo/{number}").splitlines() if "flags" in line]
            found[int(number)] = (target.partition(":[")[0], flags)
    yield "files", sorted(found.items())


def _describe_signals() -> Iterator[tuple[str, Any]]:
    yield "signal handlers", [_name_of(signal.getsignal(one)) for one in sorted(signal.valid_signals())]
    yield "timers", [signal.getitimer(one)[0] > 0 for one in (0, 1, 2)]
    descriptor = signal.set_wakeup_fd(-1)
    if descriptor != -1:
        signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)
    yield "wakeup", descriptor
    # The handler's address and the flags of SIGUSR2, as the kernel has them.
    raw = (ctypes.c_ulong * 20)()
    _C.sigaction(signal.SIGUSR2, None, raw)
    yield (
        "stop signal",
        list(raw[:1]),
    )
    yield "stop signal's flags", raw[17] & 0x10000000
    _C.sigaction(signal.SIGCHLD, None, raw)
    yield "child signal", raw[0]


def _describe_interpreter() -> Iterator[tuple[str, Any]]:
    yield "environment", sorted((k, v) for k, v in os.environ.items() if k not in _LATER)
    yield "environment's type", type(os.environ).__name__
    yield (
        "environment in C",
        sorted(one for one in _read_environment_of_c() if not one.startswith(_LATER_IN_C)),
    )
    yield "time zone", (time.tzname, time.timezone)
    yield "umask", [line for line in _read("/proc/self/status").splitlines() if line.startswith("Umask")]
    yield "locale", locale.setlocale(locale.LC_ALL)
    for name in (
        "path",
        "argv",
        "executable",
        "dont_write_bytecode",
        "pycache_prefix",
        "prefix",
        "warnoptions",
    ):
        yield f"sys.{name}", getattr(sys, name, None)
    yield "sys.tracebacklimit", getattr(sys, "tracebacklimit", "none")
    for name in ("meta_path", "path_hooks"):
        yield f"sys.{name}", [_name_of(one) for one in getattr(sys, name)]
    yield "sys's settings", (
        sys.getrecursionlimit(), sys.getswitchinterval(), sys.get_int_max_str_digits(), sys.getdlopenflags(),
        sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth(),
        sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile(),
    )  # fmt: skip
    yield "collector", (gc.isenabled(), gc.get_threshold(), gc.get_debug(), len(gc.callbacks))
    yield "faulthandler", faulthandler.is_enabled()
    yield "tracemalloc", tracemalloc.is_tracing()
    yield "thread", (threading.current_thread().name, threading.stack_size(), threading.active_count())
    yield "warnings", [str(one) for one in warnings.filters]
    yield "error handlers", [_name_of(codecs.lookup_error(name)) for name in _ERROR_HANDLERS]
    yield "builtins", sorted(vars(builtins))
    yield "an audited event", _run_audit_hooks()
    yield "monitoring tools", [_find_tool(number) for number in range(6)]
    yield "blocked modules", sorted(name for name, module in sys.modules.items() if not _has_spec(module))


_ERROR_HANDLERS = ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "xmlcharrefreplace")


def _run_audit_hooks() -> str:
    try:
        sys.audit(AUDIT_EVENT)
    except RuntimeError as refused:
        return repr(refused)
    return "passed"


def _find_tool(number: int) -> str | None:
    monitoring: Any = getattr(sys, "monitoring", None)
    name: str | None = monitoring and monitoring.get_tool(number)
    return name


def _has_spec(module: object) -> bool:
    return getattr(module, "__spec__", None) is not None


def _read_environment_of_c() -> list[bytes]:
    pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(_C, "environ")
    found: list[bytes] = []
    while (item := pointers[len(found)]) is not None:
        found.append(item)
    return found


def _describe_libraries() -> Iterator[tuple[str, Any]]:
    yield "decimal", (repr(decimal.getcontext()), repr(decimal.DefaultContext))
    yield "event loop", asyncio.events._get_running_loop()
    policy = asyncio.get_event_loop_policy()
    yield "event loop policy", type(policy).__name__
    yield "current event loop", getattr(getattr(policy, "_local", None), "_loop", None)
    context: Any = multiprocessing_context._default_context
    yield "start method", type(context._actual_context).__name__
    yield "mime types", (sorted(mimetypes.types_map.items()), mimetypes.guess_type("a.txt"))
    yield "csv", (csv.field_size_limit(), csv.get_dialect("excel").delimiter, csv.list_dialects())
    yield "calendar", (calendar.firstweekday(), zoneinfo.TZPATH)
    yield "pickling", sorted(map(str, copyreg.dispatch_table.items()))
    yield "XML namespaces", sorted(ET._namespace_map.items())  # type: ignore[attr-defined]


def _describe_loggers() -> Iterator[tuple[str, Any]]:
    root = logging.getLogger()
    yield "logging", (root.manager.disable, root.level, len(root.handlers), logging.getLoggerClass().__name__)
    yield "level names", sorted(logging.getLevelNamesMapping().items())
    for name, logger in sorted(root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger):
            found = (
                logger.level,
                logger.disabled,
                logger.propagate,
                len(logger.handlers),
                len(logger.filters),
            )
            yield f"logger {name}", found


def _describe_django() -> Iterator[tuple[str, Any]]:
    from django.conf import settings
    from django.db import connections
    from django.db.models import signals
    from django.urls import get_script_prefix, get_urlconf
    from django.utils import timezone, translation

    for name in dir(settings):
        if name.isupper():
            yield f"setting {name}", getattr(settings, name)
    yield "database settings", connections["default"].settings_dict
    for name, one in vars(signals).items():
        if hasattr(one, "receivers"):
            yield f"receivers of {name}", len(one.receivers)
    yield "language", (translation.get_language(), timezone.get_current_timezone_name())
    yield "urls", (get_script_prefix(), get_urlconf())


def _describe_modules() -> Iterator[tuple[str, str]]:
    """Yields the identity of every function in modules and their classes, and the values of plain names."""
    for name, module in list(sys.modules.items()):
        if isinstance(module, types.ModuleType):
            yield f"module {name}", str(id(module))
            yield from _describe_names(name, vars(module))


def _describe_names(place: str, names: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in list(names.items()):
        if callable(value):
            yield f"{place}.{key}", f"{id(value)} {_identify_code(value)}"
            if isinstance(value, type) and value.__module__ == place:
                yield from _describe_methods(f"{place}.{key}", value)
        elif isinstance(value, _SIMPLE):
            yield f"{place}.{key}", (hex(value) if type(value) is int else repr(value))[:200]


def _describe_methods(place: str, of: type) -> Iterator[tuple[str, str]]:
    for key, value in list(vars(of).items()):
        if callable(value) or isinstance(value, property | classmethod | staticmethod):
            yield f"{place}.{key}", str(id(value))
        elif isinstance(value, _SIMPLE):
            yield f"{place}.{key}", repr(value)[:200]


def _identify_code(value: Any) -> int:
    return id(value.__code__) if isinstance(value, types.FunctionType) else 0


def _name_of(value: Any) -> str:
    of: Callable[..., Any] | Any = value if isinstance(value, type | types.FunctionType) else type(value)
    return str(getattr(of, "__qualname__", value)) + (f" {value}" if isinstance(value, int) else "")
