"""Jobs that are asked for at the same moment share a statement and a commit. Nobody waits for others to come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import OperationalError

from foundation.database_errors import is_temporary
from jobs.transitions import NewJob

Row = dict[str, Any]
MOST_TOGETHER = 64
# A follower waits so long for its turn, and then for its statement, which has the connection's own bound.
MAX_WAIT_SECONDS = 3.0


class _Wish:
    """One thread's. Its `turn` comes when its job is stored, or when it is to store those that wait."""

    def __init__(self, job: NewJob) -> None:
        self.job = job
        self.row: Row | None = None
        self.error: Exception | None = None
        self.is_over = False
        self.is_alone = False
        self.turn = threading.Lock()
        self.turn.acquire()


class Together:
    """Whoever comes first stores at once; those who come meanwhile go together next, by the thread of one of them.

    `store` answers a row for each job, and has stored nothing if it fails, unless the database is away.
    `afterwards` is called by that one thread when the others have gone on.
    """

    def __init__(
        self, store: Callable[[Sequence[NewJob]], Sequence[Row | None]], afterwards: Callable[[], None]
    ) -> None:
        self._store = store
        self._afterwards = afterwards
        self._lock = threading.Lock()
        self._waiting: list[_Wish] = []
        self._busy = False

    def store(self, job: NewJob) -> Row | None:
        wish = _Wish(job)
        with self._lock:
            waits, self._busy = self._busy, True
            if waits:
                self._waiting.append(wish)
        if waits and not wish.turn.acquire(timeout=MAX_WAIT_SECONDS):
            self._give_up(wish)
        if not wish.is_over:
            self._store_with_those_that_wait(wish)
            self._afterwards()
        if wish.error is None:
            return wish.row
        if wish.is_alone:
            raise wish.error
        if is_temporary(wish.error):
            raise type(wish.error)(*wish.error.args) from wish.error  # each thread its own
        # Another's job may be the one that cannot be stored.
        (row,) = self._store([job])
        self._afterwards()
        return row

    def _give_up(self, wish: _Wish) -> None:
        """Leave the queue; one whose job is being stored right now, or whose turn it is, goes on instead."""
        with self._lock:
            if wish in self._waiting:
                self._waiting.remove(wish)
                raise OperationalError("the jobs before this one are not stored yet")
        wish.turn.acquire()

    def _store_with_those_that_wait(self, first: _Wish) -> None:
        with self._lock:
            wishes = [first, *self._waiting[: MOST_TOGETHER - 1]]
            del self._waiting[: MOST_TOGETHER - 1]
        try:
            rows = self._store([wish.job for wish in wishes])
            for wish, row in zip(wishes, rows, strict=True):
                wish.row = row
        except Exception as exc:  # noqa: BLE001 - each thread raises it
            for wish in wishes:
                wish.error = exc
        finally:
            for wish in wishes:
                wish.is_alone = len(wishes) == 1
                wish.is_over = True
                wish.turn.release()
            with self._lock:
                if self._waiting:
                    self._waiting.pop(0).turn.release()
                else:
                    self._busy = False
