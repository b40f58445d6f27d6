"""RedBeat's entries follow Postgres: a series' new waiting job is armed at once, all are compared now and then."""

from __future__ import annotations

import logging
import time
from typing import Any

from jobs import hints, redbeat

log = logging.getLogger(__name__)

ARM_AT_MOST = 500
REPAIR_EVERY_SECONDS = 5.0
# All entries are compared when their number or that of the series has changed, and this often whatever they are:
# to compare ten thousand every few seconds would be most of what an idle dispatcher costs.
COMPARE_EVERY_SECONDS = 60.0
LOOK_EVERY_SECONDS = 1.0  # besides every nudge
REDIS_AWAY_PAUSE_SECONDS = 2.0


class Alarms:
    def __init__(self, app: Any) -> None:
        self._app = app
        self._next_repair = 0.0
        self._away_until = 0.0
        self._is_away = False
        self._next_comparison = 0.0
        self._numbers: tuple[int | None, int] | None = None

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
            self._is_away, self._numbers = True, None
            self._away_until = time.monotonic() + REDIS_AWAY_PAUSE_SECONDS
            return REDIS_AWAY_PAUSE_SECONDS
        self._is_away = False
        return LOOK_EVERY_SECONDS

    def _repair(self) -> None:
        if self._count() == self._numbers and time.monotonic() < self._next_comparison:
            return
        changed = redbeat.repair(self._app, hints.all_alarms(), hints.active_series())
        self._numbers = self._count()
        self._next_comparison = time.monotonic() + COMPARE_EVERY_SECONDS
        if changed:
            log.info("repaired %s RedBeat entries", changed)

    def _count(self) -> tuple[int | None, int]:
        return redbeat.entries(self._app), hints.number_of_active_series()

    def _arm_new(self) -> None:
        alarms = hints.unarmed_alarms(limit=ARM_AT_MOST)
        if alarms:
            redbeat.arm(self._app, alarms)
            hints.mark_armed([alarm.series_id for alarm in alarms])
