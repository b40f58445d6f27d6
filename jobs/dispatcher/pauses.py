"""Series that were paused until some time go on when it has come, also if no dispatcher ran then."""

from __future__ import annotations

from jobs.services.series_resuming import resume_due_series

LOOK_EVERY_SECONDS = 1.0


def turn() -> float:
    resume_due_series()
    return LOOK_EVERY_SECONDS
