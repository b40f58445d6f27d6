"""The hints of one message whose jobs this process has not claimed yet."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable


class Rest:
    """Taken one by one by the thread that runs jobs; what is left may be given back by another thread."""

    def __init__(self, job_ids: Iterable[uuid.UUID]) -> None:
        self._job_ids = deque(job_ids)

    def __bool__(self) -> bool:
        return bool(self._job_ids)

    def take(self) -> uuid.UUID | None:
        try:
            return self._job_ids.popleft()
        except IndexError:
            return None

    def take_all(self) -> list[uuid.UUID]:
        taken = []
        while (job_id := self.take()) is not None:
            taken.append(job_id)
        return taken
