"""Ways for the spoiler to change the interpreter and its libraries, so that a job in the same process would fail."""

from __future__ import annotations

import asyncio
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
import logging.config
import mimetypes
import multiprocessing
import socketserver
import sys
import tarfile
import tempfile
import textwrap
import threading
import tracemalloc
import types
import urllib.request
import warnings
import xml.etree.ElementTree as ET
import zoneinfo
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.types.numeric import IntDumper

from tests.support.handlers_for_tests._whole_process import AUDIT_EVENT


def _closed_loop() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.close()


def _running_loop() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    asyncio.events._set_running_loop(loop)


class _Policy(asyncio.DefaultEventLoopPolicy):
    pass


def _nested_setting() -> None:
    from django.conf import settings

    settings.DATABASES["default"]["HOST"] = "nowhere.invalid"


def _setting() -> None:
    from django.conf import settings

    settings.USE_TZ = False


def _list_in_settings() -> None:
    from django.conf import settings

    settings.INSTALLED_APPS.append("spoiled")


def _receiver() -> None:
    from django.db.models.signals import post_init

    post_init.connect(lambda **_: None, weak=False, dispatch_uid="spoiled")


def _language() -> None:
    from django.utils import timezone, translation

    translation.activate("de")
    timezone.activate("Pacific/Apia")


def _urls() -> None:
    from django.urls import set_script_prefix, set_urlconf

    set_urlconf("nowhere")
    set_script_prefix("/spoiled/")


def _audit_hook() -> None:
    def refuse(event: str, _arguments: object) -> None:
        if event == AUDIT_EVENT:
            raise RuntimeError(event)

    sys.addaudithook(refuse)


def _monitoring_tool() -> None:
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring:  # since Python 3.12
        monitoring.use_tool_id(3, "spoiled")
        monitoring.set_events(3, monitoring.events.LINE)


def _sets(place: Any, name: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(place, name, value)


WAYS: dict[str, Callable[[], Any]] = {
    "error_handler": lambda: codecs.register_error("strict", codecs.ignore_errors),
    "encoder": _sets(json.JSONEncoder, "default", lambda _self, value: str(value)),
    "method": _sets(textwrap.TextWrapper, "wrap", lambda _self, _text: []),
    "debugging_http": _sets(http.client.HTTPConnection, "debuglevel", 1),
    "new_builtin": lambda: gettext.install("spoiled"),
    "fake_module": lambda: sys.modules.update(colorsys=types.ModuleType("colorsys")),
    "blocked_module": lambda: sys.modules.update({"colorsys": None}),  # type: ignore[dict-item]
    "replaced_module": lambda: sys.modules.update(textwrap=types.ModuleType("textwrap")),
    "removed_module": lambda: sys.modules.pop("textwrap", None),
    "short_tracebacks": lambda: setattr(sys, "tracebacklimit", 0),
    "other_program": lambda: setattr(sys, "executable", "/nowhere"),
    "bytecode": lambda: setattr(sys, "dont_write_bytecode", not sys.dont_write_bytecode),
    "generator_hooks": lambda: sys.set_asyncgen_hooks(firstiter=lambda _: None),
    "coroutine_origins": lambda: sys.set_coroutine_origin_tracking_depth(5),
    "slow_switches": lambda: sys.setswitchinterval(1.0),
    "collector_callback": lambda: gc.callbacks.append(lambda *_: None),
    "hoarding_collector": lambda: gc.set_debug(gc.DEBUG_SAVEALL),
    "traced_memory": lambda: tracemalloc.start(),
    "closed_loop": _closed_loop,
    "running_loop": _running_loop,
    "loop_policy": lambda: asyncio.set_event_loop_policy(_Policy()),
    "start_method": lambda: multiprocessing.set_start_method("spawn", force=True),
    "thread_name": lambda: setattr(threading.current_thread(), "name", "spoiled"),
    "stack_size": lambda: threading.stack_size(2**20),
    "one_logger": lambda: logging.getLogger("django").setLevel(logging.CRITICAL),
    "silent_logger": lambda: setattr(logging.getLogger("handlers"), "propagate", False),
    "disabled_loggers": lambda: logging.config.dictConfig({"version": 1}),
    "level_names": lambda: logging.addLevelName(logging.INFO, "SPOILED"),
    "captured_warnings": lambda: logging.captureWarnings(True),
    "shown_warnings": _sets(warnings, "showwarning", lambda *_args, **_named: None),
    "temporary_folder": _sets(tempfile, "tempdir", "/nowhere"),
    "url_opener": lambda: urllib.request.install_opener(urllib.request.build_opener()),
    "mime_type": lambda: mimetypes.add_type("text/spoiled", ".txt"),
    "namespace": lambda: ET.register_namespace("spoiled", "http://www.w3.org/1999/xhtml"),
    "short_fields": lambda: csv.field_size_limit(10),
    "dialect": lambda: csv.register_dialect("excel", delimiter=";"),
    "pickling": lambda: copyreg.pickle(complex, lambda _: (complex, (0, 0))),
    "first_weekday": lambda: calendar.setfirstweekday(calendar.SUNDAY),
    "text_domain": lambda: gettext.textdomain("spoiled"),
    "no_time_zones": lambda: zoneinfo.reset_tzpath(to=[]),
    "setting": _setting,
    "nested_setting": _nested_setting,
    "list_in_settings": _list_in_settings,
    "receiver": _receiver,
    "language": _language,
    "urls": _urls,
    "audit_hook": _audit_hook,
    "extraction": _sets(tarfile.TarFile, "extraction_filter", staticmethod(tarfile.fully_trusted_filter)),
    "reused_addresses": _sets(socketserver.TCPServer, "allow_reuse_address", True),
    "many_headers": _sets(http.client, "_MAXHEADERS", 1),
    "status_words": lambda: http.client.responses.update({200: "spoiled"}),
    "mail_charset": lambda: email.charset.add_charset(
        "utf-8", email.charset.SHORTEST, email.charset.QP, "utf-8"
    ),
    "json_encoder": _sets(json._default_encoder, "default", str),  # type: ignore[attr-defined]  # not public
    "adapter": lambda: psycopg.adapters.register_dumper(str, IntDumper),
    "monitoring_tool": _monitoring_tool,
    "builtin": _sets(builtins, "len", lambda _: 7),
}
