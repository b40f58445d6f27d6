"""When a crontab fires, by the wall clock of its zone; what a change of clocks does to its times is said here.

A time that the clock skips runs once, right after the gap, however many fell into it. A time that comes twice runs
the first time only. There is no other rule: a crontab with a star in its hour is no exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cronsim import CronSim

NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_SKIPPED = "{:%H:%M} is left out on this day, because the clocks go forward: it runs right after."
_TWICE = "{:%H:%M} comes twice on this day, because the clocks go back: it runs the first time only."


class Firing(NamedTuple):
    """A time of a crontab, in UTC; `note` says what a change of clocks did to it."""

    at: datetime
    note: str | None = None


def expand_nickname(crontab: str) -> str:
    """What a name such as `@daily` stands for; a crontab of five fields is itself."""
    return NICKNAMES.get(crontab.strip().lower(), crontab)


def next_time(crontab: str, *, time_zone: str, after: datetime) -> datetime:
    return next(firings(crontab, time_zone=time_zone, after=after)).at


def firings(crontab: str, *, time_zone: str, after: datetime) -> Iterator[Firing]:
    """Its times later than `after`, each once, in order; none further off than 50 years from the one before."""
    zone = ZoneInfo(time_zone)
    last = after
    # Without a zone CronSim goes through the wall clock's times alone: what they mean is ours to say.
    for wall in CronSim(expand_nickname(crontab), after.astimezone(zone).replace(tzinfo=None)):
        firing = _firing(wall, zone)
        if firing.at > last:
            last = firing.at
            yield firing


def _firing(wall: datetime, zone: ZoneInfo) -> Firing:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None  # noqa: S101 - a ZoneInfo always knows
    assert after is not None  # noqa: S101 - likewise
    if before == after:
        return Firing(first.astimezone(UTC))
    if before > after:
        return Firing(first.astimezone(UTC), _TWICE.format(wall))
    return Firing(_end_of_gap(wall - after, wall - before, zone), _SKIPPED.format(wall))


def _end_of_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the zone's clocks went forward: it lies between these two (of UTC)."""
    low, high = early.replace(tzinfo=UTC), late.replace(tzinfo=UTC)
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high
