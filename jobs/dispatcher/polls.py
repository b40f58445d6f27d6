"""Decides when a dispatcher polls the database, and makes slow polls in a thread of their own."""

from __future__ import annotations

import logging
import threading
import time

from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import describe
from jobs import dispatch_messages, wakeup
from jobs.dispatch_messages import Poll
from jobs.dispatcher.due_lanes import DueLanes

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
# A poll is slow while an open transaction keeps dead rows. Then it is made in a thread, so that no claim waits for it,
# and less often, to take this share of the time: regularly, and when a wake-up asks for it. However slow polls are, the
# next one is made after these seconds.
SLOW_SECONDS = 0.01
SHARE, ASKED_SHARE = 0.02, 0.1
MAX_SECONDS, MAX_ASKED_SECONDS = 5.0, 1.0
# A poll in its thread that takes longer hangs. The next one is made in place, where the watchdog sees it.
MAX_ASIDE_SECONDS = 30.0


class Polls:
    """Polls for one dispatcher. `is_wanted`: something may have changed, so the next poll is made as soon as possible.

    `newest`: what the last poll found; None before the first.
    """

    def __init__(self, lanes: DueLanes) -> None:
        self.is_wanted = True
        self.newest: Poll | None = None
        self._lanes = lanes
        self._next = self._next_asked = 0.0
        self._seconds = 0.0  # that the last one took
        self._aside_until = 0.0  # while a poll runs in its thread: when that will have taken too long
        self._found_aside: Poll | None = None

    def run_once(self) -> Poll | None:
        """Polls if it is time to; returns a poll that has ended, after the lanes were replaced by what it found."""
        if (found := self._found_aside) is not None:
            self._found_aside = None
            return self._note(found, self._seconds)
        if time.monotonic() < self.due_at():
            return None
        self.is_wanted = False
        self._lanes.begin_poll()
        if self._seconds < SLOW_SECONDS or self._aside_until:
            self._aside_until = 0.0
            return self._note(*self._poll())
        self._aside_until = time.monotonic() + MAX_ASIDE_SECONDS
        threading.Thread(target=self._poll_aside, name="slow poll", daemon=True).start()
        return None

    def due_at(self) -> float:
        """Returns the monotonic time of the next poll. While one runs in its thread, that is when it counts as hung."""
        return self._aside_until or (self._next_asked if self.is_wanted else self._next)

    def _poll(self) -> tuple[Poll, float]:
        began = time.monotonic()
        found = dispatch_messages.poll()
        return found, time.monotonic() - began

    def _note(self, found: Poll, seconds: float) -> Poll:
        self.newest, self._seconds = found, seconds
        self._lanes.replace(found.lanes, now=found.now, at=found.at)
        self._next = found.at + max(POLL_SECONDS, min(seconds / SHARE, MAX_SECONDS))
        asked = 0.0 if seconds < SLOW_SECONDS else min(seconds / ASKED_SHARE, MAX_ASKED_SECONDS)
        self._next_asked = found.at + asked
        return found

    def _poll_aside(self) -> None:
        """Polls in its own thread, over its own connection, and wakes the dispatcher to take what was found."""
        try:
            self._found_aside, self._seconds = self._poll()
            self._aside_until = 0.0
            wakeup.wake_dispatchers(wakeup.ROOM)
        except DatabaseError as exc:
            log.warning("a slow poll: %s", describe(exc))
            # The next one is made where errors of the database are handled.
            self._seconds = self._aside_until = 0.0
        finally:
            connection.close()
