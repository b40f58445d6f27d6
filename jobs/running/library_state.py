"""Reads and restores settings of the interpreter, standard library and Django, to detect and undo a job's changes."""

from __future__ import annotations

import asyncio.events
import builtins
import calendar
import codecs
import copyreg
import csv
import email.charset
import gc
import gettext
import http.client
import json
import logging
import mimetypes
import multiprocessing.context
import sys
import tempfile
import threading
import tracemalloc
import urllib.request
import warnings
import xml.etree.ElementTree as ET
import zoneinfo
from collections.abc import MutableMapping
from operator import attrgetter
from typing import Any

import psycopg
from django.conf import settings
from django.core import signals as core_signals
from django.db.backends import signals as backend_signals
from django.db.models import signals as model_signals
from django.dispatch import Signal

from jobs.running.process_state import StatePart

_MISSING = object()
_ATTRIBUTES: tuple[tuple[Any, str], ...] = (
    (sys, "tracebacklimit"),
    (sys, "executable"),
    (sys, "dont_write_bytecode"),
    (sys, "pycache_prefix"),
    (tempfile, "tempdir"),
    (urllib.request, "_opener"),
    (http.client.HTTPConnection, "debuglevel"),
    (warnings, "showwarning"),
    (warnings, "formatwarning"),
    (logging, "_warnings_showwarning"),
    (logging, "lastResort"),
    (gettext, "_current_domain"),
    (zoneinfo, "TZPATH"),
    (multiprocessing.context._default_context, "_actual_context"),
)
_MAPPINGS: tuple[MutableMapping[Any, Any], ...] = (
    copyreg.dispatch_table,
    ET._namespace_map,  # type: ignore[attr-defined]  # not public
    logging._levelToName,
    logging._nameToLevel,
    http.client.responses,
    email.charset.CHARSETS,
    email.charset.ALIASES,
    email.charset.CODEC_MAP,
    json._default_encoder.__dict__,  # type: ignore[attr-defined]  # not public: what json.dumps writes by
    json._default_decoder.__dict__,  # type: ignore[attr-defined]  # not public: what json.loads reads by
)
_ERROR_HANDLERS = ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "xmlcharrefreplace")
_SIGNALS = [
    one
    for module in (model_signals, backend_signals, core_signals)
    for one in vars(module).values()
    if isinstance(one, Signal)
]
_audit_hooks: list[str] = []
_monitoring: Any = getattr(sys, "monitoring", None)  # since Python 3.12
_TOOLS = range(6)
_state_of_logger = attrgetter("level", "disabled", "propagate", "handlers", "filters")


def _read_attributes() -> list[Any]:
    return [getattr(place, name, _MISSING) for place, name in _ATTRIBUTES]


def _restore_attributes(before: list[Any]) -> None:
    for (place, name), value in zip(_ATTRIBUTES, before, strict=True):
        if value is not _MISSING:
            setattr(place, name, value)
        elif hasattr(place, name):
            delattr(place, name)


def _restore_builtins(before: dict[str, Any]) -> None:
    """Restores the builtins using only methods of dict, because a job may have replaced any builtin function."""
    now = builtins.__dict__
    now.update(before)
    for name in now.keys() - before.keys():
        del now[name]


def _read_mappings() -> list[dict[Any, Any]]:
    return [dict(one) for one in _MAPPINGS]


def _restore_mappings(before: list[dict[Any, Any]]) -> None:
    for mapping, items in zip(_MAPPINGS, before, strict=True):
        mapping.update(items)
        for name in mapping.keys() - items.keys():
            del mapping[name]


def _read_error_handlers() -> list[Any]:
    return [codecs.lookup_error(name) for name in _ERROR_HANDLERS]


def _restore_error_handlers(before: list[Any]) -> None:
    for name, handler in zip(_ERROR_HANDLERS, before, strict=True):
        codecs.register_error(name, handler)


def _read_interpreter() -> tuple[Any, ...]:
    return (
        sys.get_asyncgen_hooks(),
        sys.get_coroutine_origin_tracking_depth(),
        gc.callbacks[:],
        gc.get_debug(),
        tracemalloc.is_tracing(),
        threading.stack_size(),
        threading.current_thread().name,
        csv.field_size_limit(),
        [csv.get_dialect(name) for name in csv.list_dialects()],
        calendar.firstweekday(),
    )


def _restore_interpreter(before: tuple[Any, ...]) -> None:
    sys.set_asyncgen_hooks(*before[0])
    sys.set_coroutine_origin_tracking_depth(before[1])
    gc.callbacks[:] = before[2]
    gc.set_debug(before[3])
    if not before[4]:
        tracemalloc.stop()
    threading.stack_size(before[5])
    threading.current_thread().name = before[6]
    csv.field_size_limit(before[7])
    calendar.setfirstweekday(before[9])


def _read_event_loops() -> tuple[Any, ...]:
    """Returns asyncio's running event loop, its policy and the policy's event loop, without creating any of them."""
    policy = getattr(asyncio.events, "_event_loop_policy", None)
    return asyncio.events._get_running_loop(), policy, getattr(getattr(policy, "_local", None), "_loop", None)


def _restore_event_loops(before: tuple[Any, ...]) -> None:
    asyncio.events._set_running_loop(before[0])
    policy: Any = before[1]
    asyncio.events._event_loop_policy = policy  # type: ignore[attr-defined]  # not public
    if policy is not None and before[2] is None:
        policy._local = type(policy._local)()


def _read_loggers() -> dict[str, tuple[Any, ...]]:
    found = {}
    for name, logger in logging.root.manager.loggerDict.items():
        if type(logger) is not logging.PlaceHolder:
            level, disabled, propagate, handlers, filters = _state_of_logger(logger)
            # A logger with the settings of a new one needs no entry, so a new logger is no change.
            if level or disabled or not propagate or handlers or filters:
                found[name] = (level, disabled, propagate, tuple(handlers), tuple(filters))
    return found


def _restore_loggers(before: dict[str, tuple[Any, ...]]) -> None:
    for name in _read_loggers().keys() | before.keys():
        logger = logging.getLogger(name)
        level, logger.disabled, logger.propagate, handlers, filters = before.get(
            name, (0, False, True, (), ())
        )
        logger.handlers[:], logger.filters[:] = handlers, filters
        logger.setLevel(level)


def _read_receivers() -> list[Any]:
    return [one.receivers[:] for one in _SIGNALS]


def _restore_receivers(before: list[Any]) -> None:
    for one, receivers in zip(_SIGNALS, before, strict=True):
        one.receivers[:] = receivers
        one.sender_receivers_cache.clear()


def _read_mime_types() -> Any:
    mimetypes.guess_type("")  # reads the system's files, once
    return dict(mimetypes.types_map), dict(mimetypes.common_types), dict(mimetypes.encodings_map)


def _read_adapters() -> Any:
    """Returns psycopg's global type adapters, which apply where a job handler connects without Django."""
    found = psycopg.adapters
    return [dict(one) for one in found._dumpers.values()], [dict(one) for one in found._loaders]


def count_audit_hooks() -> None:
    """Begins to count the audit hooks that are added to this process: Python can neither list nor remove them."""
    sys.addaudithook(lambda event, _: _audit_hooks.append(event) if event == "sys.addaudithook" else None)


def _read_monitoring_tools() -> list[str | None]:
    return [_monitoring.get_tool(number) for number in _TOOLS] if _monitoring else []


def _restore_monitoring_tools(before: list[str | None]) -> None:
    for number, tool in zip(_TOOLS, before, strict=True):
        if tool is None and _monitoring.get_tool(number) is not None:
            _monitoring.set_events(number, 0)
            _monitoring.free_tool_id(number)


def _find_handmade_modules() -> frozenset[str]:
    """Returns the names of modules without a `__spec__`, which code made by hand instead of importing them."""
    return frozenset(
        name for name, module in sys.modules.items() if getattr(module, "__spec__", None) is None
    )


BUILTINS = StatePart("builtins", builtins.__dict__.copy, _restore_builtins)
PARTS = (
    StatePart("a library's settings", _read_attributes, _restore_attributes),
    StatePart("names that all modules share", _read_mappings, _restore_mappings),
    StatePart("how encoding errors are handled", _read_error_handlers, _restore_error_handlers),
    StatePart("the interpreter's further settings", _read_interpreter, _restore_interpreter),
    StatePart("an event loop", _read_event_loops, _restore_event_loops),
    StatePart("loggers", _read_loggers, _restore_loggers),
    StatePart("receivers of Django's signals", _read_receivers, _restore_receivers),
    StatePart("audit hooks", lambda: len(_audit_hooks)),
    StatePart("monitoring tools", _read_monitoring_tools, _restore_monitoring_tools),
)
# Read when there is time: these take some ten microseconds each.
SLOW_PARTS = (
    StatePart("values within Django's settings", lambda: repr(vars(vars(settings)["_wrapped"]))),
    StatePart("MIME types", _read_mime_types),
    StatePart("psycopg's adapters", _read_adapters),
    StatePart("modules made by hand", _find_handmade_modules),
)
