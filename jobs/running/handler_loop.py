"""What runs in a handler process: one job after the other, as its slot sends them.

It knows no lease and no ledger. It ends with its slot, and it is replaced as soon as a job leaves anything in it.
"""

from __future__ import annotations

import contextvars
import errno
import gc
import json
import os
import random
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from django.conf import settings

from handlers import registry
from handlers.context import Job as JobContext
from jobs.running import report as reports
from jobs.running.capture import captured
from jobs.running.channel import Channel
from jobs.running.fingerprint import Fingerprint, close_connections
from jobs.running.flags import Flags
from jobs.running.interrupts import Interrupts
from jobs.running.patches import Originals
from jobs.running.report import Report

JOB, READY, REPORT, LOG, PROGRESS = b"J", b"R", b"D", b"L", b"P"
# After the report: it can run another job, or must not, which may also show later.
FIT, UNFIT = b"F", b"U"
MAX_SENT_LINE = 1024 * 1024
# A search of everything takes a few milliseconds: it is made before a job's end is told if the job was longer than
# this, else right after it, by a busy slot in a small share of its time, or when no job has come for a moment.
THOROUGH_AFTER_SECONDS = 0.02
SEARCH_SHARE = 0.05
IDLE_SECONDS = 0.05
# The exit status of a process whose job closed the channel to the slot, or put something else in its place.
CUT_OFF = os.EX_IOERR
# As it is before a handler can replace it.
_collect_garbage = gc.collect
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Reports:
    """What the handler's `job` talks to: messages to the slot, and the flag of a stop."""

    def __init__(self, channel: Channel, stop_requested: Callable[[], bool]) -> None:
        self._channel = channel
        self.stop_requested = stop_requested

    def progress(self, percent: int, message: str) -> None:
        self._channel.send(PROGRESS, json.dumps([percent, message[:MAX_SENT_LINE]]).encode())

    def log(self, level: str, text: str) -> None:
        for part in [text] if len(text) <= MAX_SENT_LINE else _parts(text):
            self._channel.send(LOG, f"{level}\n{part}".encode("utf-8", "replace"))


def _parts(text: str) -> Iterator[str]:
    """A long text in whole lines, which all count; a longer line is cut."""
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
    def __init__(self, channel: Channel, flags: Flags, originals: Originals) -> None:
        self._channel = channel
        self._flags = flags
        self._interrupts = Interrupts(flags)
        self._interrupts.install()
        self._pid = os.getpid()
        self._reports = Reports(channel, self._interrupts.stop_requested)
        self._fingerprint = Fingerprint(originals)
        self._loaded: dict[str, registry.Handler] = {}
        self._jobs = 0
        self._searched_at = self._search_took = 0.0

    def run(self) -> int:
        """Return this process's exit status when the slot is gone, or when it must run no other job."""
        try:
            self._serve()
        except OSError as exc:
            if exc.errno not in (errno.EBADF, errno.ENOTSOCK):
                raise
            return CUT_OFF
        return os.EX_OK

    def _serve(self) -> None:
        self._channel.send(READY)
        while (message := self._channel.receive()) is not None:
            began = time.monotonic()
            report = self._run_job(json.loads(message.body))
            # Sent before the process is looked at: what a handler broke may end it there, or hold it for ever.
            self._channel.send(REPORT, report.encode())
            # What this job left to be collected does and prints what it will now, not in the next one's time.
            with captured(self._reports.log):
                _collect_garbage()
            left = self._fingerprint.restore()
            if not left and time.monotonic() - began > THOROUGH_AFTER_SECONDS:
                left = self._search()
            if left:
                self._reports.log(
                    "warning", f"The process of this job is replaced: it left {', '.join(left)}."
                )
            self._jobs += 1
            if left or self._is_worn():
                self._channel.send(UNFIT)
                return
            self._channel.send(FIT)
            if self._search_is_due() and (left := self._search()):
                self._channel.send(UNFIT, ", ".join(left).encode())
                return

    def _run_job(self, job: dict[str, Any]) -> Report:
        random.seed()  # a job that seeded it must not make the next one's numbers known
        context = JobContext(id=job["data"]["job_id"], attempt=job["attempt"], reporter=self._reports)
        try:
            with captured(self._reports.log):
                try:
                    handler = self._load(job["job_type"])
                    # Django's time zone and language, decimal's precision: variables of the context end with it.
                    result = contextvars.copy_context().run(self.call_handler, handler, job["data"], context)
                finally:
                    # What the handler broke may hold up all that follows: the slot's patience begins.
                    self._flags.note_over()
            report = reports.of_return(result)
        except BaseException as exc:  # noqa: BLE001 - whatever a handler raises is its attempt's end, no more
            report = reports.of_exception(exc)
        for alias in close_connections():
            self._reports.log(
                "warning", f"A transaction on the database {alias!r} was left open: rolled back."
            )
        return report

    def call_handler(self, handler: registry.Handler, data: dict[str, Any], job: JobContext) -> Any:
        """The only frame of ours below the handler's: `interrupts` looks for it by this name."""
        try:
            with self._interrupts:
                result = handler(data, job)
        except BaseException as exc:
            if self._is_a_child():
                _leave(exc)
            raise
        if self._is_a_child():
            _leave()
        return result

    def _is_a_child(self) -> bool:
        """Whether this is a process that the handler forked and that came back: it must not go on as its parent."""
        return os.getpid() != self._pid

    def _load(self, job_type: str) -> registry.Handler:
        handler = registry.load(job_type)
        if self._loaded.get(job_type) is not handler:
            self._loaded[job_type] = handler
            gc.freeze()  # what an import makes stays, and is walked by no collection
            self._fingerprint.take()
        return handler

    def _search_is_due(self) -> bool:
        """After each job, unless that would take a busy slot more than a small share of its time."""
        if time.monotonic() - self._searched_at >= self._search_took / SEARCH_SHARE:
            return True
        return not self._channel.has_message(within=IDLE_SECONDS)

    def _search(self) -> list[str]:
        began = time.monotonic()
        left = self._fingerprint.search_thoroughly()
        self._searched_at = time.monotonic()
        self._search_took = self._searched_at - began
        return left

    def _is_worn(self) -> bool:
        return (
            self._jobs >= settings.HANDLER_PROCESS_MAX_JOBS
            or _resident_bytes() > settings.HANDLER_PROCESS_MAX_MEMORY_MB * 2**20
        )


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0


def _leave(exc: BaseException | None = None) -> NoReturn:
    """End as a program of its own would."""
    if isinstance(exc, SystemExit):
        os._exit(exc.code if isinstance(exc.code, int) else int(exc.code is not None))
    if exc is not None:
        traceback.print_exception(exc)
    os._exit(int(exc is not None))
