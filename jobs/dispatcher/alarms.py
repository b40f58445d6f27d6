"""RedBeat's entries follow Postgres: a series' new waiting job is armed at once, all are compared now and then."""

from __future__ import annotations

import logging
import time
from typing import Any

from jobs import hints, redbeat

log = logging.getLogger(__name__)

ARM_AT_MOST = 500
REPAIR_EVERY_SECONDS = 5.0
LOOK_EVERY_SECONDS = 1.0  # besides every nudge
REDIS_AWAY_PAUSE_SECONDS = 2.0


class Alarms:
    def __init__(self, app: Any) -> None:
        self._app = app
        self._next_repair = 0.0
        self._away_until = 0.0
        self._is_away = False

    def turn(self) -> float:
        # A nudge ends our pause, not that of a Redis that is away.
        if (left := self._away_until - time.monotonic()) > 0:
            return left
        try:
            self._arm_new()
            if time.monotonic() >= self._next_repair:
                changed = redbeat.repair(self._app, hints.all_alarms(), hints.active_series())
                self._next_repair = time.monotonic() + REPAIR_EVERY_SECONDS
                if changed:
                    log.info("repaired %s RedBeat entries", changed)
        except redbeat.AWAY as exc:
            if not self._is_away:
                log.warning("Redis away, RedBeat entries wait: %s", exc)
            self._is_away = True
            self._away_until = time.monotonic() + REDIS_AWAY_PAUSE_SECONDS
            return REDIS_AWAY_PAUSE_SECONDS
        self._is_away = False
        return LOOK_EVERY_SECONDS

    def _arm_new(self) -> None:
        alarms = hints.unarmed_alarms(limit=ARM_AT_MOST)
        if alarms:
            redbeat.arm(self._app, alarms)
            hints.mark_armed([alarm.series_id for alarm in alarms])
