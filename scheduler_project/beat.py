"""Adapts `celery beat`: sends a message for each series due in RedBeat's schedule; tolerates any content of Redis."""

from __future__ import annotations

import logging
import os
import uuid
from typing import Any

from celery.apps.beat import Beat
from redbeat import RedBeatScheduler

from foundation import schema_guard
from jobs.heartbeat import Heartbeat, send_in_background
from jobs.messaging import redbeat
from jobs.messaging.broker import REDBEAT_QUEUE
from jobs.messaging.incoming import SERIES_DUE

log = logging.getLogger(__name__)


class SchedulerBeat(Beat):
    """Runs the beat process, which sends heartbeats and ends when its code does not fit the database schema.

    Heartbeats and schema checks use Postgres in threads of their own, so that scheduling never waits for Postgres.
    """

    def run(self) -> Any:
        """Runs beat until it is stopped; exits at once if its code does not fit the database schema."""
        schema_guard.refuse_to_start()
        schema_guard.watch(lambda: os._exit(os.EX_SOFTWARE))
        heartbeat = Heartbeat("beat")
        send_in_background(heartbeat)
        try:
            return super().run()
        finally:
            heartbeat.stop()


class SeriesScheduler(RedBeatScheduler):  # type: ignore[misc]  # RedBeat has no types
    """Sends a RedBeat message for each due series if this beat process has the lock; else tries to acquire the lock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # None switches RedBeat's own lock off: it is acquired only at the start, and losing it ends the process.
        self.lock_key = None
        self._token = uuid.uuid4().hex
        self._last_logged = ""

    def setup_schedule(self) -> None:
        """Does nothing: the dispatcher stores all RedBeat entries, and Celery's settings define none."""

    def tick(self, *_: Any, **__: Any) -> float:
        """Sends a RedBeat message for each due series if this process has the lock; returns the seconds to sleep."""
        try:
            if not redbeat.hold_lock(self.app, self._token):
                self._log_change("waiting: another beat fires")
                return float(self.max_interval)
            self._log_change("firing")
            due, pause = redbeat.take_due(self.app, look_ahead=float(self.max_interval))
        except redbeat.AWAY as exc:
            self._log_change(f"Redis away: {exc}"[:200])
            return float(self.max_interval)
        for series_id in due:
            self._send(series_id)
        return pause

    def _send(self, series_id: uuid.UUID) -> None:
        """Sends a RedBeat message for the series; only logs a failure: the dispatcher claims the job a second later."""
        try:
            self.send_task(
                SERIES_DUE, [str(series_id)], producer=self.producer, exchange="", routing_key=REDBEAT_QUEUE
            )
        except Exception as exc:  # noqa: BLE001 - whatever the broker's library raises must not end beat
            self._log_change(f"broker away: {type(exc).__name__}: {exc}"[:200])

    def _log_change(self, what: str) -> None:
        """Logs the scheduler's state if it differs from the one logged before."""
        if what != self._last_logged:
            log.info("%s", what)
            self._last_logged = what

    def close(self) -> None:
        """Releases beat's lock in Redis, so that another beat process takes over at once."""
        try:
            redbeat.release_lock(self.app, self._token)
        except redbeat.AWAY as exc:
            log.info("Redis away, the lock ends by itself: %s", exc)
        super().close()
