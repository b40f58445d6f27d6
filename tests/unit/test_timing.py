"""When a series' next job is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

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


# Clocks change at 2, at 3, at midnight, at 2:45, by half an hour; in the south the other way round.
ZONES = [
    "Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Havana", "America/Santiago", "Asia/Beirut",
    "Australia/Lord_Howe", "Pacific/Chatham", "UTC",
]  # fmt: skip
NEW_YEAR, DAY = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=1)


def times_of(crontab: str, time_zone: str, after: datetime, until: datetime) -> list[datetime]:
    """Each found from the one before it, as a series finds them."""
    found, at = [], after
    while (at := by_crontab(crontab, at, time_zone).astimezone(UTC)) < until:
        found.append(at)
    return found


@pytest.mark.parametrize("time_zone", ZONES)
@pytest.mark.parametrize("crontab", ["30 2 * * *", "0 0 * * *", "15 1 * * *", "0 3 * * *"])
def test_a_daily_time_comes_once_a_day_whatever_the_clocks_do(crontab: str, time_zone: str) -> None:
    zone = ZoneInfo(time_zone)
    found = times_of(crontab, time_zone, NEW_YEAR, NEW_YEAR + 365 * DAY)
    times = [at.astimezone(zone) for at in found]
    assert len({at.date() for at in times}) == len(times)
    assert len(times) >= 364
    minute, hour = map(int, crontab.split()[:2])
    moved = [at for at in times if (at.hour, at.minute) != (hour, minute)]
    # Once a year at most is there no such time; then it is the first one after the gap.
    assert len(moved) <= 1
    assert all(at.utcoffset() != (at - timedelta(hours=3)).utcoffset() for at in moved)


@pytest.mark.parametrize("time_zone", ZONES)
def test_a_rhythm_of_minutes_pauses_while_the_clock_repeats_itself_and_at_no_other_time(
    time_zone: str,
) -> None:
    zone = ZoneInfo(time_zone)
    days = [NEW_YEAR + number * DAY for number in range(365)]
    offsets = {
        day: (day.astimezone(zone).utcoffset(), (day + DAY).astimezone(zone).utcoffset()) for day in days
    }
    changes = [day for day, (before, after) in offsets.items() if before != after]
    assert len(changes) == (0 if time_zone == "UTC" else 2)
    for day in changes:
        before, after = offsets[day]
        assert before is not None
        assert after is not None
        times = times_of("*/30 * * * *", time_zone, day - DAY, day + 2 * DAY)
        pause = timedelta(minutes=30)
        # Chatham's gap ends at a quarter to: what it left out runs then.
        gap = {pause / 2} if time_zone == "Pacific/Chatham" else set()
        odd = {pause + (before - after)} if before > after else gap
        assert {later - earlier for earlier, later in pairwise(times)} == {pause} | odd
