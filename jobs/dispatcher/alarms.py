"""RedBeat's entries follow Postgres: a series' new waiting job is armed at once, all are compared now and then."""

from __future__ import annotations

import logging
import time
from typing import Any

from jobs import hints
from jobs.messaging import redbeat

log = logging.getLogger(__name__)

ARM_AT_MOST = 500
REPAIR_EVERY_SECONDS = 5.0
# While nothing in Redis and no series has changed since all was right, Postgres is asked this often only:
# to read ten thousand alarms every few seconds would be most of what an idle dispatcher costs.
COMPARE_EVERY_SECONDS = 60.0
# More members than that are not ours: twice as many as there are series, and some for those that come and go.
FURTHER_ENTRIES = 1000
LOOK_EVERY_SECONDS = 1.0  # besides every nudge
REDIS_AWAY_PAUSE_SECONDS = 2.0


class Alarms:
    def __init__(self, app: Any) -> None:
        self._app = app
        self._next_repair = 0.0
        self._away_until = 0.0
        self._is_away = False
        self._next_comparison = 0.0
        self._right: tuple[dict[str, redbeat.Stored], int] | None = None

    def turn(self) -> float:
        # A nudge ends our pause, not that of a Redis that is away.
        if (left := self._away_until - time.monotonic()) > 0:
            return left
        try:
            self._arm_new()
            if time.monotonic() >= self._next_repair:
                self._repair()
                self._next_repair = time.monotonic() + REPAIR_EVERY_SECONDS
        except redbeat.AWAY as exc:
            if not self._is_away:
                log.warning("Redis away, RedBeat entries wait: %s", exc)
            self._is_away, self._right = True, None
            self._away_until = time.monotonic() + REDIS_AWAY_PAUSE_SECONDS
            return REDIS_AWAY_PAUSE_SECONDS
        self._is_away = False
        return LOOK_EVERY_SECONDS

    def _repair(self) -> None:
        number = hints.number_of_active_series()
        # Redis first: an entry that is armed in between then looks wrong, and is written once more as it is.
        found, gone = redbeat.stored(self._app, at_most=2 * number + FURTHER_ENTRIES)
        if (found, number) == self._right and not gone and time.monotonic() < self._next_comparison:
            return
        changed = gone + redbeat.repair(self._app, found, hints.all_alarms(), hints.active_series())
        self._right = None if changed else (found, number)
        self._next_comparison = time.monotonic() + COMPARE_EVERY_SECONDS
        if changed:
            log.info("repaired %s RedBeat entries", changed)

    def _arm_new(self) -> None:
        alarms = hints.unarmed_alarms(limit=ARM_AT_MOST)
        if alarms:
            redbeat.arm(self._app, alarms)
            hints.mark_armed([alarm.series_id for alarm in alarms])
