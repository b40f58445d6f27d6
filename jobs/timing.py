"""Computes when the next jobs of a series are due, without I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from templates_app.crontabs import Firing, firings, next_time

AT_THE_EARLIEST = "At the earliest: it starts {} after the run before it has ended."


def next_due(
    *, every_seconds: int | None, crontab: str | None, time_zone: str, ended_at: datetime
) -> datetime:
    """Returns when the next job is due: `every_seconds` after `ended_at`, or the crontab's next time in `time_zone`."""
    if crontab is None:
        assert every_seconds is not None  # noqa: S101 - a constraint of the table: one of the two is set
        return ended_at + timedelta(seconds=every_seconds)
    return next_time(crontab, time_zone=time_zone, after=ended_at)


def next_starts(
    *, every_seconds: int | None, crontab: str | None, time_zone: str, after: datetime
) -> Iterator[Firing]:
    """Yields without end the start times of a series after `after`; with `every_seconds` the earliest possible."""
    if crontab is not None:
        yield from firings(crontab, time_zone=time_zone, after=after)
        return
    assert every_seconds is not None  # noqa: S101 - as above
    pause = timedelta(seconds=every_seconds)
    note = AT_THE_EARLIEST.format("1 second" if every_seconds == 1 else f"{every_seconds} seconds")
    while True:
        after += pause
        yield Firing(after, note)
