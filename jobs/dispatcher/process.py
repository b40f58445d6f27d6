"""Runs the dispatcher process: a dozen loops, one thread each, and a watchdog that ends the process if a loop hangs."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg import Notify

from foundation import schema_guard, secret_settings
from foundation.database_limits import DISPATCHER, limit_new_connections
from jobs import redbeat_entries, wakeup
from jobs.dispatcher import background_work, counting, reachability
from jobs.dispatcher.audit_trail import AuditTrail
from jobs.dispatcher.direct_wakeups import DirectWakeups
from jobs.dispatcher.loop import FAULT_PAUSE_SECONDS, Loop
from jobs.dispatcher.pool_limits import PoolLimits
from jobs.dispatcher.queueing import Due, Queueing
from jobs.dispatcher.reaper import Reaper
from jobs.dispatcher.redbeat_sync import RedBeatSync
from jobs.dispatcher.relay import Relay
from jobs.dispatcher.report import ProbeLoop, Report, find_problems
from jobs.dispatcher.retention import Retention
from jobs.dispatcher.unserved import UnservedJobs
from jobs.lanes import Lane, decode_wakeup, find_first_due
from jobs.messaging import broker
from jobs.problems import PlatformProblem
from jobs.services import unreadable_secrets
from scheduler_project.celery import app

log = logging.getLogger(__name__)

WATCHDOG_SECONDS = 30.0
# After a wake-up the queueing loop runs first, then these: their work may start some milliseconds later.
LOOP_DEBOUNCE_SECONDS = 0.03
# After a run, the next one waits this long, by how many wake-ups ended the last wait (debounce): under load, a run for
# each job would cost more than it gains, as jobs wait for workers then.
DEBOUNCE_SECONDS = (0.003, 0.01, 0.025)


class Dispatcher:
    """Runs all loops of one dispatcher process. Several may run at once, also on other machines; there is no leader."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        reader = broker.RedBeatReader(settings.BROKER_URL, on_series=_release_series)
        self.relay = Loop("relay", Relay().run_once, debounce=LOOP_DEBOUNCE_SECONDS)
        self.redbeat = Loop("RedBeat entries", RedBeatSync(app).run_once, debounce=LOOP_DEBOUNCE_SECONDS)
        self._probes = (
            ProbeLoop(reachability.broker_probe(settings.BROKER_URL)),
            ProbeLoop(reachability.RedisProbe(settings.REDIS_URL)),
        )
        self._direct_wakeups = DirectWakeups() if settings.POOLS_TRANSACTIONS else None
        self._pool_probes = (
            {"wake-ups": ProbeLoop(self._direct_wakeups), "time limits": ProbeLoop(PoolLimits())}
            if self._direct_wakeups
            else {}
        )
        self._report = Report(self._find_problems, lambda: (self.queueing_loop, *self.other_loops))
        self.other_loops = (
            self.relay,
            self.redbeat,
            Loop("RedBeat messages", lambda: _read_redbeat_messages(reader)),
            Loop("reaper", Reaper().run_once),
            Loop("unserved jobs", UnservedJobs().run_once),
            Loop("retention", Retention().run_once),
            Loop("counters", counting.sum_up_minutes),
            Loop("audit trail", AuditTrail().run_once),
            Loop("paused series", background_work.resume_series),
            Loop("operations", background_work.work_on_operations),
            Loop("broker probe", self._probes[0].run_once),
            Loop("Redis probe", self._probes[1].run_once),
            *(Loop(name, probe.run_once) for name, probe in self._pool_probes.items()),
            Loop("report", self._report.run_once),
        )
        self._queueing = Queueing(broker.Publisher(settings.BROKER_URL))
        self.queueing_loop = Loop("queueing", lambda: self._queueing.run_once(self._new), sleep=self._listen)
        self._listening_on: Any = None
        self._next_run = 0.0
        self._woken = False
        # The lanes of new jobs, by the last wake-ups; None if anything may have changed.
        self._new: Due | None = None

    def run(self) -> None:
        """Starts all loops, runs the queueing loop in this thread, and returns after `stop` was called."""
        for loop in self.other_loops:
            threading.Thread(target=loop.run, args=(self.stopping,), name=loop.name, daemon=True).start()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        log.info("dispatching")
        self.queueing_loop.run(self.stopping)
        self._report.heartbeat.stop()
        if self._direct_wakeups:
            self._direct_wakeups.close()

    def stop(self, *_: object) -> None:
        """Makes `run` return soon; is also the signal handler for SIGTERM and SIGINT."""
        self.stopping.set()
        for loop in self.other_loops:
            loop.woken.set()

    def _find_problems(self) -> list[PlatformProblem]:
        return find_problems(
            queueing_loop=self.queueing_loop,
            other_loops=self.other_loops,
            probes=(*self._probes, *self._pool_probes.values()),
            queueing=self._queueing,
        )

    def _listen(self, seconds: float) -> None:
        """Waits up to `seconds` for a NOTIFY; before, wakes the relay and RedBeat loops if one ended the last wait."""
        if self._woken:
            self._woken = False
            self.relay.woken.set()
            self.redbeat.woken.set()
        receive = self._direct_wakeups.receive if self._direct_wakeups else self._listen_here()
        if receive is None or (self._direct_wakeups and self._direct_wakeups.take_missed()):
            self._new = None  # wake-ups may have been missed
            return
        self._new = {}
        # This bypasses Django's cursors, so psycopg's errors are wrapped here: the connection may die meanwhile.
        with connection.wrap_database_errors:
            wakeups = list(receive(timeout=seconds, stop_after=1))
            if not wakeups:
                return
            self._woken = True
            if (early := self._next_run - time.monotonic()) > 0:
                time.sleep(early)
                # What these stand for is committed: the run that follows sees it.
                wakeups += receive(timeout=0)
        self._new = merge_wakeups(wakeup.payload for wakeup in wakeups)
        self._next_run = time.monotonic() + DEBOUNCE_SECONDS[min(len(wakeups), len(DEBOUNCE_SECONDS)) - 1]

    def _listen_here(self) -> Callable[..., Iterable[Notify]] | None:
        """Returns how to receive wake-ups from the queueing loop's connection; None if LISTEN has only now begun."""
        if connection.connection is None or self._listening_on is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {wakeup.WAKEUP_CHANNEL}")
            self._listening_on = connection.connection
            return None
        receive: Callable[..., Iterable[Notify]] = connection.connection.notifies
        return receive

    def _watch(self) -> None:
        while not self.stopping.wait(1.0):
            for loop in (*self.other_loops, self.queueing_loop):
                if time.monotonic() - loop.last_progress > loop.pause + WATCHDOG_SECONDS:
                    log.error(
                        "%s made no progress for %s s; ending for a fresh start", loop.name, WATCHDOG_SECONDS
                    )
                    os._exit(3)


def merge_wakeups(texts: Iterable[str]) -> Due | None:
    """Returns the lanes that these wake-ups name, with the earliest time of each. None: anything may have changed."""
    named: list[tuple[Lane, datetime]] = []
    for text in texts:
        if (due := decode_wakeup(text)) is None:
            return None
        named += due.items()
    return find_first_due(named)


def _release_series(series_id: uuid.UUID) -> None:
    if redbeat_entries.release_series(series_id):
        wakeup.wake_dispatchers()


def _read_redbeat_messages(reader: broker.RedBeatReader) -> float:
    try:
        reader.read(seconds=1.0)
    except broker.AWAY as exc:
        log.debug("broker away, no RedBeat messages: %s", exc)
        reader.drop()
        return FAULT_PAUSE_SECONDS
    return 0.0


def _end_process(failure: threading.ExceptHookArgs) -> None:
    """Ends the dispatcher after an unexpected exception in a thread, so that its supervisor starts a new process."""
    log.critical("%s failed", failure.thread and failure.thread.name, exc_info=failure.exc_value)
    os._exit(3)


def main() -> None:
    """Runs a dispatcher process until SIGTERM or SIGINT."""
    limit_new_connections(DISPATCHER)
    secret_settings.hide()  # here the handlers' `validate` runs, too
    schema_guard.refuse_to_start()
    unreadable_secrets.refuse_to_start()
    # It may end at any moment: other dispatchers find and repeat what it left unfinished.
    schema_guard.watch(lambda: os._exit(os.EX_SOFTWARE))
    threading.excepthook = _end_process
    dispatcher = Dispatcher()
    signal.signal(signal.SIGTERM, dispatcher.stop)
    signal.signal(signal.SIGINT, dispatcher.stop)
    dispatcher.run()
