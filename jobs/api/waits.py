"""Long polling: a limited number of REST requests wait for jobs to end, while one thread polls the database for all."""

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

POLL_SECONDS = 0.1
RETRY_AFTER_SECONDS = 1


class Waits:
    """Lets REST requests of this web process wait for the end of a job.

    At most `total` requests wait at once, and `per_user` of one user: each occupies a thread of the web server.
    """

    def __init__(self, *, total: int, per_user: int) -> None:
        self.set_limits(total=total, per_user=per_user)
        self._lock = threading.Lock()
        self._of_user: Counter[str] = Counter()
        self._waiting: dict[threading.Event, uuid.UUID] = {}
        self._is_polling = False

    def set_limits(self, *, total: int, per_user: int) -> None:
        """Replaces the limits on waiting requests: `total` for this process, `per_user` for each user."""
        self._total, self._per_user = total, per_user

    def wait(self, job_id: uuid.UUID, *, user: str, seconds: float) -> None:
        """Blocks until the job has ended or was deleted, the database is unavailable, or `seconds` are over.

        Raises TooMany if the limit of waiting requests is reached, for this process or for this user.
        """
        with self._reserve(user):
            release_connection()
            ended = threading.Event()
            with self._lock:
                self._waiting[ended] = job_id
                must_poll, self._is_polling = not self._is_polling, True
            if must_poll:
                threading.Thread(target=self._poll, name="waits", daemon=True).start()
            ended.wait(seconds)
            with self._lock:
                self._waiting.pop(ended, None)

    @contextmanager
    def _reserve(self, user: str) -> Iterator[None]:
        with self._lock:
            if self._of_user.total() >= self._total or self._of_user[user] >= self._per_user:
                detail = "Too many requests wait for jobs at this moment. Ask without `wait`, or again in a second."
                raise TooMany(Problem("too_many_waits", detail, "wait"), retry_after=RETRY_AFTER_SECONDS)
            self._of_user[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._of_user[user] -= 1
                self._of_user += Counter()  # drops users without waits

    def _poll(self) -> None:
        """Reads every POLL_SECONDS which jobs have ended and wakes their requests; returns when no request waits."""
        pause = threading.Event()
        try:
            while waiting := self._take_waiting():
                live = self._find_live(set(waiting.values()))
                for ended, job_id in waiting.items():
                    if job_id not in live:
                        ended.set()
                pause.wait(POLL_SECONDS)
        except BaseException:
            self._is_polling = False  # a bug: the next wait starts another thread
            raise
        finally:
            connection.close()

    def _take_waiting(self) -> dict[threading.Event, uuid.UUID]:
        """Returns a copy of the waiting requests: {event that wakes the request: id of its job}.

        If there are none, the polling thread ends, and the next call of `wait` starts another.
        """
        with self._lock:
            self._is_polling = bool(self._waiting)
            return dict(self._waiting)

    @staticmethod
    def _find_live(job_ids: set[uuid.UUID]) -> set[uuid.UUID]:
        """Returns those of the jobs that have not ended; none if the database is unavailable, which ends all waits."""
        try:
            return queries.find_live(job_ids)
        except DatabaseError:
            return set()
        finally:
            release_connection()


waits = Waits(total=256, per_user=128)
