"""The dispatcher process: a few loops, one thread each, and a watchdog that ends the process if one hangs."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import uuid

from django.conf import settings
from django.db import connection

from foundation import schema_guard
from foundation.database_limits import DISPATCHER, limit_new_connections
from jobs import hints
from jobs.dispatcher import pauses, reachability
from jobs.dispatcher.alarms import Alarms
from jobs.dispatcher.loop import FAULT_PAUSE_SECONDS, Loop
from jobs.dispatcher.operations import Operations
from jobs.dispatcher.queueing import Queueing
from jobs.dispatcher.reaper import Reaper
from jobs.dispatcher.relay import Relay
from jobs.dispatcher.report import Probing, Report, problems_of
from jobs.dispatcher.retention import Retention
from jobs.dispatcher.unserved import Unserved
from jobs.messaging import broker
from jobs.problems import PlatformProblem
from scheduler_project.celery import app

log = logging.getLogger(__name__)

WATCHDOG_SECONDS = 30.0
# A nudge wakes all loops, after the turn that it causes. Those that nobody waits for in milliseconds take their time.
SETTLE_SECONDS = 0.03
# Nudges that come closer than this are answered by one turn: under load a turn for each would cost more than it gains.
TOGETHER_SECONDS = 0.01
# Where so many came together, jobs wait for workers rather than for us: then larger groups are cheaper for all.
BUSY_NUDGES = 3
BUSY_TOGETHER_SECONDS = 0.025


class Dispatcher:
    """`run()` returns after `stop()`; a second one may run beside it anywhere, there is no leader."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        ticks = broker.TickReader(settings.BROKER_URL, on_tick=_release)
        self.relay = Loop("relay", Relay().turn, settle=SETTLE_SECONDS)
        self.alarms = Loop("alarms", Alarms(app).turn, settle=SETTLE_SECONDS)
        self._probings = (
            Probing(reachability.broker_probe(settings.BROKER_URL)),
            Probing(reachability.RedisProbe(settings.REDIS_URL)),
        )
        self._report = Report(self._problems)
        self.aside = (
            self.relay,
            self.alarms,
            Loop("ticks", lambda: _read_ticks(ticks)),
            Loop("reaper", Reaper().turn),
            Loop("unserved jobs", Unserved().turn),
            Loop("retention", Retention().turn),
            Loop("pauses", pauses.turn),
            Loop("operations", Operations().turn),
            Loop("broker probe", self._probings[0].turn),
            Loop("Redis probe", self._probings[1].turn),
            Loop("report", self._report.turn),
        )
        self._hints = Queueing(broker.Publisher(settings.BROKER_URL))
        self.queueing = Loop("queueing", lambda: self._hints.turn(few=self._few), sleep=self._listen)
        self._listening_on: object = None
        self._next_turn = 0.0
        self._nudged = False
        self._few = False

    def run(self) -> None:
        for loop in self.aside:
            threading.Thread(target=loop.run, args=(self.stopping,), name=loop.name, daemon=True).start()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        log.info("dispatching")
        self.queueing.run(self.stopping)
        self._report.heartbeat.stop()

    def _problems(self) -> list[PlatformProblem]:
        return problems_of(
            queueing=self.queueing,
            others=self.aside,
            probings=self._probings,
            queues=self._hints,
        )

    def stop(self, *_: object) -> None:
        self.stopping.set()
        for loop in self.aside:
            loop.woken.set()

    def _listen(self, seconds: float) -> None:
        """Sleep until a nudge: the other loops that wait for fresh rows are woken when its turn is done."""
        if self._nudged:
            self._nudged = self._few = False
            self.relay.woken.set()
            self.alarms.woken.set()
        if self._listening_on is None or self._listening_on is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {hints.NUDGE_CHANNEL}")
            self._listening_on = connection.connection
        # Not a cursor of Django's: a connection that dies meanwhile raises psycopg's error.
        with connection.wrap_database_errors:
            nudges = list(connection.connection.notifies(timeout=seconds, stop_after=1))
            if not nudges:
                return
            self._nudged = True
            if (early := self._next_turn - time.monotonic()) > 0:
                time.sleep(early)
                # What these speak of is committed: the turn that follows sees it.
                nudges += connection.connection.notifies(timeout=0)
            self._few = len(nudges) < BUSY_NUDGES
            together = TOGETHER_SECONDS if self._few else BUSY_TOGETHER_SECONDS
            self._next_turn = time.monotonic() + together

    def _watch(self) -> None:
        while not self.stopping.wait(1.0):
            for loop in (*self.aside, self.queueing):
                if time.monotonic() - loop.last_progress > loop.pause + WATCHDOG_SECONDS:
                    log.error(
                        "%s made no progress for %s s; ending for a fresh start", loop.name, WATCHDOG_SECONDS
                    )
                    os._exit(3)


def _release(series_id: uuid.UUID) -> None:
    """RedBeat says that a series is due: its job is for the queueing loop from its due time on."""
    if hints.release_series(series_id):
        hints.nudge()


def _read_ticks(reader: broker.TickReader) -> float:
    try:
        reader.read(seconds=1.0)
    except broker.AWAY as exc:
        log.debug("broker away, no ticks: %s", exc)
        reader.drop()
        return FAULT_PAUSE_SECONDS
    return 0.0


def _die(failure: threading.ExceptHookArgs) -> None:
    """A loop that ends by a bug takes the process with it: the supervisor starts a whole one."""
    log.critical("%s failed", failure.thread and failure.thread.name, exc_info=failure.exc_value)
    os._exit(3)


def main() -> None:
    limit_new_connections(DISPATCHER)
    schema_guard.refuse_to_start()
    # At any moment: what it had under way, the others find and repeat.
    schema_guard.watch(lambda: os._exit(os.EX_SOFTWARE))
    threading.excepthook = _die
    dispatcher = Dispatcher()
    signal.signal(signal.SIGTERM, dispatcher.stop)
    signal.signal(signal.SIGINT, dispatcher.stop)
    dispatcher.run()
