"""Steps of two loops: work on operations, and on series that were paused until a set time."""

from __future__ import annotations

from jobs.services import operation_work
from jobs.services.series_resuming import resume_due_series

POLL_SECONDS = 1.0


def work_on_operations() -> float:
    """Do one part of an operation on many jobs, and return the seconds until there may be more."""
    return 0.0 if operation_work.work_on_next_part() else POLL_SECONDS


def resume_series() -> float:
    """Resume series whose pause is over, even if no dispatcher ran at that time; return the seconds to sleep."""
    resume_due_series()
    return POLL_SECONDS
