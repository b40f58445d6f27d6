"""When a series' next job is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.timing import next_due

BERLIN = ZoneInfo("Europe/Berlin")
END = datetime(2026, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)


def by_crontab(crontab: str, ended_at: datetime, time_zone: str = "Europe/Berlin") -> datetime:
    return next_due(every_seconds=None, crontab=crontab, time_zone=time_zone, ended_at=ended_at)


def test_a_fixed_delay_counts_from_the_end() -> None:
    due = next_due(every_seconds=10, crontab=None, time_zone="UTC", ended_at=END)
    assert due == END + timedelta(seconds=10)


def test_a_crontab_fires_next_in_the_series_own_zone() -> None:
    due = by_crontab("30 2 * * *", datetime(2026, 1, 31, 12, tzinfo=UTC))
    assert due == datetime(2026, 2, 1, 2, 30, tzinfo=BERLIN) == datetime(2026, 2, 1, 1, 30, tzinfo=UTC)


def test_a_crontab_never_fires_at_the_very_end_it_counts_from() -> None:
    ended_at = datetime(2026, 2, 1, 1, 30, tzinfo=UTC)
    assert by_crontab("30 2 * * *", ended_at) == ended_at + timedelta(days=1)


def test_a_crontab_keeps_the_wall_clock_when_summer_begins() -> None:
    before = by_crontab("0 9 * * *", datetime(2026, 3, 27, 12, tzinfo=UTC))
    after = by_crontab("0 9 * * *", datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert (before.astimezone(BERLIN).hour, after.astimezone(BERLIN).hour) == (9, 9)
    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (8, 7)


def test_a_time_that_the_change_to_summer_skips_runs_right_after_it() -> None:
    due = by_crontab("30 2 * * *", datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert due.astimezone(UTC) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_in_autumn_runs_once() -> None:
    first = by_crontab("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=UTC))
    second = by_crontab("30 2 * * *", first)
    assert first.astimezone(BERLIN).date() != second.astimezone(BERLIN).date()
    assert second - first >= timedelta(hours=24)
