"""`celery beat` with RedBeat's schedule and lock, which sends nothing but ticks and outlives whatever Redis holds."""

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


class OwnBeat(Beat):
    """It fits the schema or ends, and reports that it lives.

    Its work needs no Postgres, so that one which is away does not hold it up: threads ask and report beside it.
    """

    def run(self) -> Any:
        schema_guard.refuse_to_start()
        schema_guard.watch(lambda: os._exit(os.EX_SOFTWARE))
        heartbeat = Heartbeat("beat")
        send_in_background(heartbeat)
        try:
            return super().run()
        finally:
            heartbeat.stop()


class SeriesScheduler(RedBeatScheduler):  # type: ignore[misc]  # RedBeat has no types
    """Two may run: one holds the lock and fires, the other tries every second to get it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # RedBeat waits for its lock once, at the start, and ends the process when it loses it.
        self.lock_key = None
        self._token = uuid.uuid4().hex
        self._said = ""

    def setup_schedule(self) -> None:
        """All entries are the dispatcher's: none comes from Celery's settings."""

    def tick(self, *_: Any, **__: Any) -> float:
        try:
            if not redbeat.hold_lock(self.app, self._token):
                self._say("waiting: another beat fires")
                return float(self.max_interval)
            self._say("firing")
            due, pause = redbeat.take_due(self.app, look_ahead=float(self.max_interval))
        except redbeat.AWAY as exc:
            self._say(f"Redis away: {exc}"[:200])
            return float(self.max_interval)
        for series_id in due:
            self._fire(series_id)
        return pause

    def _fire(self, series_id: uuid.UUID) -> None:
        """A tick that cannot be sent is lost; the dispatcher's own loop takes the job a second later."""
        try:
            self.send_task(
                SERIES_DUE, [str(series_id)], producer=self.producer, exchange="", routing_key=REDBEAT_QUEUE
            )
        except Exception as exc:  # noqa: BLE001 - whatever the broker's library raises must not end beat
            self._say(f"broker away: {type(exc).__name__}: {exc}"[:200])

    def _say(self, what: str) -> None:
        """Once, not each second."""
        if what != self._said:
            log.info("%s", what)
            self._said = what

    def close(self) -> None:
        try:
            redbeat.release_lock(self.app, self._token)
        except redbeat.AWAY as exc:
            log.info("Redis away, the lock ends by itself: %s", exc)
        super().close()
