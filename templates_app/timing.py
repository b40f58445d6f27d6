"""When a recurring template runs: the rules for its delay, crontab and time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from templates_app.reading import Reading, nearest

TEN_YEARS = 315_576_000
LONGEST_CRONTAB = 200
CRONTAB_EXAMPLE = "Write five fields like 30 2 * * 1-5: minute, hour, day of month, month, day of week."


@dataclass(frozen=True, slots=True)
class Timing:
    start_in_seconds: int
    crontab: str | None
    time_zone: str


def read_timing(reading: Reading, *, recurring: bool) -> Timing:
    start = reading.whole("startInSeconds", at_least=0, at_most=TEN_YEARS)
    crontab = reading.text("crontab", longest=LONGEST_CRONTAB) or None
    time_zone = _time_zone(reading)
    if crontab is not None:
        _judge_crontab(reading, crontab, time_zone, recurring=recurring)
    elif recurring and start == 0:
        detail = "A recurring template pauses for at least a second after each run."
        reading.refuse("startInSeconds", "minimum", detail, "Write 1 or more.")
    return Timing(start or 0, crontab, time_zone)


def zone_remedy(name: str) -> str | None:
    """What to write instead of an unknown time zone; None for a known one."""
    if name in _known_zones():
        return None
    return nearest(name, sorted(_known_zones())) or "Write it like Europe/Berlin."


def crontab_fault(crontab: str, time_zone: str) -> str | None:
    """What is wrong with a crontab; None if it can be read and fires some day."""
    if len(crontab.split()) != 5:
        return "A crontab has five fields."
    try:
        next(CronSim(crontab, datetime.now(ZoneInfo(time_zone))))
    except CronSimError as exc:
        return _reason(crontab, exc)
    except StopIteration:
        return "The crontab does not fire in the next 50 years."
    return None


def _reason(crontab: str, exc: CronSimError) -> str:
    minute, hour, day, month, weekday = crontab.split()
    try:
        CronSim(f"{minute} {hour} {day} * {weekday}", datetime.now(UTC))
    except CronSimError:
        return f"The crontab cannot be read: {exc}."
    if not str(exc).endswith("day-of-month"):
        return f"The crontab cannot be read: {exc}."
    return f"The crontab never fires: no month {month} has a day {day}."


def _time_zone(reading: Reading) -> str:
    name = reading.text("timeZone", default="UTC")
    remedy = zone_remedy(name)
    if remedy is None:
        return name
    reading.refuse("timeZone", "enum", f'There is no time zone "{name}".', remedy)
    return "UTC"


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _judge_crontab(reading: Reading, crontab: str, time_zone: str, *, recurring: bool) -> None:
    if not recurring:
        detail = "A crontab is for recurring templates."
        reading.refuse("crontab", "dependentRequired", detail, "Set rescheduleAfterTermination to true.")
    fault = crontab_fault(crontab, time_zone)
    if fault is not None:
        reading.refuse("crontab", "format", fault, CRONTAB_EXAMPLE)
