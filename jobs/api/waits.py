"""Requests that wait for the end of a job: a bounded number, and one thread that looks for all of them."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseError
from django.db import connection

from accounts.errors import TooMany
from foundation.connections import release_connection
from foundation.errors import Problem
from jobs.read import queries

LOOK_EVERY_SECONDS = 0.1
RETRY_AFTER_SECONDS = 1


class Waits:
    """`total` at once in this process and `each` for one user: a wait keeps a thread from other requests."""

    def __init__(self, *, total: int, each: int) -> None:
        self.limit(total=total, each=each)
        self._lock = threading.Lock()
        self._of_user: Counter[str] = Counter()
        self._waiting: dict[threading.Event, uuid.UUID] = {}
        self._looking = False

    def limit(self, *, total: int, each: int) -> None:
        self._total, self._each = total, each

    def wait(self, job_id: uuid.UUID, *, user: str, seconds: float) -> None:
        """Returns when the job has ended or is gone, when the database is away, or after `seconds`. Raises TooMany."""
        with self._place(user):
            release_connection()
            ended = threading.Event()
            with self._lock:
                self._waiting[ended] = job_id
                must_look, self._looking = not self._looking, True
            if must_look:
                threading.Thread(target=self._look, name="waits", daemon=True).start()
            ended.wait(seconds)
            with self._lock:
                self._waiting.pop(ended, None)

    @contextmanager
    def _place(self, user: str) -> Iterator[None]:
        with self._lock:
            if self._of_user.total() >= self._total or self._of_user[user] >= self._each:
                detail = "Too many requests wait for jobs at this moment. Ask without `wait`, or again in a second."
                raise TooMany(Problem("too_many_waits", detail, "wait"), retry_after=RETRY_AFTER_SECONDS)
            self._of_user[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._of_user[user] -= 1
                self._of_user += Counter()  # forgets those with none

    def _look(self) -> None:
        """Until nobody waits."""
        pause = threading.Event()
        try:
            while waiting := self._those_that_wait():
                live = self._live(set(waiting.values()))
                for ended, job_id in waiting.items():
                    if job_id not in live:
                        ended.set()
                pause.wait(LOOK_EVERY_SECONDS)
        except BaseException:
            self._looking = False  # a bug: the next who waits has another thread look
            raise
        finally:
            connection.close()

    def _those_that_wait(self) -> dict[threading.Event, uuid.UUID]:
        with self._lock:
            self._looking = bool(self._waiting)
            return dict(self._waiting)

    @staticmethod
    def _live(job_ids: set[uuid.UUID]) -> set[uuid.UUID]:
        """None while the database is away: whoever waits is told so."""
        try:
            return queries.find_live(job_ids)
        except DatabaseError:
            return set()
        finally:
            release_connection()


waits = Waits(total=256, each=128)
