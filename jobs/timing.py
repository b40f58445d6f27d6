"""When a series' next job is due (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim


def next_due(
    *, every_seconds: int | None, crontab: str | None, time_zone: str, ended_at: datetime
) -> datetime:
    """`every_seconds` after the end, or the crontab's next time after it in `time_zone` (daylight-saving correct).

    CronSim follows Debian's cron: a time that a clock change skips runs right after it, one that comes twice runs once.
    """
    if crontab is None:
        assert every_seconds is not None  # noqa: S101 - a constraint of the table: one of the two is set
        return ended_at + timedelta(seconds=every_seconds)
    return next(CronSim(crontab, ended_at.astimezone(ZoneInfo(time_zone))))
