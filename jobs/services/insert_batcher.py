"""Implements group commit for new jobs: inserts requested at the same time share one statement and one commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import OperationalError

from foundation.database_errors import is_temporary
from jobs.transitions import NewJob

Row = dict[str, Any]
MAX_BATCH = 64
# How long a follower waits to become ready. Its own statement is bounded by the connection's timeout.
MAX_WAIT_SECONDS = 3.0


class PendingInsert:
    """Holds a thread's job to store. The lock `ready` is released when it is stored or the thread becomes leader."""

    def __init__(self, job: NewJob) -> None:
        self.job = job
        self.row: Row | None = None
        self.error: Exception | None = None
        self.is_done = False
        self.is_alone = False
        self.ready = threading.Lock()
        self.ready.acquire()


class InsertBatcher:
    """Inserts the jobs of concurrent threads in batches: one thread, the leader, stores its own and all waiting jobs.

    The first thread becomes the leader and stores its own job at once, so a single job is not delayed. Threads that
    come meanwhile wait as followers; when the leader is done, one of them leads the next batch.
    """

    def __init__(
        self,
        store: Callable[[Sequence[NewJob]], Sequence[Row | None]],
        afterwards: Callable[[Sequence[Row | None]], None],
    ) -> None:
        """Takes two functions that the leader calls: `store` with the jobs of a batch, `afterwards` with their rows.

        `store` returns a row (or None) per job. If it raises, none is stored, except perhaps after a lost connection.
        """
        self._store = store
        self._afterwards = afterwards
        self._lock = threading.Lock()
        self._waiting: list[PendingInsert] = []
        self._has_leader = False

    def store(self, job: NewJob) -> Row | None:
        """Stores the job in a batch and returns its row, or None if the function `store` returned None for it.

        Raises the errors of that function, and OperationalError if earlier batches take longer than MAX_WAIT_SECONDS.
        If a batch fails for good, each of its jobs is stored again by itself: another one may be the cause.
        """
        pending = PendingInsert(job)
        with self._lock:
            is_follower, self._has_leader = self._has_leader, True
            if is_follower:
                self._waiting.append(pending)
        if is_follower and not pending.ready.acquire(timeout=MAX_WAIT_SECONDS):
            self._give_up(pending)
        if not pending.is_done:
            self._afterwards(self._lead(pending))
        if pending.error is None:
            return pending.row
        if pending.is_alone:
            raise pending.error
        if is_temporary(pending.error):
            # A copy: each thread adds its own traceback.
            raise type(pending.error)(*pending.error.args) from pending.error
        (row,) = self._store([job])
        self._afterwards([row])
        return row

    def _give_up(self, pending: PendingInsert) -> None:
        """Removes the job from the waiting ones and raises OperationalError.

        If a batch has the job already, or the thread has become the leader, waits until `ready` is released instead.
        """
        with self._lock:
            if pending in self._waiting:
                self._waiting.remove(pending)
                raise OperationalError("the jobs before this one are not stored yet")
        pending.ready.acquire()

    def _lead(self, first: PendingInsert) -> Sequence[Row | None]:
        """Stores a batch, the leader's job and waiting ones, and returns its rows: none if the batch failed.

        Wakes the threads of the batch, and makes the next waiting one the leader.
        """
        rows: Sequence[Row | None] = []
        with self._lock:
            batch = [first, *self._waiting[: MAX_BATCH - 1]]
            del self._waiting[: MAX_BATCH - 1]
        try:
            rows = self._store([pending.job for pending in batch])
            for pending, row in zip(batch, rows, strict=True):
                pending.row = row
        except Exception as exc:  # noqa: BLE001 - each thread raises it
            for pending in batch:
                pending.error = exc
        finally:
            for pending in batch:
                pending.is_alone = len(batch) == 1
                pending.is_done = True
                pending.ready.release()
            with self._lock:
                if self._waiting:
                    self._waiting.pop(0).ready.release()
                else:
                    self._has_leader = False
        return rows
