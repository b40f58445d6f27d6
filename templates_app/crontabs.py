"""Computes when a crontab fires, in the local time of its time zone, also when the clocks change.

Local times that do not exist because the clocks go forward fire once together, at the moment of the change. A local
time that occurs twice because the clocks go back fires only the first time, also if the crontab's hour is `*`.
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
    """Holds one time at which a crontab fires, in UTC; `note` explains the effect of a clock change, else None."""

    at: datetime
    note: str | None = None


def expand_nickname(crontab: str) -> str:
    """Returns the five crontab fields that a nickname such as `@daily` stands for; other crontabs unchanged."""
    return NICKNAMES.get(crontab.strip().lower(), crontab)


def next_time(crontab: str, *, time_zone: str, after: datetime) -> datetime:
    """Returns the crontab's first time after `after`, in UTC. Raises StopIteration if there is none in 50 years."""
    return next(firings(crontab, time_zone=time_zone, after=after)).at


def firings(crontab: str, *, time_zone: str, after: datetime) -> Iterator[Firing]:
    """Yields in order the times after `after` at which the crontab fires; ends before a gap of over 50 years."""
    zone = ZoneInfo(time_zone)
    last = after
    # CronSim gets times without a zone, so that the changes of clocks are handled here and not by its own rules.
    for wall in CronSim(expand_nickname(crontab), after.astimezone(zone).replace(tzinfo=None)):
        firing = _to_firing(wall, zone)
        if firing.at > last:
            last = firing.at
            yield firing


def _to_firing(wall: datetime, zone: ZoneInfo) -> Firing:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None  # noqa: S101 - a ZoneInfo always knows
    assert after is not None  # noqa: S101 - a ZoneInfo always knows
    if before == after:
        return Firing(first.astimezone(UTC))
    if before > after:
        return Firing(first.astimezone(UTC), _TWICE.format(wall))
    return Firing(_end_of_gap(wall - after, wall - before, zone), _SKIPPED.format(wall))


def _end_of_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Returns the UTC time, to the second, at which the zone's clocks go forward between `early` and `late`."""
    low, high = early.replace(tzinfo=UTC), late.replace(tzinfo=UTC)
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high
