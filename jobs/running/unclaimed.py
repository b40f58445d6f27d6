"""The jobs of one message that its worker slot has not claimed yet."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable


class UnclaimedJobs:
    """Taken one by one by the slot; what has waited behind a long job is given to other slots."""

    def __init__(self, job_ids: Iterable[uuid.UUID]) -> None:
        self._job_ids = deque(job_ids)
        self.ran_for = 0.0

    def note_run(self, seconds: float) -> None:
        """A job of the message has run for so long. The database's time between two jobs does not count."""
        self.ran_for += seconds

    def __bool__(self) -> bool:
        return bool(self._job_ids)

    def take(self) -> uuid.UUID | None:
        return self._job_ids.popleft() if self._job_ids else None

    def take_all(self) -> list[uuid.UUID]:
        taken = list(self._job_ids)
        self._job_ids.clear()
        return taken
