"""The second thread of a pool process. It lives as long as the process and looks after whatever runs in it.

It works on a database connection of its own (Django gives each thread one), which it keeps while jobs come.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

from django.db import Error as DatabaseError
from django.db import connection

from jobs import hints
from jobs.running.fence import fence
from jobs.running.rest import Rest

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
# So long may the jobs of one message run, all together, before other slots may have those that have not begun.
REST_SECONDS = 0.1


class Watched(Protocol):
    def look(self) -> None:
        """Do what is due for the running attempt. May raise a DatabaseError: the next look comes all the same."""


class Watch:
    """One attempt at a time: `begin`, `end`; `end` returns when nothing is done for the attempt any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # held while the thread works: who ends an attempt waits for that
        self._woken = threading.Event()
        self._asleep = False
        self._thread: threading.Thread | None = None
        self._watched: Watched | None = None
        self._next_look = 0.0
        self._rest = Rest([])
        self._begun = 0.0
        self._ran_for = 0.0

    def begin(self, watched: Watched) -> None:
        with self._lock:
            self._watched, self._begun = watched, time.monotonic()
            self._rouse()

    def end(self) -> None:
        with self._lock:
            if self._watched is not None:
                self._ran_for += time.monotonic() - self._begun
                self._watched = None

    def hold_rest(self, rest: Rest) -> None:
        """A message came; `rest` goes back to the dispatcher if its first jobs take more than a moment."""
        with self._lock:
            self._rest, self._ran_for = rest, 0.0
            self._rouse(at_once=bool(rest))

    def _rouse(self, *, at_once: bool = False) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._asleep = False
            self._thread = threading.Thread(target=self._live, name="watch", daemon=True)
            self._thread.start()
        elif self._asleep or at_once:
            self._asleep = False
            self._woken.set()

    def _live(self) -> None:
        self._next_look = time.monotonic() + LOOK_SECONDS
        while True:
            with self._lock:
                pause = self._turn()
            self._woken.wait(pause)
            self._woken.clear()

    def _turn(self) -> float | None:
        """Answers the seconds until the next one; None: sleep until there is something to look after."""
        try:
            if self._rest and self._left_for_rest() <= 0:
                hints.hand_back(self._rest.take_all())
            if time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + LOOK_SECONDS
                if self._watched is not None:
                    self._watched.look()
                elif not fence.held:
                    self._fall_asleep()
                    return None
        except DatabaseError as exc:
            log.warning("database away during a job: %s", str(exc).strip())
            connection.close()
        until_look = max(self._next_look - time.monotonic(), 0.0)
        return min(until_look, max(self._left_for_rest(), 0.0)) if self._rest else until_look

    def _left_for_rest(self) -> float:
        """The database's time is not counted: where that is slow, more statements would not help."""
        running = time.monotonic() - self._begun if self._watched is not None else 0.0
        return REST_SECONDS - self._ran_for - running

    def _fall_asleep(self) -> None:
        fence.take_down()
        connection.close()
        self._asleep = True


watch = Watch()
