"""Counts jobs in dispatch messages for metrics: published, published again, received in vain."""

from __future__ import annotations

import enum
import threading
import time
from collections import Counter

from django.db import Error as DatabaseError
from django.db import connection


class DispatchResult(enum.StrEnum):
    """Says what became of a job's dispatch message."""

    PUBLISHED = "published"
    REPUBLISHED = "republished"  # because it seemed to be lost
    DUPLICATE = "duplicate"  # a worker received it when the job no longer waited for one


FLUSH_SECONDS = 5.0
_lock = threading.Lock()
_noted: Counter[DispatchResult] = Counter()
_flushed_at = -FLUSH_SECONDS
_ADD = """
    INSERT INTO jobs_dispatchcount AS counted (result, number)
    SELECT * FROM unnest(%(results)s::text[], %(numbers)s::bigint[]) AS noted(result, number) ORDER BY result
    ON CONFLICT (result) DO UPDATE SET number = counted.number + excluded.number"""


def note(result: DispatchResult, number: int) -> None:
    """Counts jobs in this process's memory, until the next `flush`."""
    with _lock:
        _noted[result] += number


def flush(*, at_once: bool = True) -> None:
    """Adds what was noted to the counts in Postgres; unless `at_once`, only if the last time was FLUSH_SECONDS ago."""
    global _flushed_at
    with _lock:
        if not _noted or not (at_once or time.monotonic() - _flushed_at >= FLUSH_SECONDS):
            return
        noted = dict(_noted)
        _noted.clear()
        _flushed_at = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, {"results": list(noted), "numbers": list(noted.values())})
    except DatabaseError:  # figures are worth no trouble: they are added the next time
        with _lock:
            _noted.update(noted)
