"""Runs job handlers in the handler process, one job after the other, as the worker slot sends them.

The process holds no lease and no connection of the platform. It ends with its worker slot, and it is replaced as soon
as a job leaves any change behind in it.
"""

from __future__ import annotations

import contextvars
import ctypes
import errno
import gc
import json
import os
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NoReturn

from django.conf import settings

from handlers import registry
from handlers.context import Job as JobContext
from jobs.running.capture import capture_output
from jobs.running.channel import Channel
from jobs.running.flags import Flags
from jobs.running.interrupts import Interrupts
from jobs.running.patches import Originals
from jobs.running.process_snapshot import ProcessSnapshot, close_connections
from jobs.running.report import Report, report_exception, report_result

JOB, READY, REPORT, LOG, PROGRESS = b"J", b"R", b"D", b"L", b"P"
# Sent after the report, or later while idle: whether the process can run another job.
FIT, UNFIT = b"F", b"U"
MAX_SENT_LINE = 1024 * 1024
# The thorough search takes some milliseconds. After a job longer than this it runs before FIT is sent. After a shorter
# one it runs later: at most in this share of a busy slot's time, or when no job has come for IDLE_SECONDS.
THOROUGH_AFTER_SECONDS = 0.02
SEARCH_SHARE = 0.05
IDLE_SECONDS = 0.05
# The exit status of a process whose job closed or replaced the channel to the slot.
CHANNEL_LOST = os.EX_IOERR
# Saved before a handler can replace it.
_collect_garbage = gc.collect
_flush_c = ctypes.CDLL(None).fflush
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class SlotReporter:
    """Sends progress and log lines from the job handler to the worker slot, and says whether a stop is requested."""

    def __init__(self, channel: Channel, stop_requested: Callable[[], bool]) -> None:
        self._channel = channel
        self.stop_requested = stop_requested

    def progress(self, percent: int, message: str) -> None:
        self._channel.send(PROGRESS, json.dumps([percent, message[:MAX_SENT_LINE]]).encode())

    def log(self, level: str, text: str) -> None:
        for part in [text] if len(text) <= MAX_SENT_LINE else _split_into_parts(text):
            self._channel.send(LOG, f"{level}\n{part}".encode("utf-8", "replace"))


def _split_into_parts(text: str) -> Iterator[str]:
    """Splits a log text into parts of whole lines, small enough to send. Truncates lines longer than MAX_SENT_LINE."""
    part: list[str] = []
    room = MAX_SENT_LINE
    for line in text.removesuffix("\n").split("\n"):
        if part and len(line) >= room:
            yield "\n".join(part)
            part, room = [], MAX_SENT_LINE
        part.append(line[:MAX_SENT_LINE])
        room -= len(line) + 1
    yield "\n".join(part)


class HandlerLoop:
    """Receives jobs from the worker slot, calls their job handlers and sends a report of each back."""

    def __init__(self, channel: Channel, flags: Flags, originals: Originals) -> None:
        self._channel = channel
        self._flags = flags
        self._interrupts = Interrupts(flags)
        self._interrupts.install()
        self._pid = os.getpid()
        self._reporter = SlotReporter(channel, self._interrupts.stop_requested)
        self._snapshot = ProcessSnapshot(originals)
        self._loaded: dict[str, registry.Handler] = {}
        self._jobs = 0
        self._searched_at = self._search_took = 0.0

    def run(self) -> int:
        """Runs jobs until the worker slot is gone or this process must run no further job; returns its exit status."""
        try:
            self._serve()
        except OSError as exc:
            if exc.errno not in (errno.EBADF, errno.ENOTSOCK):
                raise
            return CHANNEL_LOST
        return os.EX_OK

    def _serve(self) -> None:
        self._channel.send(READY)
        while (message := self._channel.receive()) is not None:
            began = time.monotonic()
            report = self._run_job(json.loads(message.body))
            # Sent before the process is checked: what a handler broke may crash or block that check.
            self._channel.send(REPORT, report.encode())
            # Finalizers of this job's garbage must run and print now, not while the next job runs.
            with capture_output(self._reporter.log):
                _collect_garbage()
            left = self._snapshot.restore()
            if not left and time.monotonic() - began > THOROUGH_AFTER_SECONDS:
                left = self._search_thoroughly()
            if left:
                self._reporter.log(
                    "warning", f"The process of this job is replaced: it left {', '.join(left)}."
                )
            self._jobs += 1
            if left or self._is_used_up():
                self._channel.send(UNFIT)
                return
            self._channel.send(FIT)
            if self._search_is_due() and (left := self._search_thoroughly()):
                self._channel.send(UNFIT, ", ".join(left).encode())
                return

    def _run_job(self, job: dict[str, Any]) -> Report:
        random.seed()  # a job that seeded it must not make the next job's numbers predictable
        context = JobContext(
            id=job["data"]["job_id"],
            attempt=job["attempt"],
            reporter=self._reporter,
            hosts=job.get("hosts", {}),
        )
        try:
            with capture_output(self._reporter.log):
                try:
                    handler = self._load(job["job_type"])
                    # A context of its own: Django's time zone and language and decimal's precision end with it.
                    result = contextvars.copy_context().run(self.call_handler, handler, job["data"], context)
                finally:
                    # What the handler broke may block all that follows: from now on the slot limits its wait.
                    self._flags.note_handler_ended()
                    # Flushed during the next job, this output would be masked with the next job's secrets only.
                    _flush_buffers()
            report = report_result(result)
        except BaseException as exc:  # noqa: BLE001 - whatever a handler raises must end only its attempt
            report = report_exception(exc)
        for alias in close_connections():
            self._reporter.log(
                "warning", f"A transaction on the database {alias!r} was left open: rolled back."
            )
        return report

    def call_handler(self, handler: registry.Handler, data: dict[str, Any], job: JobContext) -> Any:
        """Calls the job handler and returns its result. `interrupts` finds this function's stack frame by its name."""
        try:
            with self._interrupts:
                result = handler(data, job)
        except BaseException as exc:
            if self._is_child():
                _exit_like_program(exc)
            raise
        if self._is_child():
            _exit_like_program()
        return result

    def _is_child(self) -> bool:
        """Returns whether this is a process that the job handler forked, which must exit and run no further job."""
        return os.getpid() != self._pid

    def _load(self, job_type: str) -> registry.Handler:
        handler = registry.load(job_type)
        if self._loaded.get(job_type) is not handler:
            self._loaded[job_type] = handler
            gc.freeze()  # imported objects stay for good, so no collection needs to walk them
            self._snapshot.take()
        return handler

    def _search_is_due(self) -> bool:
        """Returns whether to search for leftovers now: the last search is long ago, or no job comes for a moment."""
        if time.monotonic() - self._searched_at >= self._search_took / SEARCH_SHARE:
            return True
        return not self._channel.has_message(within=IDLE_SECONDS)

    def _search_thoroughly(self) -> list[str]:
        began = time.monotonic()
        left = self._snapshot.search_thoroughly()
        self._searched_at = time.monotonic()
        self._search_took = self._searched_at - began
        return left

    def _is_used_up(self) -> bool:
        return (
            self._jobs >= settings.HANDLER_PROCESS_MAX_JOBS
            or _read_resident_bytes() > settings.HANDLER_PROCESS_MAX_MEMORY_MB * 2**20
        )


def _flush_buffers() -> None:
    """Writes out what the job printed past `sys.stdout`, and what still waits in a buffer of Python or of C."""
    for stream in (sys.__stdout__, sys.__stderr__):
        with suppress(Exception):  # whatever a handler has put there
            if stream is not None:
                stream.flush()
    _flush_c(None)


def _read_resident_bytes() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0


def _exit_like_program(exc: BaseException | None = None) -> NoReturn:
    """Exits this process like a Python program that raised `exc`, with its traceback and status; None means success."""
    if isinstance(exc, SystemExit):
        os._exit(exc.code if isinstance(exc.code, int) else int(exc.code is not None))
    if exc is not None:
        traceback.print_exception(exc)
    os._exit(int(exc is not None))
