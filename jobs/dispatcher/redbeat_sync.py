"""Keeps RedBeat's entries in Redis in step with Postgres: stores new ones at once, and compares all regularly."""

from __future__ import annotations

import logging
import time
from typing import Any

from jobs import redbeat_entries
from jobs.messaging import redbeat

log = logging.getLogger(__name__)

MAX_STORED_AT_ONCE = 500
REPAIR_INTERVAL_SECONDS = 5.0
# While neither Redis nor the number of series has changed since all entries were right, Postgres is read this
# rarely: to read ten thousand entries every few seconds would be most of what an idle dispatcher costs.
COMPARE_INTERVAL_SECONDS = 60.0
# A schedule with more members than twice the number of series, plus these, was filled by a foreign process.
MAX_EXTRA_ENTRIES = 1000
POLL_SECONDS = 1.0  # besides every wake-up
REDIS_AWAY_PAUSE_SECONDS = 2.0


class RedBeatSync:
    """Stores missing RedBeat entries of series in Redis at once, and repairs wrong ones every few seconds."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._next_repair = 0.0
        self._away_until = 0.0
        self._is_away = False
        self._next_comparison = 0.0
        # The entries and the number of series at the last comparison that found nothing wrong.
        self._right: tuple[dict[str, redbeat.StoredEntry], int] | None = None

    def run_once(self) -> float:
        """Stores missing entries, repairs all entries every 5 s; returns the seconds to sleep."""
        # A wake-up ends our sleep, but not the pause while Redis is away.
        if (left := self._away_until - time.monotonic()) > 0:
            return left
        try:
            self._store_missing()
            if time.monotonic() >= self._next_repair:
                self._repair()
                self._next_repair = time.monotonic() + REPAIR_INTERVAL_SECONDS
        except redbeat.AWAY as exc:
            if not self._is_away:
                log.warning("Redis away, RedBeat entries wait: %s", exc)
            self._is_away, self._right = True, None
            self._away_until = time.monotonic() + REDIS_AWAY_PAUSE_SECONDS
            return REDIS_AWAY_PAUSE_SECONDS
        self._is_away = False
        return POLL_SECONDS

    def _repair(self) -> None:
        number = redbeat_entries.count_active_series()
        # Redis is read first: an entry that is stored in between looks wrong, and is written again as it is.
        found, removed = redbeat.read_stored(self._app, max_entries=2 * number + MAX_EXTRA_ENTRIES)
        if (found, number) == self._right and not removed and time.monotonic() < self._next_comparison:
            return
        changed = removed + redbeat.repair(
            self._app, found, redbeat_entries.list_entries(), redbeat_entries.list_active_series()
        )
        self._right = None if changed else (found, number)
        self._next_comparison = time.monotonic() + COMPARE_INTERVAL_SECONDS
        if changed:
            log.info("repaired %s RedBeat entries", changed)

    def _store_missing(self) -> None:
        entries = redbeat_entries.find_missing_entries(limit=MAX_STORED_AT_ONCE)
        if entries:
            redbeat.store(self._app, entries)
            redbeat_entries.mark_stored([entry.series_id for entry in entries])
